"""Exact percentiles of feature magnitudes, in blocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def magnitude_quantiles(
    X: NDArray, rows: NDArray[np.int64], q: NDArray[np.float64], block_values: int = 2**23
) -> NDArray[np.float64]:
    """Return the exact quantiles of |X| over rows: a row for each q, a column for each feature.

    Works on blocks of features, 64 MB at a time, so that a memory-mapped X larger than
    memory stays on disk.
    """
    out = np.empty((q.size, X.shape[1]))
    width = max(1, block_values // rows.size)
    for start in range(0, X.shape[1], width):
        block = X[:, start : start + width]
        if rows.size < X.shape[0]:
            block = block[rows]
        magnitudes = np.abs(block.T, dtype=np.float64, order="C")
        out[:, start : start + width] = np.quantile(magnitudes, q, axis=1, overwrite_input=True)
    return out
