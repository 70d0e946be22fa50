"""Exact percentiles of feature magnitudes, and the spread of features, in blocks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

# A feature that varies by less than this share of its size is taken to be constant.
HARDLY = 1e-3
# What is smaller than this is taken to be 0: in single precision, 1 / size is still a number.
NOTHING = 1e-35


def magnitude_quantiles(
    X: NDArray, rows: NDArray[np.int64], q: NDArray[np.float64], block_values: int = 2**23
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


def feature_spreads(
    X: NDArray, rows: NDArray[np.int64], block_values: int = 2**23
) -> NDArray[np.float64]:
    """Return the spread of each feature over rows, in blocks."""
    out = np.empty(X.shape[1])
    for here, block in _blocks(X, rows, block_values):
        out[here] = as_spread(block.mean(axis=1), block.var(axis=1))
    return out


def as_spread(mean: NDArray, variance: NDArray) -> NDArray[np.float64]:
    """Return the standard deviation; for constants their size, and 1 for what is always 0."""
    power = variance + mean**2
    kept = np.where(variance > HARDLY**2 * power, variance, power)
    return np.sqrt(np.where(kept > NOTHING**2, kept, 1.0))


def mean_square(targets: NDArray) -> float:
    """Return the mean square of targets, all outputs together: the size that errors begin at."""
    return float(np.mean(np.square(targets, dtype=np.float64)))


def _blocks(
    X: NDArray, rows: NDArray[np.int64], block_values: int
) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """Yield which features a block holds, and its values, a row for each feature."""
    width = max(1, block_values // rows.size)
    for start in range(0, X.shape[1], width):
        here = slice(start, start + width)
        block = X[:, here]
        if rows.size < X.shape[0]:
            block = block[rows]
        yield here, np.array(block.T, dtype=np.float64, order="C")
