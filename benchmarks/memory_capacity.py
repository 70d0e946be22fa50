"""Memory capacity of spiking and of rate reservoirs of equal size.

Independent inputs, uniform in [-1, 1], are held for some steps each; states are read at the end
of each. For every kind of reservoir, 140 settings are tried on a separate network and input
(seed 100), and the one with the best capacity with a little noise on the states is then measured
on networks and inputs of seeds 0 to 4. The capacity of noise-free states counts directions of any
size; the one with noise, and the participation ratio, say what is usable. If the best value of a
parameter is the first or last of the grid, this is printed: a leak of 1 and no recurrence are the
limits of their ranges, and with a weak input tanh units are linear, so that the input scaling
hardly matters below 0.01.

    python benchmarks/memory_capacity.py --json
"""

from __future__ import annotations

import argparse
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np

from sparcelearn.measures import memory_capacity, participation_ratio
from sparcelearn.reservoir import LIF, AdaptiveLIF, EchoStateReservoir, SpikingReservoir

N_UNITS, N_INPUTS, WASHOUT, MAX_DELAY, NOISE = 100, 3000, 200, 100, 1e-3
SEEDS, TUNING_SEED = range(5), 100


def grid(kind: str) -> dict[str, tuple[float, ...]]:
    """Return the grid of each parameter of a kind of reservoir."""
    if kind == "tanh":
        return {
            "spectral_radius": (0.8, 0.9, 0.95, 0.98, 0.99, 1.0, 1.02),
            "input_scaling": (0.001, 0.003, 0.01, 0.03, 0.1),
            "leak_rate": (0.4, 0.6, 0.8, 1.0),
        }
    return {
        "recurrent_scaling": (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0),
        "tau_trace": (5.0, 10.0, 20.0, 50.0, 100.0),
        "steps_per_input": (2, 5, 10, 20),
    }


def measure(kind: str, setting: dict[str, Any], seed: int) -> dict[str, float]:
    """Return the memory capacity of a network."""
    rng = np.random.RandomState(seed)
    u = rng.uniform(-1, 1, WASHOUT + N_INPUTS)
    common = {"n_readouts": len(u), "dtype": "float64", "random_state": seed, **setting}
    if kind == "tanh":
        reservoir: Any = EchoStateReservoir(N_UNITS, connectivity=0.1, **common)
    else:
        neuron = {"LIF": LIF, "ALIF": AdaptiveLIF}[kind]
        # a bias for all, so that inputs below 0 change the rate, too
        reservoir = SpikingReservoir(N_UNITS, neuron=neuron, bias_scaling=2.0, **common)
    states = reservoir.fit_transform(u.reshape(1, -1, 1)).reshape(len(u), N_UNITS)[WASHOUT:]
    noisy = states + NOISE * states.std() * rng.normal(size=states.shape)
    u = u[WASHOUT:]
    return {
        "capacity": memory_capacity(states, u, MAX_DELAY),
        "capacity_with_noise": memory_capacity(noisy, u, MAX_DELAY),
        "participation_ratio": participation_ratio(states),
    }


def tuned(kind: str) -> dict[str, Any]:
    """Return the setting with the best capacity with noise on the tuning seed."""

    def score(setting: dict[str, Any]) -> float:
        return measure(kind, setting, TUNING_SEED)["capacity_with_noise"]

    tried = grid(kind)
    settings = (
        dict(zip(tried, values, strict=True)) for values in itertools.product(*tried.values())
    )
    return max(settings, key=score)


def at_an_end(kind: str, setting: dict[str, Any]) -> list[str]:
    """Return the parameters whose value is the first or last of those tried."""
    return [name for name, tried in grid(kind).items() if setting[name] in (tried[0], tried[-1])]


def main() -> None:
    """Tune, measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    options = parser.parse_args()
    results = []
    print(f"{N_UNITS} units: mean and standard deviation over {len(SEEDS)} seeds")
    for kind in ("LIF", "ALIF", "tanh"):
        setting = tuned(kind)
        runs = [measure(kind, setting, seed) for seed in SEEDS]
        table = {
            name: (float(np.mean(values)), float(np.std(values, ddof=1)))
            for name in runs[0]
            for values in [[run[name] for run in runs]]
        }
        ends = at_an_end(kind, setting)
        print(f"{kind:5}", *(f"{k} {m:.2f} +- {s:.2f}" for k, (m, s) in table.items()), setting)
        print("      at an end of the grid:", ", ".join(ends) or "none", flush=True)
        results.append({"kind": kind, "setting": setting, "at_an_end": ends, **table})
    if options.json:
        path = Path(__file__).parent / "results" / "memory_capacity.json"
        path.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
