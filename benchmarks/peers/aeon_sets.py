"""Write the data sets that come with aeon, and MiniRocket's accuracy on them, to a folder.

Runs in an environment of its own, which has aeon: ``python aeon_sets.py FOLDER NAME...``. Samples
of unequal length are stretched to the longest for MiniRocket, which takes no others.
"""

import sys
import time
from pathlib import Path

import numpy as np
from aeon.classification.convolution_based import MiniRocketClassifier
from aeon.datasets import load_classification

SEEDS = range(3)


def stretched(X, length):
    """Return samples as one array, (n_samples, n_channels, length)."""
    grid = np.linspace(0, 1, length)
    return np.stack(
        [[np.interp(grid, np.linspace(0, 1, x.shape[1]), c) for c in x] for x in X]
    ).astype(np.float32)


folder = Path(sys.argv[1])
for name in sys.argv[2:]:
    (A, a), (B, b) = (load_classification(name, split=split) for split in ("train", "test"))
    lengths = {x.shape[1] for x in [*A, *B]}
    train, test = (stretched(X, max(lengths)) for X in (A, B))
    scores, seconds = [], []
    for seed in SEEDS:
        model = MiniRocketClassifier(random_state=seed)
        begin = time.perf_counter()
        model.fit(train, a)
        scores.append(model.score(test, b))
        seconds.append(time.perf_counter() - begin)
    parts = {"train": (A, a), "test": (B, b)}
    arrays = {"minirocket": np.array(scores), "seconds": np.array(seconds)}
    for part, (X, y) in parts.items():
        arrays[f"{part}_rows"] = np.concatenate([x.T for x in X])
        arrays[f"{part}_lengths"] = np.array([x.shape[1] for x in X])
        arrays[f"{part}_labels"] = np.asarray(y).astype("U32")
    np.savez(folder / f"{name}.npz", **arrays)
    print(name, f"{100 * np.mean(scores):.1f}", flush=True)
