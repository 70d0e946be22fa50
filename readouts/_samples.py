"""Samples that an estimator hands on to others: rows, arrays of more dimensions, spike trains."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils import check_consistent_length

from sparcelearn._core.checked_rows import checked_rows
from sparcelearn._core.sequences import check_trains
from sparcelearn._core.spike_trains import SpikeTrains

__all__ = ["checked_samples"]


def checked_samples(estimator: Any, X: Any, *y: Any, reset: bool, **options: Any) -> Any:
    """Return valid samples, and as many labels or values if they are given.

    Parameters
    ----------
    estimator : estimator
        Whose samples they are.
    X : array-like of shape (n_samples, ...), or SpikeTrains
        Samples.
    *y : array-like of shape (n_samples,)
        Labels or values, or nothing.
    reset : bool
        Whether the number of features, and their names, are learned from X.
    **options
        More for scikit-learn's ``validate_data``.

    Returns
    -------
    ndarray or SpikeTrains, or a tuple of it and ndarray
    """
    if not isinstance(X, SpikeTrains):
        return checked_rows(estimator, X, *y, reset=reset, allow_nd=True, **options)
    targets = tuple(map(np.asarray, y))
    check_consistent_length(X, *targets)
    check_trains(estimator, X, reset=reset)
    return (X, *targets) if y else X
