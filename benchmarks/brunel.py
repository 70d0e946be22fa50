"""Brunel's network of 12,500 units in the asynchronous irregular state, against mean field.

Run from the repository's root::

    python benchmarks/brunel.py [--json] [--seconds 1.0] [--g 5] [--eta 2] [--jump 0.1]

Model A of Brunel (2000): 10,000 excitatory and 2,500 inhibitory units, each with input from a
tenth of both, jumps of 0.1 mV, inhibition g = 5 times as strong, external rate eta = 2 times the
threshold rate, delay 1.5 ms, steps of 0.1 ms. The external input is white noise of the same mean
and variance, as in the theory. With ``--json`` the figures are added to
``benchmarks/results/brunel.json``.

The mean field is the rate of a unit in the noise of all others firing at that same rate:
nu = siegert(mu(nu), sigma(nu)). It also gives the irregularity of intervals in white noise of that
strength. The network is more regular, because the input of its units is not white: the trains of
units that fire regularly have little power at low frequencies (Dummer, Wieland and Lindner,
Frontiers in Computational Neuroscience 8, 104, 2014). The script shows that: units driven by the
network's trains, each shifted by its own time, are as regular as the network; if every spike is
shifted independently, they are as irregular as in theory.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import erfcx

from sparcelearn import SpikeTrains
from sparcelearn.reservoir import DeltaLIF, FixedInDegree, NeuronModel, SpikingReservoir, Uniform

RESULTS = Path(__file__).parent / "results" / "brunel.json"
N_EXCITATORY, N_INHIBITORY, FRACTION, TAU = 10_000, 2_500, 0.1, 20.0
THRESHOLD, RESET, T_REF, DELAY, DT = 20.0, 10.0, 2.0, 1.5, 0.1
N_LISTENERS = 300
C_EXCITATORY, C_INHIBITORY = round(FRACTION * N_EXCITATORY), round(FRACTION * N_INHIBITORY)


class State(NamedTuple):
    """Strength of inhibition, external rate in threshold rates, and size of a jump (mV)."""

    g: float
    eta: float
    jump: float


def siegert(mu: float, sigma: float) -> float:
    """Return the rate (1/ms) in white noise of mean ``mu`` and intensity ``sigma``."""
    low, high = (RESET - mu) / sigma, (THRESHOLD - mu) / sigma
    area = quad(lambda x: erfcx(-x), low, high, limit=500)[0]
    return 1 / (T_REF + TAU * np.sqrt(np.pi) * area)


def moments(rate: float, state: State) -> tuple[float, float]:
    """Return mean and intensity (mV) of the input when all units fire at a rate (1/ms)."""
    mean = state.eta * THRESHOLD + state.jump * TAU * rate * (C_EXCITATORY - state.g * C_INHIBITORY)
    recurrent = state.jump**2 * TAU * rate * (C_EXCITATORY + state.g**2 * C_INHIBITORY)
    return mean, float(np.sqrt(state.eta * THRESHOLD * state.jump + recurrent))


def mean_field(state: State) -> tuple[float, float]:
    """Return the self-consistent rate (Hz), and the variation of intervals at that rate."""
    rate = brentq(lambda rate: siegert(*moments(rate, state)) - rate, 1e-6, 0.4)
    mu, sigma = moments(rate, state)

    def inner(x: float) -> float:
        return quad(lambda y: np.exp(-y * y) * erfcx(-y) ** 2, -20, x, limit=200)[0]

    low, high = (RESET - mu) / sigma, (THRESHOLD - mu) / sigma
    area = quad(lambda x: np.exp(x * x) * inner(x), low, high, limit=200)[0]
    return 1000 * rate, np.sqrt(2 * np.pi * area) * rate * TAU


def unit(state: State) -> NeuronModel:
    """Return a unit that has the external input in its equation: a constant and white noise."""
    model = DeltaLIF(
        tau_mem=TAU, v_rest=state.eta * THRESHOLD, v_threshold=THRESHOLD, v_reset=RESET, t_ref=T_REF
    )
    return replace(
        model,
        equations=model.equations + " + sigma / sqrt(tau_mem) * xi",
        parameters={
            **model.parameters,
            "sigma": float(np.sqrt(state.eta * THRESHOLD * state.jump)),
        },
        initial={"v": Uniform(0.0, THRESHOLD)},
    )


def network(seconds: float, state: State, seed: int) -> SpikingReservoir:
    """Return the network, which needs no input."""
    n_units = N_EXCITATORY + N_INHIBITORY
    random = np.random.RandomState(seed)
    wiring = FixedInDegree(FRACTION).sample(random, n_units, N_EXCITATORY)
    split = wiring.indptr[N_EXCITATORY]
    wiring.data[:split] = state.jump
    wiring.data[split:] = -state.g * state.jump
    return SpikingReservoir(
        n_units,
        neuron=unit(state),
        wiring=wiring,
        input_wiring=np.zeros((1, n_units)),
        input_scaling=1.0,
        delay=DELAY,
        dt=DT,
        steps_per_input=round(1000 * seconds / DT),
        features="spikes",
        random_state=seed,
    )


def heard(trains: SpikeTrains, state: State, seed: int) -> float:
    """Return the irregularity of units that receive trains as those of the network do."""
    random = np.random.RandomState(seed)
    wiring = np.zeros((trains.n_channels, N_LISTENERS))
    for k in range(N_LISTENERS):
        wiring[random.choice(N_EXCITATORY, C_EXCITATORY, replace=False), k] = state.jump
        inhibitory = random.choice(N_INHIBITORY, C_INHIBITORY, replace=False)
        wiring[N_EXCITATORY + inhibitory, k] = -state.g * state.jump
    listeners = SpikingReservoir(
        N_LISTENERS,
        neuron=unit(state),
        wiring=np.zeros((N_LISTENERS, N_LISTENERS)),
        input_wiring=wiring,
        input_scaling=1.0,
        dt=DT,
        features="spikes",
        random_state=seed,
    )
    spikes = listeners.fit(trains).transform(trains)
    return irregularity(spikes.times, spikes.channels)


def moved(spikes: SpikeTrains, settle: float, how: str, seed: int) -> SpikeTrains:
    """Shift each train by its own time, or each spike; counts do not change."""
    random = np.random.RandomState(seed)
    duration = spikes.durations[0] - settle
    counted = spikes.times >= settle
    channels = spikes.channels[counted]
    n = spikes.n_channels if how == "trains" else len(channels)
    shifts = np.floor(random.uniform(0, duration / DT, n)) * DT
    by = shifts[channels] if how == "trains" else shifts
    times = (spikes.times[counted] - settle + by + DT / 2) % duration
    order = np.argsort(times, kind="stable")
    return SpikeTrains(
        times[order],
        channels[order],
        [0, len(order)],
        n_channels=spikes.n_channels,
        durations=duration,
    )


def irregularity(times: np.ndarray, units: np.ndarray) -> float:
    """Return the mean coefficient of variation of the intervals of units with 10 or more."""
    order = np.lexsort((times, units))
    pieces = np.split(times[order], np.flatnonzero(np.diff(units[order])) + 1)
    intervals = [np.diff(piece) for piece in pieces if len(piece) > 10]
    return float(np.mean([np.std(x) / np.mean(x) for x in intervals]))


def main() -> None:
    """Simulate, compare, print, and write the figures if requested."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--g", type=float, default=5.0)
    parser.add_argument("--eta", type=float, default=2.0)
    parser.add_argument("--jump", type=float, default=0.1, help="mV")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    settle = 200.0  # ms that are not counted
    start = time.perf_counter()
    chosen = State(options.g, options.eta, options.jump)
    reservoir = network(options.seconds + settle / 1000, chosen, options.seed).fit([[0.0]])
    spikes = reservoir.transform([[0.0]])
    counted = spikes.times >= settle
    rate = counted.sum() / reservoir.n_units / options.seconds
    expected, variation = mean_field(chosen)
    key = f"g={options.g:g} eta={options.eta:g} jump={options.jump:g} seed={options.seed}"
    key += f" seconds={options.seconds:g}"
    figures = {
        "mean_field_Hz": round(expected, 2),
        "rate_Hz": round(float(rate), 2),
        "ratio": round(float(rate / expected), 4),
        "variation_in_white_noise": round(float(variation), 3),
        "variation": round(irregularity(spikes.times[counted], spikes.channels[counted]), 3),
        **{
            f"variation_hearing_moved_{how}": round(
                heard(moved(spikes, settle, how, options.seed), chosen, options.seed), 3
            )
            for how in ("trains", "spikes")
        },
        "wall_s": round(time.perf_counter() - start, 1),
    }
    print(key, json.dumps(figures))
    if options.json:
        before = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
        RESULTS.write_text(json.dumps({**before, key: figures}, indent=2) + "\n")


if __name__ == "__main__":
    main()
