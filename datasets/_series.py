"""Text files with one number per line, and pairs of input and target for forecasting."""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._budget import MAX_BYTES, Budget
from ._home import About, Source, fetch


def read_series(path: str | Path, *, max_bytes: int = MAX_BYTES) -> NDArray[np.float64]:
    """Read a text file with one number per line.

    Parameters
    ----------
    path : str or Path
        The file; empty lines at its end are ignored.
    max_bytes : int, default=2**28
        Most bytes that the file, and the numbers in it, may take.

    Returns
    -------
    ndarray of shape (n_lines,)

    Raises
    ------
    ValueError
        If a line is not one finite number, or the file is empty or larger than ``max_bytes``.
    """
    budget, values, empty = Budget(Path(path), max_bytes), array("d"), 0
    for number, line in enumerate(budget.lines(), start=1):
        if not line:
            empty = empty or number  # the first since the last number
            continue
        budget.take(8)
        if empty:
            raise ValueError(f"{path}, line {empty}: not one number: ''.")
        try:
            values.append(float(line))
        except ValueError:
            raise ValueError(f"{path}, line {number}: not one number: {line[:40]!r}.") from None
    series = np.array(values)
    if not len(series) or not np.isfinite(series).all():
        raise ValueError(f"{path} must hold finite numbers, at least one.")
    return series


def fetch_series(
    source: Source, about: About, horizon: int, return_X_y: bool, **options: Any
) -> Any:
    """Return a published series as pairs to forecast, and the series itself."""
    (series,) = fetch(source, lambda path: [read_series(path)], **options)
    return about.result(return_X_y, *to_forecasting(series, horizon), series=series)


def to_forecasting(series: ArrayLike, horizon: int = 1) -> tuple[NDArray[Any], NDArray[Any]]:
    """Split a series into inputs and targets for forecasting.

    Parameters
    ----------
    series : array-like of shape (n_timesteps,) or (n_timesteps, n_channels)
        The series.
    horizon : int, default=1
        How many steps ahead to forecast, at least 1.

    Returns
    -------
    X : ndarray of shape (n_timesteps - horizon, n_channels)
        The series without its last ``horizon`` steps; a series of one dimension has one
        channel.
    y : ndarray of shape (n_timesteps - horizon,) or (n_timesteps - horizon, n_channels)
        The value ``horizon`` steps later; one-dimensional for a single channel.

    Raises
    ------
    ValueError
        If ``horizon`` is not from 1 to the length of the series minus 1.

    Examples
    --------
    >>> from sparcelearn.datasets import to_forecasting
    >>> X, y = to_forecasting([1.0, 2.0, 4.0, 8.0])
    >>> X.ravel(), y
    (array([1., 2., 4.]), array([2., 4., 8.]))
    """
    values = np.asarray(series)
    if values.ndim not in (1, 2):
        raise ValueError(f"series must have 1 or 2 dimensions, not {values.ndim}.")
    if not 1 <= horizon < len(values):
        raise ValueError(f"horizon must be from 1 to {len(values) - 1}, not {horizon}.")
    rows = values.reshape(len(values), -1)
    later = rows[horizon:]
    return rows[:-horizon], later[:, 0] if rows.shape[1] == 1 else later
