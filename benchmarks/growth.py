"""How time and memory grow with the work: exponents, fitted and explained.

    python benchmarks/growth.py [--json] [--quick]

One size varies at a time. An exponent is the slope of log time over log size, for all sizes and
for the two largest, where constant costs count least. Units are LIF in float32 with 100 synapses
each and very small weights, so that a network's rate, about 20 Hz, does not depend on its size or
density. Each number of units is measured in a new process: the highest resident size beyond that
after the imports.

Expected is 1 for samples and steps; for units 1 as long as state and synapses fit into a level of
the cache, and more beyond that (100 synapses take 600 bytes per unit); for density, rate, classes
and coding level less than 1, because the update of all units, or the reading of all features,
does not grow with them, and finally 1.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from _results import ROOT, pin, write
from peers._serve import peak_mb
from scipy import sparse

from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import LIF, FixedInDegree, SpikingReservoir

DRIVE = 1.35  # about 20 Hz


def fastest(run: Callable[[], Any], seconds: float = 0.6) -> float:
    """Return the shortest of the runs within some seconds, at least three."""
    times: list[float] = []
    while len(times) < 3 or sum(times) < seconds:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def network(n_units: int, degree: int, drive: float = DRIVE, **options: Any) -> SpikingReservoir:
    """Return a reservoir of almost independent units, one channel into each."""
    random_state = np.random.RandomState(0)
    drawn = FixedInDegree(degree).sample(random_state, n_units, n_units)
    wiring = sparse.csr_array(drawn * 1e-9)
    reservoir = SpikingReservoir(
        n_units,
        neuron=LIF,
        wiring=wiring,
        input_wiring=sparse.csr_array(drive * random_state.uniform(0.9, 1.1, (1, n_units))),
        input_scaling=1.0,
        steps_per_input=1,
        dt=1.0,
        random_state=0,
        **{"features": "trace", "feature_scaling": None, "n_readouts": 1, "padding": 0, **options},
    )
    return reservoir.fit(np.ones((1, 10, 1)))


def transform_seconds(reservoir: SpikingReservoir, n_samples: int, n_steps: int) -> float:
    """Return the seconds of a transform."""
    X = np.ones((n_samples, n_steps, 1), dtype=np.float32)
    reservoir.transform(X)
    return fastest(lambda: reservoir.transform(X))


def units(n_units: int) -> dict[str, float]:
    """Build and run a network in this process; return seconds and memory."""
    before, start = peak_mb(), time.perf_counter()
    reservoir = network(n_units, min(100, n_units // 2))
    built = time.perf_counter() - start
    seconds = transform_seconds(reservoir, 1, 200) / 200
    return {"seconds": seconds, "build": built, "memory_mb": peak_mb() - before}


def units_apart(n_units: int) -> dict[str, float]:
    """Do the same in a new process."""
    command = [sys.executable, __file__, "--units", str(n_units)]
    result = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=True
    )
    return json.loads(result.stdout.splitlines()[-1])


def by_density(density: float) -> dict[str, float]:
    return {"seconds": transform_seconds(network(1000, round(1000 * density)), 1, 1000)}


def by_rate(drive: float) -> dict[str, float]:
    reservoir = network(1000, 100, drive, features="count")
    rate = float(reservoir.transform(np.ones((1, 1000, 1))).mean())
    return {"seconds": transform_seconds(reservoir, 1, 1000), "size": rate}


def by_samples(n_samples: int) -> dict[str, float]:
    return {"seconds": transform_seconds(network(1000, 100), n_samples, 50)}


def by_steps(n_steps: int) -> dict[str, float]:
    return {"seconds": transform_seconds(network(1000, 100), 1, n_steps)}


def learning(n_classes: int, sparsity: float, n_features: int = 1000) -> dict[str, float]:
    """Return the seconds of 1000 samples, one per update."""
    rng = np.random.default_rng(0)
    X = rng.random((1000, n_features), dtype=np.float32)
    y = rng.permutation(np.arange(1000) % n_classes)
    readout = SparceClassifier(
        sparsity, loss="softmax", solver="sgd", learning_rate=1e-4, average=None, max_iter=1
    ).fit(X, y)
    return {"seconds": fastest(lambda: readout.partial_fit(X, y))}


def by_coding_level(level: float) -> dict[str, float]:
    return learning(10, 1 - level)


def by_classes(n_classes: int) -> dict[str, float]:
    return learning(n_classes, 0.9)


def by_features(n_features: int) -> dict[str, float]:
    return learning(10, 0.9, n_features)


AXES: dict[str, tuple[Callable[[Any], dict[str, float]], list[Any]]] = {
    "units": (units_apart, [100, 1000, 10_000, 100_000]),
    "density": (by_density, [0.01, 0.03, 0.1, 0.3, 0.9]),
    "rate": (by_rate, [1.1, 1.35, 2.0, 4.0, 8.0]),
    "samples": (by_samples, [1, 10, 100, 1000]),
    "steps": (by_steps, [10, 100, 1000, 10_000]),
    "classes": (by_classes, [3, 10, 30, 100]),
    "features": (by_features, [100, 1000, 10_000]),
    "coding level": (by_coding_level, [0.01, 0.03, 0.1, 0.3, 1.0]),
}


def slope(sizes: list[float], values: list[float]) -> float:
    """Return the exponent of a power law through some points."""
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])


def threads() -> dict[str, float]:
    """Return the seconds of the same samples in one and in two threads."""
    return {
        str(n_jobs): transform_seconds(network(1000, 100, n_jobs=n_jobs), 200, 100)
        for n_jobs in (1, 2)
    }


def main() -> None:
    """Measure along every axis, print the table, write the figures if requested."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    parser.add_argument("--quick", action="store_true", help="the two smallest sizes only")
    parser.add_argument("--units", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.units:
        print(json.dumps(units(options.units)))
        return
    jobs = threads()  # before this process is restricted to one core
    pin()
    axes: dict[str, Any] = {}
    print("varied        of time: all sizes, two largest    of memory   (sizes; seconds)")
    for name, (measure, sizes) in AXES.items():
        found = [measure(size) for size in (sizes[:2] if options.quick else sizes)]
        xs = [seen.get("size", size) for seen, size in zip(found, sizes, strict=False)]
        times = [seen["seconds"] for seen in found]
        axes[name] = {
            "sizes": [float(f"{x:.4g}") for x in xs],
            "seconds": [float(f"{t:.4g}") for t in times],
            "exponent": round(slope(xs, times), 2),
            "exponent_of_largest": round(slope(xs[-2:], times[-2:]), 2),
        }
        memory = [seen["memory_mb"] for seen in found if "memory_mb" in seen]
        if memory:
            axes[name]["memory_mb"] = [round(mb, 1) for mb in memory]
            axes[name]["build_seconds"] = [round(seen["build"], 3) for seen in found]
            axes[name]["memory_exponent_of_largest"] = round(slope(xs[-2:], memory[-2:]), 2)
        row = axes[name]
        print(
            f"{name:14}{row['exponent']:12.2f}{row['exponent_of_largest']:12.2f}"
            f"{row.get('memory_exponent_of_largest', ''):>18}   {row['sizes']}; {row['seconds']}"
        )
    print(f"two threads take {jobs['2'] / jobs['1']:.2f} of the time of one")
    if options.json:
        write("growth", "python benchmarks/growth.py --json", {"axes": axes, "threads": jobs})


if __name__ == "__main__":
    main()
