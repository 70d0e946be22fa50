"""A search over sparsity, three ways: how often the reservoir is simulated, and how long it takes.

Run from the repository's root, on an idle machine::

    python benchmarks/search.py [--json] [--n-units 1000]

The digits (1797 sequences of 8 steps), a spiking reservoir that calibrates nothing, SpaRCe at
8 levels of sparsity, 3 folds, one core, and the best level fitted on all in the end:

- *pipeline*: ``GridSearchCV`` over reservoir and readout together;
- *memory*: the same, with ``memory=`` on the reservoir, an empty folder at first;
- *states*: the reservoir's states computed once, ``GridSearchCV`` over the readout alone.

All must give the same score for every level and fold. Simulations are counted by the
reservoir's own calls, with those by which it measures its firing rates.
With ``--json`` the figures go to ``benchmarks/results/search.json``.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from typing import Any

# One core: numpy's libraries read this when they are first imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from _results import write
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import Pipeline

from sparcelearn.datasets import load_digits_sequence
from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import SpikingReservoir
from sparcelearn.reservoir._simulator import Simulator

LEVELS = [0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 0.9]
FOLDS = StratifiedKFold(3)


def main() -> None:
    """Search three ways, print the table, write the figures if requested."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    parser.add_argument("--n-units", type=int, default=1000)
    options = parser.parse_args()

    X, y = load_digits_sequence(return_X_y=True)
    reservoir = SpikingReservoir(
        options.n_units, input_scaling=1.0, feature_scaling=None, random_state=0
    ).fit(X[:200])  # independent of folds
    readout = SparceClassifier(max_iter=10, random_state=0)
    clone(readout).set_params(max_iter=1).fit(reservoir.transform(X[:200]), y[:200])  # compiles

    with tempfile.TemporaryDirectory() as folder:
        rows = {
            "pipeline": measure(lambda: search_pipeline(reservoir, readout, X, y)),
            "memory": measure(lambda: search_pipeline(reservoir, readout, X, y, memory=folder)),
            "states": measure(lambda: search_states(reservoir, readout, X, y)),
        }
    report(rows)
    if options.json:
        record = {"n_units": options.n_units, "levels": LEVELS, "searches": rows}
        write("search", "python benchmarks/search.py --json", record)


def search_pipeline(reservoir: Any, readout: Any, X: Any, y: Any, memory: Any = None) -> Any:
    """Search over reservoir and readout together."""
    steps = [("reservoir", clone(reservoir).set_params(memory=memory)), ("readout", readout)]
    return GridSearchCV(Pipeline(steps), {"readout__sparsity": LEVELS}, cv=FOLDS).fit(X, y)


def search_states(reservoir: Any, readout: Any, X: Any, y: Any) -> Any:
    """Simulate once, then search over the readout alone."""
    states = clone(reservoir).fit_transform(X)
    return GridSearchCV(readout, {"sparsity": LEVELS}, cv=FOLDS).fit(states, y)


def measure(search: Any) -> dict[str, Any]:
    """Return how long a search took, what it simulated, and its scores."""
    simulated: list[int] = []
    run = Simulator.run

    def counting(self: Simulator, samples: Any, **how: Any) -> Any:
        simulated.append(len(samples))
        return run(self, samples, **how)

    Simulator.run = counting  # type: ignore[method-assign]
    try:
        start = time.perf_counter()
        found = search()
        seconds = time.perf_counter() - start
    finally:
        Simulator.run = run  # type: ignore[method-assign]
    folds = [found.cv_results_[f"split{k}_test_score"].tolist() for k in range(3)]
    return {
        "seconds": round(seconds, 2),
        "simulations": len(simulated),
        "samples_simulated": sum(simulated),
        "best_sparsity": found.best_params_.popitem()[1],
        "scores": folds,
    }


def report(rows: dict[str, dict[str, Any]]) -> None:
    """Print the table, and whether all scores agree."""
    plain = rows["pipeline"]["seconds"]
    print(f"{'':10}{'simulations':>12}{'samples':>10}{'seconds':>10}{'faster':>8}")
    for name, row in rows.items():
        print(
            f"{name:10}{row['simulations']:12}{row['samples_simulated']:10,}"
            f"{row['seconds']:10.1f}{plain / row['seconds']:7.1f}x"
        )
    same = all(row["scores"] == rows["pipeline"]["scores"] for row in rows.values())
    print(f"scores of all levels and folds: {'the same' if same else 'NOT the same'}")
    means = np.mean(rows["states"]["scores"], axis=0)
    print("  ".join(f"{level}: {mean:.3f}" for level, mean in zip(LEVELS, means, strict=True)))


if __name__ == "__main__":
    main()
