"""Sequences of one library as those of another: time before channels, or after."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def as_sequences(X: Any) -> NDArray[Any] | list[NDArray[Any]]:
    """Turn series of aeon or sktime into sequences: time before channels.

    Parameters
    ----------
    X : array-like of shape (n_cases, n_channels, n_timepoints), or list of \
            (n_channels, n_timepoints)
        Series.

    Returns
    -------
    ndarray of shape (n_cases, n_timepoints, n_channels), or list of (n_timepoints, n_channels)

    Raises
    ------
    ValueError
        If an array has not three axes, or one of a list has not two.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.interop import as_sequences
    >>> as_sequences(np.zeros((5, 2, 30))).shape
    (5, 30, 2)
    """
    return _swapped(X, "(n_cases, n_channels, n_timepoints)")


def as_series(X: Any) -> NDArray[Any] | list[NDArray[Any]]:
    """Turn sequences into series of aeon or sktime: time after channels.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_timesteps, n_channels), or list of \
            (n_timesteps, n_channels)
        Sequences.

    Returns
    -------
    ndarray of shape (n_samples, n_channels, n_timesteps), or list of (n_channels, n_timesteps)

    Raises
    ------
    ValueError
        If an array has not three axes, or one of a list has not two.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.interop import as_series
    >>> as_series(np.zeros((5, 30, 2))).shape
    (5, 2, 30)
    """
    return _swapped(X, "(n_samples, n_timesteps, n_channels)")


def _swapped(X: Any, axes: str) -> NDArray[Any] | list[NDArray[Any]]:
    """Swap the two last axes of an array, or the two axes of each of a list."""
    if isinstance(X, (list, tuple)):
        parts = [np.asarray(part) for part in X]
        bad = [part.shape for part in parts if part.ndim != 2]
        if bad:
            raise ValueError(f"Each item of X must have 2 axes; one has the shape {bad[0]}.")
        return [part.T for part in parts]
    array = np.asarray(X)
    if array.ndim != 3:
        raise ValueError(f"X must be of shape {axes}, not {array.shape}.")
    return array.swapaxes(1, 2)
