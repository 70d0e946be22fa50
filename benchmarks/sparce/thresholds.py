"""How far thresholds should move with normalised steps, and by which weights.

    python benchmarks/sparce/thresholds.py [--json]

By which weights: a loop in plain numpy learns the pixels of digits with squared loss, and takes the
gradient of thresholds at the weights before its step, midway through it, and after it. How far:
`SparceClassifier` at rates from 0, on those pixels and on features of spiking reservoirs (vowels,
spoken digits), and `SparceRegressor` on ten clinical measurements (diabetes; R2). Training parts
alone, a third of them held out. Some minutes; needs SPARCELEARN_DATA.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rows import Row, collect, command_line, means
from sklearn.datasets import load_diabetes, load_digits
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from sparcelearn.readouts import SparceClassifier, SparceRegressor

sys.path.append(str(Path(__file__).parents[1] / "computing"))
import samples

SEEDS, LEVELS, RATES = range(3), (0.3, 0.6, 0.8, 0.9), (0.0, 0.02, 0.05, 0.1, 0.5)
PLACES = {"before": 0.0, "midway": 0.5, "after": 1.0}
Split = tuple[NDArray, NDArray, NDArray, NDArray]


def held_out(X: NDArray, y: NDArray, seed: int) -> Split:
    """Return two thirds to learn from and the rest, first features, then labels."""
    labels = y if np.unique(y).size < len(y) / 10 else None
    return tuple(train_test_split(X, y, test_size=1 / 3, stratify=labels, random_state=seed))


def pixels(seed: int) -> Split:
    """Return images of digits, between 0 and 1."""
    X, y = load_digits(return_X_y=True)
    return held_out(X / 16, y, seed)


def measurements(seed: int) -> Split:
    """Return ten measurements and the progress of diabetes."""
    X, y = load_diabetes(return_X_y=True)
    return held_out(StandardScaler().fit_transform(X), y, seed)


def sequences(name: str, seed: int) -> Split:
    """Return features of the training part of a task."""
    X, _, y, _ = samples.TASKS[name].split(seed)
    return held_out(samples.TASKS[name].arms["recommended"](seed).fit_transform(X), y, seed)


def loop(split: Split, place: float, seed: int) -> tuple[float, float]:
    """Return the accuracy of a plain loop at a level of 0.6, and the share of active features."""
    X, X_out, y, y_out = split
    T, rng = 2 * np.eye(y.max() + 1)[y] - 1, np.random.default_rng(seed)
    theta = np.quantile(X, 0.6, axis=0)
    code = np.maximum(X - theta, 0)
    sizes = np.sqrt((code**2).sum(axis=0) / np.maximum((code > 0).sum(axis=0), 1))
    sizes[sizes == 0] = 1.0
    W, b, n_active = np.zeros((X.shape[1], T.shape[1])), np.zeros(T.shape[1]), 0.4 * X.shape[1]
    for _ in range(20):
        for s in rng.permutation(len(X)):
            x = np.maximum(X[s] - theta, 0)
            e = x @ W + b - T[s]
            step = 0.3 / (1 + np.sum((x / sizes) ** 2))
            move = step * np.outer(x / sizes**2, e)
            theta += 0.1 * (1 + n_active) * step * sizes**2 * (x > 0) * ((W - place * move) @ e)
            W, b = W - move, b - step * e
    code = np.maximum(X_out - theta, 0)
    return float(np.mean((code @ W + b).argmax(axis=1) == y_out)), float(np.mean(code > 0))


def run() -> Iterator[Row]:
    """Yield a row for each place, then for each rate and level."""
    for seed in SEEDS:
        for place, share in PLACES.items():
            accuracy, active = loop(pixels(seed), share, seed)
            yield {
                "data": "pixels, plain loop",
                "level": 0.6,
                "how": place,
                "seed": seed,
                "score": round(100 * accuracy, 2),
                "active": round(active, 3),
            }
        sets = {"pixels": pixels(seed), "diabetes": measurements(seed)}
        sets |= {name: sequences(name, seed) for name in ("vowels", "spoken")}
        for name, (X, X_out, y, y_out) in sets.items():
            kind = SparceRegressor if name == "diabetes" else SparceClassifier
            for level in LEVELS:
                for rate in RATES:
                    readout = kind(level, threshold_rate=rate, random_state=seed).fit(X, y)
                    yield {
                        "data": name,
                        "level": level,
                        "how": rate,
                        "seed": seed,
                        "score": round(100 * readout.score(X_out, y_out), 2),
                        "active": round(float(np.mean(readout.sparse_code(X_out) != 0)), 3),
                    }


def main() -> None:
    """Run everything, print means, write the rows if requested."""
    options = command_line(__doc__).parse_args()
    rows = collect(run(), "thresholds", options.json)
    means(rows, ("data", "level", "how"), ("score", "active"))


if __name__ == "__main__":
    main()
