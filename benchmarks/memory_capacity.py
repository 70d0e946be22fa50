"""Memory capacity of spiking and of rate reservoirs of equal size.

Independent inputs, uniform in [-1, 1], are held for some steps each; states are read at the end
of each. Spiking units keep the past by recurrence alone, or by delays of the input, too; their
membranes and traces are read. For every kind of reservoir, 140 settings are tried on a separate
network and input (seed 100), and the one with the best capacity with a little noise on the states
is then measured on networks and inputs of seeds 0 to 4. The capacity of noise-free states counts
directions of any size; the one with noise, and the participation ratio, say what is usable. If the
best value of a parameter is the first or last of the grid, this is printed: a leak of 1 is the
limit of its range, and with a weak input tanh units are linear, so that the input scaling hardly
matters below 0.01.

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
from sparcelearn.reservoir import EchoStateReservoir, SoftResetLIF, SpikingReservoir
from sparcelearn.reservoir.input_wiring import Delays, Projection

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
    if kind == "delays":
        return {
            "input_wiring__max_lag": (0, 9, 19, 29, 39, 49, 59),
            "input_wiring__n_taps": (1, 2, 3, 5, 9),
            "loop_gain": (0.0, 0.5, 0.8, 0.95),
        }
    return {
        "loop_gain": (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 1.0),
        "neuron__tau_syn": (10.0, 20.0, 40.0, 80.0, 160.0),
        "steps_per_input": (5, 10, 20, 40),
    }


def measure(kind: str, setting: dict[str, Any], seed: int) -> dict[str, float]:
    """Return the memory capacity of a network."""
    rng = np.random.RandomState(seed)
    u = rng.uniform(-1, 1, WASHOUT + N_INPUTS)
    common = {"carry_state": True, "dtype": "float64", "random_state": seed}
    if kind == "tanh":
        reservoir: Any = EchoStateReservoir(N_UNITS, input_scaling=1.0, **common)
    elif kind == "delays":
        reservoir = SpikingReservoir(N_UNITS, input_wiring=Delays(), **common)
    else:
        neuron = SoftResetLIF(tau_mem=10.0)
        reservoir = SpikingReservoir(N_UNITS, neuron=neuron, input_wiring=Projection(), **common)
    states = reservoir.set_params(**setting).fit_transform(u.reshape(-1, 1))[WASHOUT:]
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
    for kind in ("recurrence", "delays", "tanh"):
        setting = tuned(kind)
        runs = [measure(kind, setting, seed) for seed in SEEDS]
        table = {
            name: (float(np.mean(values)), float(np.std(values, ddof=1)))
            for name in runs[0]
            for values in [[run[name] for run in runs]]
        }
        ends = at_an_end(kind, setting)
        print(f"{kind:10}", *(f"{k} {m:.2f} +- {s:.2f}" for k, (m, s) in table.items()), setting)
        print("           at an end of the grid:", ", ".join(ends) or "none", flush=True)
        results.append({"kind": kind, "setting": setting, "at_an_end": ends, **table})
    if options.json:
        path = Path(__file__).parent / "results" / "memory_capacity.json"
        path.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
