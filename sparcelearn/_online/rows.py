"""Which rows of a stream count: those after the washout."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_consistent_length

__all__ = ["after_washout", "rows_of", "score_after_washout"]


def after_washout(starts: NDArray[np.int64], washout: int) -> Any:
    """Return which rows are left of series laid end to end, without the first of each.

    Parameters
    ----------
    starts : ndarray of shape (n_series + 1,)
        Where each series begins.
    washout : int
        Rows that are dropped of each.

    Returns
    -------
    slice or ndarray of int
        A slice where there is one series, so that nothing need be copied.
    """
    if len(starts) == 2:
        return slice(washout, None)
    rows = np.arange(starts[-1])
    return rows[rows - np.repeat(starts[:-1], np.diff(starts)) >= washout]


def rows_of(y: Any, kept: Any) -> Any:
    """Return the rows that are kept; ``y`` as it came where that is all."""
    return y if isinstance(kept, slice) and not kept.start else np.asarray(y)[kept]


def score_after_washout(
    metric: Any, y: Any, prediction: NDArray[Any], sample_weight: Any, kept: Any
) -> float:
    """Return a metric of scikit-learn over the rows that are kept."""
    check_consistent_length(prediction, y, sample_weight)
    if not len(prediction[kept]):
        raise ValueError(f"the washout leaves none of the {len(prediction)} rows in X to score.")
    weights = None if sample_weight is None else rows_of(sample_weight, kept)
    return float(metric(rows_of(y, kept), prediction[kept], sample_weight=weights))
