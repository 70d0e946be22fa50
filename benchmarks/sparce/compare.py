"""SpaRCe compared with other readouts, over data sets, rate and spiking.

    python benchmarks/sparce/compare.py digits [--json]

Data sets: digits, vowels, spoken, odours, nmnist; ``mnist.py`` has larger ones. Every arm chooses
among six settings on a fifth of the training data, learns from all of it, and is scored once on the
test data with frozen weights. Two controls show what the reservoir adds: the same units
without recurrence, and the readout without thresholds on the raw input. ``tables.py`` makes
tables of the results. Needs SPARCELEARN_DATA for all but digits.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from arms import arms
from rows import Row, collect, command_line, means
from sklearn.model_selection import train_test_split
from tasks import TASKS

CONTROLS = ("SpaRCe", "no thresholds")


def scaled(train: np.ndarray, *others: np.ndarray) -> list[np.ndarray]:
    """Divide features by the standard deviation of those of the training data."""
    size = train.std() or 1.0
    return [np.ascontiguousarray(X / size, dtype=np.float32) for X in (train, *others)]


def score(arm: list[Any], split: tuple, seed: int) -> dict[str, Any]:
    """Choose on a fifth of the training data, learn from all, score on the test data."""
    X, _, y, _ = split
    inner, held_out = train_test_split(
        np.arange(len(y)), test_size=0.2, stratify=y, random_state=1000 + seed
    )
    begin = time.process_time()
    scores = [e.fit(X[inner], y[inner]).score(X[held_out], y[held_out]) for e in arm]
    best = arm[int(np.argmax(scores))]
    return {
        "validation_accuracy": round(100 * max(scores), 2),
        **tested(best, split),
        "chosen": str(best).replace("\n", "")[:200],
        "seconds": round(time.process_time() - begin, 1),  # choosing included
    }


def tested(estimator: Any, split: tuple) -> dict[str, Any]:
    """Learn from the training data and score on the test data."""
    X, X_test, y, y_test = split
    begin = time.process_time()
    estimator.fit(X, y)
    readout = estimator[-1] if hasattr(estimator, "steps") else estimator
    return {
        "test_accuracy": round(100 * estimator.score(X_test, y_test), 2),
        "coding_level": round(float(getattr(readout, "coding_level_", 1.0)), 3),
        "seconds": round(time.process_time() - begin, 1),
    }


def run(name: str, seed: int) -> Iterator[Row]:
    """Yield a row for each reservoir and arm."""
    task = TASKS[name]
    X, X_test, y, y_test = task.split(seed)
    inputs = {"raw input": lambda: None}
    for kind, make in task.reservoirs.items():
        inputs[kind] = lambda make=make: make(seed, recurrent=True)
        inputs[f"{kind}, no recurrence"] = lambda make=make: make(seed, recurrent=False)
    for kind, make in inputs.items():
        reservoir = make()
        if reservoir is None:
            features = scaled(task.flat(X), task.flat(X_test))
        else:
            reservoir.fit(X)
            features = scaled(reservoir.transform(X), reservoir.transform(X_test))
        contenders = arms(task.max_iter, len(y), features[0].shape[1], seed)
        for arm, choices in contenders.items():
            if kind in task.reservoirs or arm in CONTROLS:
                row = {"task": name, "seed": seed, "features": kind, "arm": arm}
                yield row | score(choices, (*features, y, y_test), seed)


def main() -> None:
    """Run a data set, print means, write the rows if requested."""
    parser = command_line(__doc__)
    parser.add_argument("task", choices=TASKS)
    options = parser.parse_args()
    runs = (row for seed in TASKS[options.task].seeds for row in run(options.task, seed))
    rows = collect(runs, f"compare_{options.task}", options.json)
    means(rows, ("features", "arm"), ("test_accuracy", "coding_level"))


if __name__ == "__main__":
    main()
