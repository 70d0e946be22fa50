"""Classes that come two at a time: what is left of the first ones at the end.

    python benchmarks/computing/incremental.py digits mnist spoken nmnist --json

Features of 1,000 spiking units with nothing set. The samples of each pair of classes are learned
once, or for ten passes, in random order, and none is kept; accuracy is over all ten classes at the
end. ``jointly``: the same readout with all classes at once, ten passes. ``sparing``: other classes
are pushed down only as far as they came lately (`SPARING`, chosen on a fifth of the training images
of seeds 0 to 2), percentiles of features from the first 1,000 samples; ``ahead``: from all training
samples before the first is learned. Ten passes, which take long, are made without thresholds and
at the level chosen. ``long averages``: no sparing, but what predicts is an average over as many
updates as the first pair has samples (the length, out of four, was chosen on the same fifths, of
MNIST of seed 0 alone). Then others, once: the control without thresholds has the memory that suits
it best there; its averages, with nothing else set, are as long as the stream. Nothing was chosen on
spoken digits and N-MNIST, which are learned once. Seeds 0 to 4.
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
sys.path.insert(0, str(Path(__file__).parents[1] / "sparce"))

import tasks
from _results import write

from sparcelearn.datasets import (
    class_incremental_order,
    fetch_mnist,
    load_digits_sequence,
)
from sparcelearn.readouts import (
    PrototypeClassifier,
    ReplayClassifier,
    SparceClassifier,
    SparseCode,
    StreamingLDAClassifier,
)
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
SPARING: dict[str, Any] = {
    "loss": "softmax",
    "alpha": 0.0,
    "learning_rate": 1.0,
    "class_memory": 5,
    "average": 10,  # a mix would go by who is right about the classes of the moment
}
LONG: dict[str, Any] = {  # with an average over as many updates as a pair has samples
    "loss": "softmax",
    "alpha": 0.0,
    "learning_rate": 1.0,
}
CHOSEN, BEST_PLAIN = 0.9, {"class_memory": 2}
UNSEEN = {"spoken": tasks.spoken, "nmnist": tasks.nmnist}
WAYS: dict[str, tuple[dict[str, Any], bool, int]] = {  # settings, two at a time or not, passes
    "two at a time, once": (ADAM, True, 1),
    "two at a time, ten passes": (ADAM, True, N_PASSES),
    "jointly": (ADAM, False, N_PASSES),
    "sparing, once": (SPARING, True, 1),
    "long averages, once": (LONG, True, 1),
    "sparing, jointly": (SPARING, False, N_PASSES),
}


def others(seed: int, n_samples: int) -> dict[str, tuple[Any, bool]]:
    """Return what else learns, and whether the order matters; sums do not know it."""
    with_replay = SparceClassifier(CHOSEN, random_state=seed, **ADAM)
    return {
        "no thresholds, sparing": (SparceClassifier(None, **SPARING | BEST_PLAIN), True),
        "no thresholds, longest averages": (SparceClassifier(None, average=n_samples), True),
        "replay, 200 samples kept": (ReplayClassifier(with_replay, random_state=seed), True),
        "streaming LDA, not local": (StreamingLDAClassifier(), False),
        "prototypes": (PrototypeClassifier(), False),
    }


def split(task: str, seed: int) -> tuple[Any, ...]:
    """Return training samples, test samples, and their labels."""
    if task in UNSEEN:
        return UNSEEN[task](seed)
    if task == "digits":
        X, y = load_digits_sequence(return_X_y=True)
        return tuple(train_test_split(X, y, test_size=0.3, stratify=y, random_state=seed))
    (A, a), (B, b) = (fetch_mnist(subset, return_X_y=True) for subset in ("train", "test"))
    columns = [X.transpose(0, 2, 1).astype(np.float32) / np.float32(255) for X in (A, B)]
    return columns[0][:10_000], columns[1][:2_000], a[:10_000], b[:2_000]


def learn(
    readout: Any, X: NDArray[Any], y: NDArray[Any], parts: list[Any], n: int, seed: int
) -> Any:
    """Let a readout learn each part for some passes, one after another."""
    rng = np.random.RandomState(seed)
    for rows in parts:
        for _ in range(n):
            shuffled = rng.permutation(rows)
            readout.partial_fit(X[shuffled], y[shuffled], classes=np.unique(y))
    return readout


def accuracies(task: str, seed: int) -> dict[str, dict[str, float]]:
    """Return the accuracy of each way to learn at each level of sparsity, and of the others."""
    A, B, a, b = split(task, seed)
    a, b = np.unique(a, return_inverse=True)[1], np.unique(b, return_inverse=True)[1]
    reservoir = SpikingReservoir(1000, random_state=seed).fit(A)
    train, test = reservoir.transform(A), reservoir.transform(B)
    order, pair = class_incremental_order(a, n_tasks=5, random_state=seed)
    pairs, all_rows = [order[pair == k] for k in range(5)], [np.arange(len(a))]
    long_average = {"average": len(pairs[0])}
    found: dict[str, dict[str, float]] = {}
    for level in LEVELS:
        row = found.setdefault(str(level), {})
        for way, (settings, in_pairs, n) in WAYS.items():
            if n > 1 and (level not in (None, CHOSEN) or task in UNSEEN):
                continue
            own = settings | long_average if settings is LONG else settings
            readout = SparceClassifier(level, random_state=seed, **own)
            learn(readout, train, a, pairs if in_pairs else all_rows, n, seed)
            row[way] = readout.score(test, b)
        if level is not None:  # at 0 thresholds start where the code has them, and learn
            code = SparseCode(level).fit(train)
            known, unknown = code.transform(train), code.transform(test)
            for way, settings in (
                ("sparing, ahead", SPARING),
                ("long averages, ahead", LONG | long_average),
            ):
                readout = learn(SparceClassifier(0.0, **settings), known, a, pairs, 1, seed)
                row[way] = readout.score(unknown, b)
    found["others"] = {
        name: learn(readout, train, a, pairs if in_order else all_rows, 1, seed).score(test, b)
        for name, (readout, in_order) in others(seed, len(a)).items()
    }
    return found


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
            for level, row in accuracies(task, seed).items():
                for how, accuracy in row.items():
                    table.setdefault(level, {}).setdefault(how, []).append(accuracy)
        for level, found in table.items():
            figures = {
                how: f"{100 * np.mean(v):.1f} +- {100 * np.std(v):.1f}" for how, v in found.items()
            }
            print(f"{task:8} sparsity {level:5} {figures}", flush=True)
        if arguments.json:
            command = f"python benchmarks/computing/incremental.py {task} --json"
            rest = table.pop("others")
            write(f"computing_incremental_{task}", command, {"levels": table, "others": rest})


if __name__ == "__main__":
    main()
