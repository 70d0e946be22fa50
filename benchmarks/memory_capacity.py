"""Memory capacity of spiking and of rate reservoirs of equal size.

Independent inputs, uniform in [-1, 1], are held for some steps each; states are read at the
end of each. Of every kind, as many settings are tried on networks and input of their own
(seed 100 and 101), and the one with the best capacity under a little noise on the states is
then measured on networks and inputs of seeds 0 to 9. Capacity of noise-free states counts
directions of any size; the one with noise, and the participation ratio, say what is usable.

    python benchmarks/memory_capacity.py --json
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from sparcelearn.measures import memory_capacity, participation_ratio
from sparcelearn.reservoir import LIF, EchoStateReservoir, SpikingReservoir

N_UNITS, N_INPUTS, WASHOUT, MAX_DELAY, NOISE = 100, 4000, 200, 120, 1e-3
SEEDS, TUNING_SEEDS = range(10), (100, 101)

# threshold adaptation over 200 ms, as in Bellec et al., NeurIPS 2018
ALIF = replace(
    LIF,
    name="ALIF",
    equations=LIF.equations + "\ndtheta/dt = -theta / tau_adapt",
    threshold="v >= v_threshold + theta",
    reset="v = v_reset; theta += jump",
    parameters={**LIF.parameters, "tau_adapt": 200.0, "jump": 0.05},
)


def settings(kind: str) -> Iterator[dict[str, Any]]:
    """Yield 36 settings of a kind of reservoir."""
    if kind == "tanh":
        grid = {
            "spectral_radius": (0.8, 0.9, 0.95, 0.99),
            "input_scaling": (0.03, 0.1, 0.3),
            "leak_rate": (1.0, 0.8, 0.5),
        }
    else:
        grid = {
            "recurrent_scaling": (0.0, 1.0, 2.0, 4.0),
            "tau_trace": (20.0, 50.0, 100.0),
            "steps_per_input": (5, 10, 20),
        }
    for values in itertools.product(*grid.values()):
        yield dict(zip(grid, values, strict=True))


def measure(kind: str, setting: dict[str, Any], seed: int) -> dict[str, float]:
    """Return what a network holds of its input."""
    rng = np.random.RandomState(seed)
    u = rng.uniform(-1, 1, WASHOUT + N_INPUTS)
    common = {"n_readouts": len(u), "dtype": "float64", "random_state": seed, **setting}
    if kind == "tanh":
        reservoir: Any = EchoStateReservoir(N_UNITS, connectivity=0.1, **common)
    else:
        neuron = {"LIF": LIF, "ALIF": ALIF}[kind]
        # a bias for all, so that inputs below 0 are heard by units that like them above
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
    """Return the setting with the best capacity under noise on the tuning seeds."""

    def score(setting: dict[str, Any]) -> float:
        runs = [measure(kind, setting, seed) for seed in TUNING_SEEDS]
        return float(np.mean([run["capacity_with_noise"] for run in runs]))

    return max(settings(kind), key=score)


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
        print(f"{kind:5}", *(f"{k} {m:.2f} +- {s:.2f}" for k, (m, s) in table.items()), setting)
        results.append({"kind": kind, "setting": setting, **table})
    if options.json:
        path = Path(__file__).parent / "results" / "memory_capacity.json"
        path.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
