"""Exact percentiles of feature magnitudes, and the size of what passes them, in blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Codes are at least of this size, in units of the threshold: less is noise on a constant.
HARDLY = 1e-3
# What is smaller than this is taken to be 0: in single precision, 1 / size is still a number.
NOTHING = 1e-35


def magnitude_quantiles(
    X: NDArray[Any], rows: NDArray[np.int64], q: NDArray[np.float64], block_values: int = 2**23
) -> NDArray[np.float64]:
    """Return the exact quantiles of |X| over rows: a row for each q, a column for each feature.

    Works on blocks of features, 64 MB at a time, so that a memory-mapped X larger than
    memory stays on disk.
    """
    out = np.empty((q.size, X.shape[1]))
    for here, block in _blocks(X, rows, block_values):
        magnitudes = np.abs(block, out=block)
        out[:, here] = np.quantile(magnitudes, q, axis=1, overwrite_input=True)
    return out


def active_sizes(
    X: NDArray[Any],
    rows: NDArray[np.int64],
    thresholds: NDArray[np.floating],
    block_values: int = 2**23,
) -> NDArray[np.float64]:
    """Return the size of each feature's code where it is active, over rows, in blocks."""
    out = np.empty(X.shape[1])
    for here, block in _blocks(X, rows, block_values):
        passed = np.abs(block, out=block)
        passed -= thresholds[here, np.newaxis]
        np.maximum(passed, 0.0, out=passed)
        n_active = np.count_nonzero(passed, axis=1)
        out[here] = np.square(passed, out=passed).sum(axis=1) / np.maximum(n_active, 1)
    return as_size(out, thresholds)


def as_size(mean_squares: NDArray[Any], thresholds: NDArray[Any]) -> NDArray[np.float64]:
    """Return the root; of a constant a share of its threshold, and 1 for what is always 0."""
    size = np.maximum(np.sqrt(mean_squares), HARDLY * thresholds)
    return np.where(size > NOTHING, size, 1.0)


def mean_square(targets: NDArray[Any]) -> float:
    """Return the mean square of targets, all outputs together: the size that errors begin at."""
    return float(np.mean(np.square(targets, dtype=np.float64)))


def _blocks(
    X: NDArray[Any], rows: NDArray[np.int64], block_values: int
) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """Yield which features a block holds, and its values, a row for each feature."""
    width = max(1, block_values // rows.size)
    for start in range(0, X.shape[1], width):
        here = slice(start, start + width)
        block = X[:, here]
        if rows.size < X.shape[0]:
            block = block[rows]
        yield here, np.array(block.T, dtype=np.float64, order="C")
