"""Memory and forecasting with nothing set, with and without recurrence and delays.

    python benchmarks/computing/streams.py --json

NARMA10 and memory capacity with 200 units, Mackey-Glass and Santa Fe one step ahead with 500; seeds
0 to 4. The first 4,000 rows are learned from after a washout of 100, the next 1,000 are left out,
the next 2,000 are tested on, with the readout frozen. Readout: recursive least squares, the same
penalty everywhere. Memory: sum of the squared correlations with the input 1 to 60 rows ago, each
read out linearly from states with noise of 1e-3 of their spread.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from _results import interval, write

from sparcelearn.datasets import fetch_mackey_glass, fetch_santa_fe, make_narma
from sparcelearn.measures import memory_capacity
from sparcelearn.readouts import RLSRegressor
from sparcelearn.reservoir import (
    Delays,
    EchoStateReservoir,
    Projection,
    SoftResetLIF,
    SpikingReservoir,
)

SEEDS = range(5)
LEARN, TEST = slice(100, 4000), slice(5000, 7000)
ALPHA = 1e-6
N_UNITS = {"NARMA10": 200, "Mackey-Glass": 500, "Santa Fe": 500, "memory": 200}


def spiking(**parameters: Any) -> Callable[[int, int], SpikingReservoir]:
    """Return what makes a spiking reservoir of so many units and a seed."""
    return lambda n_units, seed: SpikingReservoir(
        n_units, carry_state=True, dtype="float64", random_state=seed, **parameters
    )


ARMS: dict[str, Callable[[int, int], Any]] = {
    "spiking": spiking(),
    "spiking, no recurrence": spiking(loop_gain=0.0),
    "spiking, delays to 40": spiking(input_wiring=Delays(3, max_lag=39)),
    "spiking, delays to 40, no recurrence": spiking(
        input_wiring=Delays(3, max_lag=39), loop_gain=0.0
    ),
    "spiking, no delays": spiking(input_wiring=Delays(1, max_lag=0)),
    "spiking, no delays, no recurrence": spiking(input_wiring=Delays(1, max_lag=0), loop_gain=0.0),
    "spiking, no delays, tonic": spiking(
        input_wiring=Delays(1, max_lag=0),
        loop_gain=1.0,
        drive_spread=0.5,
        excitability=(0.0, 0.1),
        excitatory_fraction=0.5,
        steps_per_input=40,
        neuron=SoftResetLIF(tau_mem=10.0, tau_syn=4.0),
        features=("membrane", "trace"),
    ),
    "rate units": lambda n_units, seed: EchoStateReservoir(
        n_units, carry_state=True, random_state=seed
    ),
    "rate units, no delays": lambda n_units, seed: EchoStateReservoir(
        n_units, carry_state=True, input_wiring=Projection(1.0), random_state=seed
    ),
    "rate units, no recurrence": lambda n_units, seed: EchoStateReservoir(
        n_units, carry_state=True, spectral_radius=0.0, random_state=seed
    ),
    "echo states, not calibrated": lambda n_units, seed: EchoStateReservoir(
        n_units, carry_state=True, input_scaling=1.0, random_state=seed
    ),
}


def data(task: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return inputs (n_rows, 1) and targets."""
    if task == "Mackey-Glass":
        return fetch_mackey_glass(return_X_y=True)
    if task == "Santa Fe":
        return fetch_santa_fe(return_X_y=True)
    u, y = make_narma(TEST.stop, random_state=0)
    return u.reshape(-1, 1), y


def error(task: str, arm: str, seed: int) -> float:
    """Return the error on the test rows: NMSE of Santa Fe, NRMSE of the others."""
    X, y = (part[: TEST.stop] for part in data(task))
    reservoir = ARMS[arm](N_UNITS[task], seed).fit(X[: LEARN.stop])
    features = reservoir.transform(X)
    readout = RLSRegressor(alpha=ALPHA).partial_fit(features[LEARN], y[LEARN])
    residual = readout.predict(features[TEST]) - y[TEST]
    nmse = float(np.mean(residual**2) / y[TEST].var())
    return nmse if task == "Santa Fe" else nmse**0.5


def memory(arm: str, seed: int) -> float:
    """Return the memory capacity."""
    rng = np.random.RandomState(seed)
    u = rng.uniform(-1, 1, 6200)
    reservoir = ARMS[arm](N_UNITS["memory"], seed).fit(u[:, np.newaxis])
    states = reservoir.transform(u[:, np.newaxis])[200:]
    noisy = states + 1e-3 * states.std() * rng.normal(size=states.shape)
    return float(memory_capacity(noisy, u[200:], 60))


def main() -> None:
    """Print a table of tasks and arms."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", UserWarning)
    table: dict[str, dict[str, list[float]]] = {}
    for task in N_UNITS:
        for arm in ARMS:
            measure = memory if task == "memory" else None
            values = [measure(arm, s) if measure else error(task, arm, s) for s in SEEDS]
            table.setdefault(task, {})[arm] = values
            print(f"{task:13} {arm:38} {np.mean(values):.5f} +- {np.std(values):.5f}", flush=True)
        for arm, values in table[task].items():
            if f"{arm}, no recurrence" in table[task]:
                without = table[task][f"{arm}, no recurrence"]
                gain, half = interval(np.subtract(values, without))
                print(f"  {arm}, with less without: {gain:+.5f} +- {half:.5f}", flush=True)
    if arguments.json:
        write(
            "computing_streams", "python benchmarks/computing/streams.py --json", {"tasks": table}
        )


if __name__ == "__main__":
    main()
