"""Brunel's network of 12,500 units in the asynchronous irregular state, against mean field.

Run from the repository's root::

    python benchmarks/brunel.py [--json] [--seconds 1.0] [--g 5] [--eta 2]

Model A of Brunel (2000): 10,000 excitatory and 2,500 inhibitory units, each hearing a tenth of
both, jumps of 0.1 mV, inhibition g = 5 times as strong, external rate eta = 2 times the
threshold rate, delay 1.5 ms, steps of 0.1 ms. The external input is white noise of the same mean
and variance, as in the theory. With ``--json`` the figures are added to
``benchmarks/results/brunel.json``.

The mean field is the rate at which a unit fires in the noise that all others, firing at that
rate, make: nu = siegert(mu(nu), sigma(nu)). It also says how irregular the intervals of a unit in
white noise of that strength are. The network here is more regular than that; that what units hear
is itself more regular than white noise may be the reason, and has not been tested.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import erfcx

from sparcelearn.reservoir import DeltaLIF, FixedInDegree, SpikingReservoir, Uniform

RESULTS = Path(__file__).parent / "results" / "brunel.json"
N_EXCITATORY, N_INHIBITORY, FRACTION, JUMP, TAU = 10_000, 2_500, 0.1, 0.1, 20.0
THRESHOLD, RESET, T_REF, DELAY, DT = 20.0, 10.0, 2.0, 1.5, 0.1
C_EXCITATORY, C_INHIBITORY = round(FRACTION * N_EXCITATORY), round(FRACTION * N_INHIBITORY)


def siegert(mu: float, sigma: float) -> float:
    """Return the rate (1/ms) in white noise of mean ``mu`` and intensity ``sigma``."""
    low, high = (RESET - mu) / sigma, (THRESHOLD - mu) / sigma
    area = quad(lambda x: erfcx(-x), low, high, limit=500)[0]
    return 1 / (T_REF + TAU * np.sqrt(np.pi) * area)


def moments(rate: float, g: float, eta: float) -> tuple[float, float]:
    """Return mean and intensity (mV) of the input when all units fire at a rate (1/ms)."""
    mean = eta * THRESHOLD + JUMP * TAU * rate * (C_EXCITATORY - g * C_INHIBITORY)
    recurrent = JUMP**2 * TAU * rate * (C_EXCITATORY + g**2 * C_INHIBITORY)
    return mean, float(np.sqrt(eta * THRESHOLD * JUMP + recurrent))


def mean_field(g: float, eta: float) -> tuple[float, float]:
    """Return the rate (Hz) that keeps itself up, and the variation of intervals at it."""
    rate = brentq(lambda rate: siegert(*moments(rate, g, eta)) - rate, 1e-6, 0.4)
    mu, sigma = moments(rate, g, eta)

    def inner(x: float) -> float:
        return quad(lambda y: np.exp(-y * y) * erfcx(-y) ** 2, -20, x, limit=200)[0]

    low, high = (RESET - mu) / sigma, (THRESHOLD - mu) / sigma
    area = quad(lambda x: np.exp(x * x) * inner(x), low, high, limit=200)[0]
    return 1000 * rate, np.sqrt(2 * np.pi * area) * rate * TAU


def network(seconds: float, g: float, eta: float, seed: int) -> SpikingReservoir:
    """Return the network; what is constant outside is its drive, the rest its noise."""
    noise = " + sigma / sqrt(tau_mem) * xi"
    model = DeltaLIF(tau_mem=TAU, v_threshold=THRESHOLD, v_reset=RESET, t_ref=T_REF)
    model = replace(
        model,
        equations=model.equations + noise,
        parameters={**model.parameters, "sigma": float(np.sqrt(eta * THRESHOLD * JUMP))},
        initial={"v": Uniform(0.0, THRESHOLD)},
    )
    n_units = N_EXCITATORY + N_INHIBITORY
    random = np.random.RandomState(seed)
    wiring = FixedInDegree(FRACTION).sample(random, n_units, N_EXCITATORY)
    split = wiring.indptr[N_EXCITATORY]
    wiring.data[:split] = JUMP
    wiring.data[split:] = -g * JUMP
    return SpikingReservoir(
        n_units,
        neuron=model,
        wiring=wiring,
        input_wiring=np.full((1, n_units), eta * THRESHOLD),
        input_scaling=1.0,
        delay=DELAY,
        dt=DT,
        steps_per_input=round(1000 * seconds / DT),
        features="spikes",
        random_state=seed,
    )


def irregularity(times: np.ndarray, units: np.ndarray) -> float:
    """Return the mean coefficient of variation of the intervals of units with 10 or more."""
    order = np.lexsort((times, units))
    pieces = np.split(times[order], np.flatnonzero(np.diff(units[order])) + 1)
    intervals = [np.diff(piece) for piece in pieces if len(piece) > 10]
    return float(np.mean([np.std(x) / np.mean(x) for x in intervals]))


def main() -> None:
    """Simulate, compare, print, and write the figures if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--g", type=float, default=5.0)
    parser.add_argument("--eta", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    settle = 200.0  # ms that are not counted
    start = time.perf_counter()
    chosen = options.g, options.eta
    reservoir = network(options.seconds + settle / 1000, *chosen, options.seed).fit([[1.0]])
    spikes = reservoir.transform([[1.0]])
    counted = spikes.times >= settle
    rate = counted.sum() / reservoir.n_units / options.seconds
    expected, variation = mean_field(*chosen)
    key = f"g={options.g:g} eta={options.eta:g} seed={options.seed} seconds={options.seconds:g}"
    figures = {
        "mean_field_Hz": round(expected, 2),
        "rate_Hz": round(float(rate), 2),
        "ratio": round(float(rate / expected), 4),
        "variation_in_white_noise": round(float(variation), 3),
        "variation": round(irregularity(spikes.times[counted], spikes.channels[counted]), 3),
        "wall_s": round(time.perf_counter() - start, 1),
    }
    print(key, json.dumps(figures))
    if options.json:
        before = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
        RESULTS.write_text(json.dumps({**before, key: figures}, indent=2) + "\n")


if __name__ == "__main__":
    main()
