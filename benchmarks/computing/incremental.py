"""Classes that come two at a time: what is left of the first ones at the end.

    python benchmarks/computing/incremental.py digits mnist --json

Features of 1,000 spiking units with nothing set. The samples of each pair of classes are learned
once, or for ten passes, in random order, and none is kept; accuracy is over all ten classes at the
end. ``jointly``: the same readout with all classes at once, ten passes. Seeds 0 to 4.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

sys.path.insert(0, str(Path(__file__).parents[1]))

from _results import write

from sparcelearn.datasets import (
    class_incremental_order,
    fetch_mnist,
    load_digits_sequence,
)
from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import SpikingReservoir

SEEDS = range(5)
LEVELS = (None, 0.5, 0.8, 0.9, 0.95)
N_PASSES = 10
ADAM: dict[str, Any] = {
    "solver": "adam",
    "loss": "sigmoid",
    "alpha": 0.0,
    "learning_rate": 0.002,
    "batch_size": 20,
    "average": None,
}


def split(task: str, seed: int) -> tuple[Any, ...]:
    """Return training samples, test samples, and their labels."""
    if task == "digits":
        X, y = load_digits_sequence(return_X_y=True)
        return tuple(train_test_split(X, y, test_size=0.3, stratify=y, random_state=seed))
    (A, a), (B, b) = (fetch_mnist(subset, return_X_y=True) for subset in ("train", "test"))
    columns = [X.transpose(0, 2, 1).astype(np.float32) / np.float32(255) for X in (A, B)]
    return columns[0][:10_000], columns[1][:2_000], a[:10_000], b[:2_000]


def learn(
    readout: SparceClassifier, X: NDArray[Any], y: NDArray[Any], parts: list[Any], n: int, seed: int
) -> SparceClassifier:
    """Let a readout learn each part for some passes, one after another."""
    rng = np.random.RandomState(seed)
    for rows in parts:
        for _ in range(n):
            shuffled = rng.permutation(rows)
            readout.partial_fit(X[shuffled], y[shuffled], classes=np.arange(10))
    return readout


def main() -> None:
    """Print a table of levels."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=["digits"])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", UserWarning)
    for task in arguments.names:
        table: dict[str, dict[str, list[float]]] = {}
        for seed in SEEDS:
            A, B, a, b = split(task, seed)
            reservoir = SpikingReservoir(1000, random_state=seed).fit(A)
            train, test = reservoir.transform(A), reservoir.transform(B)
            order, pair = class_incremental_order(a, n_tasks=5, random_state=seed)
            pairs = [order[pair == k] for k in range(5)]
            for level in LEVELS:
                row = table.setdefault(str(level), {})
                for how, parts, n_passes in (
                    ("two at a time, once", pairs, 1),
                    ("two at a time, ten passes", pairs, N_PASSES),
                    ("jointly", [np.arange(len(a))], N_PASSES),
                ):
                    readout = SparceClassifier(level, random_state=seed, **ADAM)
                    learn(readout, train, a, parts, n_passes, seed)
                    row.setdefault(how, []).append(readout.score(test, b))
        for level, row in table.items():
            figures = {
                how: f"{100 * np.mean(v):.1f} +- {100 * np.std(v):.1f}" for how, v in row.items()
            }
            print(f"{task:8} sparsity {level:5} {figures}", flush=True)
        if arguments.json:
            command = f"python benchmarks/computing/incremental.py {task} --json"
            write(f"computing_incremental_{task}", command, {"levels": table})


if __name__ == "__main__":
    main()
