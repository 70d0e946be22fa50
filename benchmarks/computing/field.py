"""How long a field is forecast: one reservoir, and many side by side.

    python benchmarks/computing/field.py 22 100 --json

The Kuramoto-Sivashinsky equation on rings of length 22 (64 sites) and 100 (256 sites), rows of .25.
Models learn 20,000 rows and then hear what they forecast, from 10 places of the rows that follow.
A forecast is valid until its root mean squared error is half of the field's own size; that is
counted in Lyapunov times, by the exponent measured here from two fields that drift apart. Leak,
spectral radius and spread of the drive were chosen for blocks on the field of seed 0 of length 22,
on rows 8,500 to 11,300, and looked at once more on rows of the test; one reservoir has the same.
Seeds 0 to 2, for the field and the network.

Controls: units without recurrence, and linear ones without recurrence, which is a linear map of the
sites that a model hears.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from _results import write
from numpy.typing import NDArray
from sklearn.linear_model import Ridge

from sparcelearn import FieldForecaster, ReservoirRegressor
from sparcelearn.datasets import make_kuramoto_sivashinsky
from sparcelearn.datasets._kuramoto_sivashinsky import stepper
from sparcelearn.reservoir import (
    EchoStateReservoir,
    LeakyTanh,
    NeuronModel,
    Projection,
)

SEEDS = range(3)
ROW = 0.25
SITES = {22: 64, 100: 256}
N_TRAIN, N_HEARD, N_STARTS, APART = 20_000, 100, 10, 300
LOOKS = (40, 150, 600)  # rows; the next one only if a forecast is valid for so long
LINEAR = NeuronModel("dv/dt = -v + drive")  # at a leak of 1 what it is driven by
ARMS: dict[str, dict[str, Any]] = {
    "blocks of 8, 500 units each": {},
    "blocks of 8, 500 units, no recurrence": {"spectral_radius": 0.0},
    "one of 500 units": {"block": None},
    "one of 4000 units": {"block": None, "n_units": 4000},
    "blocks of 8, linear": {"spectral_radius": 0.0, "neuron": LINEAR},
}


def exponent(length: int, seed: int) -> float:
    """Return the largest Lyapunov exponent, per unit of time, over 2,500 units of time."""
    n_sites, size = SITES[length], 1e-7
    field = make_kuramoto_sivashinsky(1, n_sites=n_sites, length=length, random_state=seed)[0]
    advance, v = stepper(n_sites, length, ROW), np.fft.rfft(field)
    other = np.fft.rfft(np.random.RandomState(seed).normal(0, 1, n_sites))
    other[0] = 0.0
    logs = []
    other = v + other * size / np.linalg.norm(other)
    for _ in range(10_000):
        v, other = advance(v), advance(other)
        apart = np.linalg.norm(other - v)
        logs.append(np.log(apart / size))
        other = v + (other - v) * size / apart
    return float(np.mean(logs[500:])) / ROW


def model_of(
    seed: int,
    *,
    n_units: int = 500,
    block: int | None = 8,
    spectral_radius: float = 0.1,
    neuron: NeuronModel = LeakyTanh,
) -> FieldForecaster:
    """Return a model of a field."""
    reservoir = EchoStateReservoir(
        n_units,
        leak_rate=1.0,
        spectral_radius=spectral_radius,
        input_wiring=Projection(0.1),
        neuron=neuron,
        carry_state=True,
        random_state=seed,
    )
    one = ReservoirRegressor(reservoir, Ridge(0.01), washout=N_HEARD)
    if block is None:
        return FieldForecaster(one, block=1000)  # more than there are
    return FieldForecaster(one, block=block)


def valid_times(model: FieldForecaster, field: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for how long each forecast of the rows that were not learned is valid."""
    size, found = field.std(), []
    for start in range(N_TRAIN + N_HEARD, len(field) - LOOKS[-1], APART)[:N_STARTS]:
        for n_rows in LOOKS:
            forecast = model.generate(n_rows, field[start - N_HEARD : start])
            square = np.mean((forecast - field[start : start + n_rows]) ** 2, axis=1)
            is_off = np.sqrt(square) > 0.5 * size
            if is_off.any():
                break
        found.append(ROW * (np.argmax(is_off) if is_off.any() else n_rows))
    return np.array(found)


def main() -> None:
    """Print a table of models for each length."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lengths", nargs="*", type=int, default=[22])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    table: dict[str, Any] = {}
    n_rows = N_TRAIN + N_HEARD + N_STARTS * APART + LOOKS[-1]
    for length in arguments.lengths:
        rate = float(np.mean([exponent(length, seed) for seed in SEEDS]))
        print(f"length {length}: Lyapunov exponent {rate:.3f}", flush=True)
        arms = table[str(length)] = {"exponent": rate, "valid": {}}
        for name, settings in ARMS.items():
            times = []
            for seed in SEEDS:
                field = make_kuramoto_sivashinsky(
                    n_rows, n_sites=SITES[length], length=length, random_state=seed
                )
                model = model_of(seed, **settings).fit(field[:N_TRAIN])
                times.append(float(rate * valid_times(model, field).mean()))
            arms["valid"][name] = times
            print(f"{name:40} {np.mean(times):.2f} +- {np.std(times):.2f}", flush=True)
    if arguments.json:
        lengths = " ".join(map(str, arguments.lengths))
        write(
            "computing_field",
            f"python benchmarks/computing/field.py {lengths} --json",
            {"lengths": table},
        )


if __name__ == "__main__":
    main()
