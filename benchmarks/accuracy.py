"""Accuracy of SpaRCe, of the same online readout without thresholds, and of ridge.

All three read the same features of the same fixed reservoir. Each gets the same
number of settings to choose from (eight, or four for MNIST), on a validation part
of the training data; the choice is then trained on all of the training data and
scored once on the test data, with frozen weights.

    python benchmarks/accuracy.py digits --json
    python benchmarks/accuracy.py mnist --json

``digits``: scikit-learn's 8 x 8 digits, row by row, 70/30 stratified, seeds 0 to 4.
``mnist``: the first 10,000 training images column by column, the first 2,000 test
images, seeds 0 to 2; needs SPARCELEARN_DATA.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from _results import write
from sklearn.base import BaseEstimator
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import train_test_split

from sparcelearn.datasets import fetch_mnist, load_digits_sequence
from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir
from sparcelearn.reservoir.input_wiring import Patches

RESERVOIRS: dict[str, dict[str, Callable[[int], BaseEstimator]]] = {
    "digits": {
        "spiking": lambda seed: SpikingReservoir(500, random_state=seed),
        "spiking, patches": lambda seed: SpikingReservoir(
            500, input_wiring=Patches((8,), width=4, n_lags=4), random_state=seed
        ),
        "echo state": lambda seed: EchoStateReservoir(
            500, n_readouts=8, leak_rate=0.8, input_scaling=0.2, random_state=seed
        ),
    },
    "mnist": {
        "spiking": lambda seed: SpikingReservoir(
            300,
            n_readouts=14,
            input_wiring=Patches((28,), width=7, n_lags=7, smoothing=1.0),
            random_state=seed,
        ),
    },
}
# Step sizes of weights and thresholds; found on validation data for the scale of the features.
RATES = {"echo state": {"learning_rate": 0.01, "threshold_rate": 0.1}}
SEEDS = {"digits": range(5), "mnist": range(3)}
EPOCHS = {"digits": 40, "mnist": 15}
LOSSES = {"digits": ("sigmoid", "squared"), "mnist": ("sigmoid",)}


def split(task: str, seed: int) -> tuple[Any, ...]:
    """Return training samples, test samples, training labels and test labels."""
    if task == "digits":
        X, y = load_digits_sequence(return_X_y=True)
        return tuple(train_test_split(X, y, test_size=0.3, stratify=y, random_state=seed))
    parts = []
    for subset, n in (("train", 10_000), ("test", 2_000)):
        images, labels = fetch_mnist(subset, return_X_y=True)
        columns = images[:n].transpose(0, 2, 1) / np.float32(255)  # a time step is a column
        parts.append((columns.astype(np.float32), labels[:n]))
    return parts[0][0], parts[1][0], parts[0][1], parts[1][1]


def candidates(task: str, name: str, seed: int) -> dict[str, list[tuple[dict, Any]]]:
    """Return the settings each arm may choose from, with their estimators."""
    online = {"max_iter": EPOCHS[task], "random_state": seed}
    online |= {"learning_rate_schedule": "linear", "average": None}
    losses = LOSSES[task]
    sparse = [{"loss": x, "sparsity": s} for x in losses for s in (0.2, 0.35, 0.5, 0.7)]
    plain = [{"loss": x, "learning_rate": r} for x in losses for r in (5e-4, 2e-3, 5e-3, 1e-2)]
    ridge = [{"alpha": float(a)} for a in np.logspace(-1, 6, 4 * len(losses))]
    # digits have fewer samples than features, where Cholesky is ill-conditioned
    solver = "svd" if task == "digits" else "cholesky"
    return {
        "SpaRCe": [(p, SparceClassifier(**p, **RATES.get(name, {}), **online)) for p in sparse],
        "no thresholds": [(p, SparceClassifier(sparsity=None, **p, **online)) for p in plain],
        "ridge": [(p, RidgeClassifier(**p, solver=solver)) for p in ridge],
    }


def run(task: str, name: str, seed: int) -> list[dict]:
    """Return a row for each arm on one reservoir and one seed."""
    X_train, X_test, y_train, y_test = split(task, seed)
    reservoir = RESERVOIRS[task][name](seed).fit(X_train)
    train, test = (reservoir.transform(X) for X in (X_train, X_test))
    inner, held_out = train_test_split(
        np.arange(len(y_train)), test_size=0.2, stratify=y_train, random_state=1000 + seed
    )
    rows = []
    for arm, choices in candidates(task, name, seed).items():
        begin = time.perf_counter()
        scores = [
            estimator.fit(train[inner], y_train[inner]).score(train[held_out], y_train[held_out])
            for _, estimator in choices
        ]
        chosen, estimator = choices[int(np.argmax(scores))]
        estimator.fit(train, y_train)
        rows.append(
            {
                "task": task,
                "reservoir": name,
                "seed": seed,
                "arm": arm,
                "chosen": chosen,
                "validation_accuracy": max(scores),
                "test_accuracy": estimator.score(test, y_test),
                "coding_level": getattr(estimator, "coding_level_", 1.0),
                "rate_hz": float(np.mean(getattr(reservoir, "firing_rates_", 0.0))),
                "seconds": time.perf_counter() - begin,
            }
        )
        row = rows[-1]
        print(f"  {name:16} seed {seed} {arm:14} {row['test_accuracy']:.2%}  {chosen}", flush=True)
    return rows


def main() -> None:
    """Run one task and print means with their spread over seeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=list(RESERVOIRS))
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    options = parser.parse_args()
    rows = [
        row
        for name in RESERVOIRS[options.task]
        for seed in SEEDS[options.task]
        for row in run(options.task, name, seed)
    ]
    print(f"\n{'reservoir':17} {'readout':14} {'accuracy':>14} {'std':>6} {'coding level':>13}")
    for name in RESERVOIRS[options.task]:
        for arm in candidates(options.task, name, 0):
            mine = [r for r in rows if r["reservoir"] == name and r["arm"] == arm]
            accuracy = np.array([r["test_accuracy"] for r in mine])
            coding = np.mean([r["coding_level"] for r in mine])
            print(f"{name:17} {arm:14} {accuracy.mean():14.2%} {accuracy.std(ddof=1):6.2%} "
                  f"{coding:13.2f}")  # fmt: skip
    if options.json:
        write(options.task, f"python benchmarks/accuracy.py {options.task} --json", {"rows": rows})


if __name__ == "__main__":
    main()
