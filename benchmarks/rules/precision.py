"""Accuracy of one readout over bits of its weights, in three tiers of learning on a chip.

Run from the repository's root::

    python benchmarks/rules/precision.py [--json]

Ten classes of one Gaussian each in 20 dimensions, seen through 300 random rectified
features; softmax delta rule, two passes over 5000 samples, one sample an update; tier 2 adds two
passes in the loop, 20 samples an update, to the trained readout; test on 5000
others, weights frozen. Means over seeds 0, 1, 2. Mismatch is 20 % from device to device.
With ``--json`` the figures go to ``benchmarks/results/rules_precision.json``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sparcelearn.readouts import DeltaClassifier
from sparcelearn.readouts.hardware import (
    InTheLoopTrainer,
    MockChip,
    OnChipReadout,
    deploy,
    generic_chip,
)

SEEDS = (0, 1, 2)
COLUMNS = ("tier 1", "mismatch", "tier 2", "stochastic", "nearest")
RATE, PASSES = 0.005, 2
W_MAX = 0.5  # tier 3: as large as the weights of the float readout get


def task(seed: int) -> tuple[NDArray, NDArray, NDArray, NDArray]:
    """Return training and test samples, and their labels."""
    rng = np.random.default_rng(seed)
    centres, mix = rng.normal(size=(10, 20)), rng.normal(size=(20, 300)) / np.sqrt(20)
    labels = rng.integers(10, size=10_000)
    points = centres[labels] + 1.36 * rng.normal(size=(10_000, 20))
    features = np.maximum(points @ mix, 0)
    return features[:5000], labels[:5000], features[5000:], labels[5000:]


def trained(readout, X: NDArray, y: NDArray):
    """Return a readout after its passes."""
    for _ in range(PASSES):
        readout.partial_fit(X, y, classes=np.arange(10))
    return readout


def row(bits: int, seed: int) -> list[float]:
    """Return the accuracies of one number of bits."""
    X, y, X_test, y_test = task(seed)
    rule = DeltaClassifier(RATE, random_state=seed)
    readout = trained(DeltaClassifier(RATE, random_state=seed), X, y)
    preset = generic_chip(bits)

    def chip(mismatch: float = 0.0) -> MockChip:
        return MockChip(preset, mismatch=mismatch, random_state=seed)

    loop = InTheLoopTrainer(readout, chip(0.2), learning_rate=0.05)
    for _ in range(PASSES):
        loop.partial_fit(X, y)
    return [
        deploy(readout, chip()).score(X_test, y_test),
        deploy(readout, chip(0.2)).score(X_test, y_test),
        loop.score(X_test, y_test),
        *(
            trained(OnChipReadout(rule, chip(), w_max=W_MAX, rounding=how), X, y).score(
                X_test, y_test
            )
            for how in ("stochastic", "nearest")
        ),
    ]


def main() -> None:
    """Print the table, write the figures if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    options = parser.parse_args()
    plain = []
    for seed in SEEDS:
        X, y, X_test, y_test = task(seed)
        readout = trained(DeltaClassifier(RATE, random_state=seed), X, y)
        plain.append(readout.score(X_test, y_test))
    print(f"float: {np.mean(plain):.3f} +- {np.std(plain):.3f}")
    print("bits" + "".join(f"{name:>12}" for name in COLUMNS))
    results: dict[str, object] = {"float": plain}
    for bits in (8, 6, 4, 3, 2):
        runs = np.array([row(bits, seed) for seed in SEEDS])
        print(f"{bits:4}" + "".join(f"{mean:12.3f}" for mean in runs.mean(axis=0)))
        results[str(bits)] = dict(zip(COLUMNS, runs.T.round(4).tolist(), strict=True))
    if options.json:
        path = Path(__file__).parent.parent / "results" / "rules_precision.json"
        path.write_text(json.dumps({"seeds": SEEDS, "accuracy": results}, indent=2) + "\n")
        print(f"written to {path}")


if __name__ == "__main__":
    main()
