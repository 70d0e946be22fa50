"""Rows of features, and what belongs to them, checked.

What is plainly valid is returned as it is, which scikit-learn's checks would do as well: of a
single row they take a hundred times as long as to learn from it. All else goes to them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import validate_data

from .fault_place import naming_the_place

__all__ = ["FLOATS", "checked_rows"]

# Read in place, without a copy, when in C order; anything else becomes the first of them.
FLOATS = [np.float64, np.float32]


def checked_rows(estimator: Any, X: Any, *y: Any, reset: bool, **options: Any) -> Any:
    """Return valid rows, and labels or values if they are given.

    Parameters
    ----------
    estimator : estimator
        Whose rows they are.
    X : array-like of shape (n_rows, n_features)
        Features.
    *y : array-like of shape (n_rows,)
        Labels or values, or nothing.
    reset : bool
        Whether the number of features, and their names, are learned from X.
    **options
        More for scikit-learn's ``validate_data``.

    Returns
    -------
    ndarray of shape (n_rows, n_features), or a tuple of it and ndarray

    Raises
    ------
    ValueError
        If they do not fit the estimator or each other, or hold NaN or infinity.
    """
    if not reset and _are_rows(estimator, X) and all(_are_targets(each, len(X)) for each in y):
        return (X, *y) if y else X
    with naming_the_place(X):
        return validate_data(estimator, X, *y, reset=reset, dtype=FLOATS, order="C", **options)


def _are_rows(estimator: Any, X: Any) -> bool:
    """Return whether X is an array that a fitted estimator takes as it is."""
    return (
        type(X) is np.ndarray
        and X.dtype in FLOATS
        and X.ndim == 2
        and X.shape[0] > 0
        and X.shape[1] == getattr(estimator, "n_features_in_", None)
        and X.flags.c_contiguous
        and not hasattr(estimator, "feature_names_in_")  # else it is told that they are missing
        and _is_finite(X)
    )


def _are_targets(y: Any, n_rows: int) -> bool:
    """Return whether labels or values are a flat array of numbers or text, one for each row."""
    if type(y) is not np.ndarray or y.shape != (n_rows,):
        return False
    return y.dtype.kind in "biuUS" or (y.dtype in FLOATS and _is_finite(y))


def _is_finite(values: Any) -> bool:
    """Return whether the sum is finite: then every number is."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(values.sum()))
