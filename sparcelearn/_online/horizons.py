"""Targets of forecasts: what a series is some steps later."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_array, check_consistent_length

from sparcelearn._core.channels import refuse_series_of_one_dimension
from sparcelearn._core.columns import refuse_columns_without_numbers

__all__ = ["as_series", "checked_horizons", "later_values"]


def checked_horizons(horizon: Any) -> NDArray[np.int64]:
    """Return the steps ahead: all up to a number, or those that are listed.

    Raises
    ------
    ValueError
        If one is no whole number of at least 1, or is listed twice, or there is none.
    """
    if isinstance(horizon, Integral):
        return np.arange(1, int(horizon) + 1)
    steps = np.asarray(horizon)
    is_whole = steps.ndim == 1 and steps.size > 0 and steps.dtype.kind in "iu"
    if not is_whole or steps.min() < 1 or len(np.unique(steps)) < len(steps):
        raise ValueError(
            f"horizon={horizon!r} must be a whole number above 0, or a list of such, each once."
        )
    return np.sort(steps).astype(np.int64)


def as_series(X: Any, y: Any) -> NDArray[np.float64]:
    """Return the series to be forecast: ``y``, or else ``X``, a row for each row of ``X``."""
    refuse_series_of_one_dimension(X)
    refuse_columns_without_numbers(X)
    name = "X" if y is None else "y"
    series = check_array(
        X if y is None else y, dtype=np.float64, ensure_2d=False, input_name=name, copy=True
    )
    if series.ndim > 2:
        raise ValueError(f"{name} must have one or two dimensions, not {series.ndim}.")
    check_consistent_length(X, series)
    return series.reshape(len(series), -1)


def later_values(
    series: NDArray[np.float64], rows: NDArray[np.int64], horizons: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the targets of some rows, horizon by horizon: (n_rows, n_horizons * n_targets)."""
    return series[rows[:, np.newaxis] + horizons].reshape(len(rows), -1)
