"""All readouts of spike trains on one benchmark: digits through a spiking reservoir.

Run from the repository's root::

    python benchmarks/rules/spiking_readouts.py [--json]

An image of scikit-learn's digits is held for 50 ms before 300 units; each readout takes the
spikes that come out. Its learning rate is chosen on a fifth of the training samples, then it
learns from all of them and is tested once, with frozen weights, on the other 30 %. SuperSpike
learns one output train per class, and the nearest by van Rossum distance is its answer. For
comparison, ridge and SpaRCe on spike counts. Seeds 0 to 2 draw the split, the network and the
learning. With ``--json`` the rows go to ``benchmarks/results/spiking_readouts.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

# One core: numpy's libraries read this when they are first imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_digits
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sparcelearn import SpikeTrains
from sparcelearn.measures import van_rossum
from sparcelearn.readouts import (
    DecolleClassifier,
    EpropClassifier,
    FirstSpikeClassifier,
    SparceClassifier,
    SuperSpikeRegressor,
)
from sparcelearn.reservoir import SpikingReservoir

DURATION = 50.0  # ms
SEEDS = range(3)


class NearestPattern(ClassifierMixin, BaseEstimator):
    """SuperSpike with an output per class, which alone spikes, three times."""

    def __init__(self, readout: SuperSpikeRegressor) -> None:
        self.readout = readout

    def fit(self, X: SpikeTrains, y: np.ndarray) -> NearestPattern:
        """Learn to answer with the train of the label."""
        self.classes_ = np.unique(y)
        k = self.classes_.size
        samples = [([20.0, 32.0, 44.0], [c] * 3) for c in range(k)]
        self.answers_ = SpikeTrains.from_samples(samples, k, DURATION)
        self.readout.fit(X, self.answers_[np.searchsorted(self.classes_, y)])
        return self

    def predict(self, X: SpikeTrains) -> np.ndarray:
        """Return the label of the nearest train."""
        found = self.readout.predict(X)
        distances = [
            van_rossum(found, self.answers_[np.full(len(X), c)]).sum(axis=1)
            for c in range(self.classes_.size)
        ]
        return self.classes_[np.argmin(distances, axis=0)]


def candidates(seed: int) -> dict[str, list[Any]]:
    """Return, for each readout, what it may choose from."""
    s = {"random_state": seed}
    counts = FunctionTransformer(SpikeTrains.counts)
    return {
        "ridge on counts": [make_pipeline(counts, RidgeClassifier(a)) for a in (1, 10, 100)],
        "SpaRCe on counts": [
            make_pipeline(counts, SparceClassifier(0.5, learning_rate=r, **s))
            for r in (0.002, 0.01)
        ],
        "e-prop, LI": [
            EpropClassifier(learning_rate=r, max_iter=20, **s) for r in (0.002, 0.005, 0.01)
        ],
        "e-prop, LIF": [
            EpropClassifier("lif", learning_rate=r, max_iter=30, **s) for r in (0.001, 0.002)
        ],
        "e-prop, ALIF": [
            EpropClassifier("alif", learning_rate=r, max_iter=30, **s) for r in (0.001, 0.002)
        ],
        "DECOLLE": [DecolleClassifier(learning_rate=r, max_iter=5, **s) for r in (0.3, 1.0, 3.0)],
        "first spike": [
            FirstSpikeClassifier(learning_rate=r, max_iter=50, **s) for r in (0.005, 0.02)
        ],
        "first spike, simplified": [
            FirstSpikeClassifier(derivative="simplified", learning_rate=r, max_iter=50, **s)
            for r in (0.005, 0.02)
        ],
        "SuperSpike": [
            NearestPattern(SuperSpikeRegressor(learning_rate=r, batch_size=20, max_iter=10, **s))
            for r in (0.002, 0.005)
        ],
    }


def run(seed: int) -> list[dict]:
    """Return a row for each readout."""
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(
        X / 16, y, test_size=0.3, stratify=y, random_state=seed
    )
    reservoir = SpikingReservoir(
        300, steps_per_input=int(DURATION), features="spikes", random_state=seed
    ).fit(X_train)
    train, test = reservoir.transform(X_train), reservoir.transform(X_test)
    inner, held_out = train_test_split(
        np.arange(len(y_train)), test_size=0.2, stratify=y_train, random_state=seed
    )
    rows = []
    for name, choices in candidates(seed).items():
        scores = [
            c.fit(train[inner], y_train[inner]).score(train[held_out], y_train[held_out])
            for c in choices
        ]
        chosen = choices[int(np.argmax(scores))]
        begin = time.perf_counter()
        chosen.fit(train, y_train)
        seconds = time.perf_counter() - begin
        rows.append(
            {
                "readout": name,
                "seed": seed,
                "chosen": int(np.argmax(scores)),
                "validation_accuracy": max(scores),
                "test_accuracy": chosen.score(test, y_test),
                "fit_seconds": seconds,
            }
        )
    return rows


def main() -> None:
    """Run all seeds, print the table, write the rows if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    options = parser.parse_args()
    rows = [row for seed in SEEDS for row in run(seed)]
    print(f"{'readout':26} test accuracy     fit (s)")
    for name in candidates(0):
        mine = [row for row in rows if row["readout"] == name]
        accuracy = [row["test_accuracy"] for row in mine]
        seconds = min(row["fit_seconds"] for row in mine)
        print(
            f"{name:26} {np.mean(accuracy):.3f} +- {np.std(accuracy, ddof=1):.3f}  {seconds:8.1f}"
        )
    if options.json:
        path = Path(__file__).parents[1] / "results" / "spiking_readouts.json"
        path.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
