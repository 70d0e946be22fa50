"""Peak memory of turning 60,000 images into features, beyond the images and the features.

Run from the repository's root::

    python benchmarks/memory.py [--json] [--n-images 60000]

A process of its own loads MNIST as bytes (from the folder named by ``SPARCELEARN_DATA``,
else makes random images, 81 % of their pixels dark as in MNIST), fits
SpikingReservoir(n_units=1000, n_readouts=1) on 1,000 of them, and transforms all, column by
column: 28 time steps of 28 channels. Counted is the highest resident size of the process,
Python and its libraries included, less the images as given and the features as returned.
Target: at most 1 GB. With ``--json`` the figures go to ``benchmarks/results/memory.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
TARGET = 1e9


def main() -> None:
    """Measure in a new process, print the table, write the figures if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    parser.add_argument("--n-images", type=int, default=60_000)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        print(json.dumps(measure(options.n_images)))
        return

    # A new process: the peak of this one would count what came before.
    result = subprocess.run(
        [sys.executable, __file__, "--inside", "--n-images", str(options.n_images)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    record = json.loads(result.stdout)
    report(record)
    if options.json:
        path = Path(__file__).parent / "results" / "memory.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(record, indent=2) + "\n")
        print(f"written to {path}")


def measure(n_images: int) -> dict[str, Any]:
    """Return sizes in bytes, and the seconds that the transform took."""
    from sparcelearn.reservoir import SpikingReservoir

    libraries = peak()
    source, images = load(n_images)
    reservoir = SpikingReservoir(n_units=1000, n_readouts=1, random_state=0).fit(images[:1000])
    before = peak()
    start = time.perf_counter()
    features = reservoir.transform(images)
    return {
        "images": source,
        "shape": images.shape,
        "seconds": time.perf_counter() - start,
        "libraries": libraries,
        "before": before,
        "peak": peak(),
        "input": images.nbytes,
        "output": features.nbytes,
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


def peak() -> int:
    """Return the highest resident size so far, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def report(record: dict[str, Any]) -> None:
    """Print the sizes, and what is left beside the target."""
    print(f"{record['images']} images {record['shape']}, transformed in {record['seconds']:.0f} s")
    rows = {
        "peak after imports": record["libraries"],
        "peak before transform": record["before"],
        "peak after transform": record["peak"],
        "images": record["input"],
        "features": record["output"],
        "beyond the two": record["peak"] - record["input"] - record["output"],
        "target, at most": TARGET,
    }
    for name, size in rows.items():
        print(f"{name:24}{size / 1e6:8,.0f} MB")


if __name__ == "__main__":
    main()
