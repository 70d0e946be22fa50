"""A series as changes from some steps ago, and what the changes are added to."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_array

from sparcelearn._core.warning import warn

FEW = 30  # rows that say little of a range

__all__ = ["changes", "first_rows", "last_rows", "references", "warn_of_trend"]


def first_rows(values: ArrayLike, lag: int | None) -> NDArray[np.float64]:
    """Return what came before a stream began, ``lag`` rows: all are taken to be like its first."""
    rows = check_array(values, dtype=np.float64)
    return np.repeat(rows[:1], lag or 0, axis=0)


def last_rows(past: NDArray[np.float64], values: ArrayLike) -> NDArray[np.float64]:
    """Return the rows to be remembered after ``values`` have come, as many as until now."""
    rows = np.concatenate([past, check_array(values, dtype=np.float64)])
    return rows[len(rows) - len(past) :]


def changes(X: Any, past: NDArray[np.float64]) -> Any:
    """Return how rows differ from those ``len(past)`` steps earlier, with the names they had."""
    if not len(past):
        return X
    rows = check_array(X, dtype=np.float64, input_name="X")
    if rows.shape[1] != past.shape[1]:  # whoever reads X says so
        return X
    before = np.concatenate([past, rows])[: len(rows)]
    return X - before if hasattr(X, "columns") else rows - before


def references(
    series: NDArray[np.float64], past: NDArray[np.float64], horizons: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return what forecasts from each row are added to: (n_rows, n_horizons * n_targets).

    It is the last value known at the time of the row that lies a multiple of ``len(past)`` steps
    before the moment that is forecast, and 0 where nothing is remembered.
    """
    lag = len(past)
    if not lag:
        return np.zeros((len(series), len(horizons) * series.shape[1]))
    steps = horizons - -(-horizons // lag) * lag
    rows = lag + np.arange(len(series))
    known = np.concatenate([past, series])
    return known[rows[:, np.newaxis] + steps].reshape(len(series), -1)


def warn_of_trend(series: NDArray[np.float64]) -> None:
    """Warn if the last third of a series lies, by its median, outside the range of the first."""
    third = len(series) // 3
    if third < FEW:
        return
    early, late = series[:third], np.median(series[-third:], axis=0)
    if np.any((late < early.min(axis=0)) | (late > early.max(axis=0))):
        warn(
            "The series leaves the range of its first third, and units are calibrated on what "
            "comes first. Give difference=1, or the length of the season (12 for months)."
        )
