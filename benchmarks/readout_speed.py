"""Speed of online learning: SparceClassifier.partial_fit against ReservoirPy's LMS.

Run from the repository's root, on an idle machine::

    python benchmarks/readout_speed.py [--json]

1000 features in float32, 10 classes, one sample per update, percentiles frozen by a
``fit`` before, 10 % of features active after thresholds. The contenders take turns
(A B C A B C ...), each on samples of its own number so that a turn lasts about as long.
Needs ReservoirPy for the peer (``pip install reservoirpy``); without it the peer is
skipped. With ``--json`` the figures go to ``benchmarks/results/readout_speed.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

# One core for everybody: numpy's libraries read this when they are first imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from sparcelearn.readouts import SparceClassifier

N_FEATURES, N_CLASSES, SPARSITY = 1000, 10, 0.9
N_SAMPLES = 20_000
TURNS = 7


def main() -> None:
    """Run the contenders in turns, print the table, write the figures if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    options = parser.parse_args()

    contenders = make_contenders()
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(TURNS + 1):
        for name, (learn, n_samples) in contenders.items():
            start = time.perf_counter()
            learn(n_samples)
            if turn:  # the first turn compiles
                rates[name].append(n_samples / (time.perf_counter() - start))
    report(rates)
    if options.json:
        write(rates)


def make_contenders() -> dict[str, tuple[Callable[[int], object], int]]:
    """Return functions that learn from the first n samples, with n, by name."""
    rng = np.random.default_rng(0)
    X = rng.random((N_SAMPLES, N_FEATURES), dtype=np.float32)
    y = (X @ rng.normal(size=(N_FEATURES, N_CLASSES)).astype(np.float32)).argmax(axis=1)
    classes = np.arange(N_CLASSES)

    def sparce(solver: str, batch_size: int) -> Callable[[int], object]:
        readout = SparceClassifier(
            SPARSITY,
            learn_thresholds=True,
            solver=solver,
            learning_rate=1e-4,
            batch_size=batch_size,
            max_iter=1,
            random_state=0,
        )
        labels = np.concatenate([classes, y[classes.size : 2000]])
        readout.fit(X[:2000], labels)
        return lambda n: readout.partial_fit(X[:n], y[:n])

    contenders = {
        "sparce sgd, batch 1": (sparce("sgd", 1), N_SAMPLES),
        "sparce sgd, batch 20": (sparce("sgd", 20), N_SAMPLES),
        "sparce adam, batch 1": (sparce("adam", 1), N_SAMPLES // 4),
        "sparce adam, batch 20": (sparce("adam", 20), N_SAMPLES),
    }
    try:
        from reservoirpy.nodes import LMS
    except ImportError as error:
        print(f"reservoirpy LMS skipped: {error}")
        return contenders
    lms, targets = LMS(learning_rate=1e-6), np.eye(N_CLASSES, dtype=np.float32)[y]
    contenders["reservoirpy LMS"] = (lambda n: lms.partial_fit(X[:n], targets[:n]), 2000)
    return contenders


def report(rates: dict[str, list[float]]) -> None:
    """Print samples per second: median, range, and ratio to the peer if there is one."""
    peer = np.median(rates["reservoirpy LMS"]) if "reservoirpy LMS" in rates else np.nan
    print(f"{'samples/s':24}{'median':>12}{'lowest':>12}{'highest':>12}{'x LMS':>8}")
    for name, runs in rates.items():
        median = np.median(runs)
        print(f"{name:24}{median:12,.0f}{min(runs):12,.0f}{max(runs):12,.0f}{median / peer:8.1f}")


def write(rates: dict[str, list[float]]) -> None:
    """Write all runs, and what they ran on, as JSON."""
    path = Path(__file__).parent / "results" / "readout_speed.json"
    path.parent.mkdir(exist_ok=True)
    record = {
        "machine": platform.machine(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "load_average": os.getloadavg(),
        "samples_per_second": {name: [round(run) for run in runs] for name, runs in rates.items()},
    }
    path.write_text(json.dumps(record, indent=2) + "\n")
    print(f"written to {path}")


if __name__ == "__main__":
    main()
