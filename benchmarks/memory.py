"""Time and peak memory of turning 60,000 images into features, on one core and on two.

Run from the repository's root::

    python benchmarks/memory.py [--json] [--n-images 60000]

A new process loads MNIST as bytes (from the folder named by ``SPARCELEARN_DATA``, else it makes
random images, 81 % of their pixels dark as in MNIST), fits SpikingReservoir(n_units=1000) on
1,000 of them, and transforms all, column by column: 28 time steps of 28 channels. The result is
the highest resident size of the process, with Python and its libraries, minus the features
returned and, in the second figure, the images. With 1 instant the target is at most 1 GB beyond
both; with 28 instants, where the features take 6.7 GB, at most 300 MB beyond the features, and
on two cores at most 0.6 of the time. With ``--json`` the figures go to
``benchmarks/results/memory.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from typing import Any

import numpy as np
from _results import ROOT, write
from peers._serve import peak_mb

CASES = {  # instants, threads
    "1 instant": (1, 1),
    "28 instants, 1 core": (28, 1),
    "28 instants, 2 cores": (28, 2),
}


def main() -> None:
    """Measure in a new process, print the table, write the figures if requested."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    parser.add_argument("--n-images", type=int, default=60_000)
    parser.add_argument("--inside", choices=CASES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        print(json.dumps(measure(options.n_images, *CASES[options.inside])))
        return

    cases = {}
    for name in CASES:  # in new processes: the peak of this one includes earlier runs
        command = [sys.executable, __file__, "--inside", name, "--n-images", str(options.n_images)]
        result = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        cases[name] = json.loads(result.stdout)
        report(name, cases[name])
    one, two = (cases[f"28 instants, {cores}"]["seconds"] for cores in ("1 core", "2 cores"))
    print(f"two cores take {two / one:.2f} of the time of one")
    if options.json:
        write("memory", "python benchmarks/memory.py --json", {"cases": cases, "ratio": two / one})


def measure(n_images: int, n_readouts: int, n_jobs: int) -> dict[str, Any]:
    """Return sizes in MB, and the seconds that the transform took."""
    from sparcelearn.reservoir import SpikingReservoir

    libraries = peak_mb()
    source, images = load(n_images)
    reservoir = SpikingReservoir(
        n_units=1000, n_readouts=n_readouts, n_jobs=n_jobs, random_state=0
    ).fit(images[:1000])
    before = peak_mb()
    start = time.perf_counter()
    features = reservoir.transform(images)
    return {
        "images": source,
        "shape": images.shape,
        "seconds": time.perf_counter() - start,
        "libraries": libraries,
        "before": before,
        "peak": peak_mb(),
        "input": images.nbytes / 1e6,
        "output": features.nbytes / 1e6,
    }


def load(n_images: int) -> tuple[str, np.ndarray]:
    """Return where images came from, and the images: time is the column, channel the row."""
    if os.environ.get("SPARCELEARN_DATA"):
        from sparcelearn.datasets import fetch_mnist

        images = fetch_mnist().data[:n_images]
        return "MNIST", np.ascontiguousarray(images.transpose(0, 2, 1))
    rng = np.random.default_rng(0)
    images = rng.integers(1, 256, (n_images, 28, 28), dtype=np.uint8)
    images *= rng.integers(0, 100, images.shape, dtype=np.uint8) >= 81
    return "random", images


def report(name: str, record: dict[str, Any]) -> None:
    """Print the time and the sizes."""
    print(f"{name}: {record['images']} images {record['shape']} in {record['seconds']:.0f} s")
    rows = {
        "peak after imports": record["libraries"],
        "peak before transform": record["before"],
        "peak after transform": record["peak"],
        "images": record["input"],
        "features": record["output"],
        "beyond the features": record["peak"] - record["output"],
        "beyond both": record["peak"] - record["input"] - record["output"],
    }
    for row, size in rows.items():
        print(f"  {row:24}{size:8,.0f} MB")


if __name__ == "__main__":
    main()
