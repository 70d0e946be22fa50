"""Checks of the arrays that spike trains are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def flat(name: str, values: ArrayLike, dtype: Any) -> NDArray[Any]:
    """Return a 1-D array of the type; raise if values would change."""
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{name} must have one dimension, not {array.ndim}.")
    if array.dtype.kind not in "iuf" and array.size:
        raise TypeError(f"{name} must hold numbers, not {array.dtype}.")
    converted = array.astype(dtype)
    if not np.array_equal(converted, array):  # NaN is not equal to itself either
        raise ValueError(f"{name} must be finite and fit into {np.dtype(dtype).name}.")
    return converted


def check_events(trains: Any) -> None:
    """Raise ValueError where the events of samples are not as `SpikeTrains` says."""
    if len(trains.times) != len(trains.channels):
        raise ValueError(
            f"times and channels must be equally long, not {len(trains.times)} "
            f"and {len(trains.channels)}."
        )
    if np.any(np.diff(trains.starts) < 0):
        raise ValueError("starts must not fall.")
    if not (np.all(np.isfinite(trains.durations)) and np.all(trains.durations > 0)):
        raise ValueError(f"durations must be finite and above 0, not {trains.durations}.")
    if len(trains.times) == 0:
        return
    if trains.channels.min() < 0 or trains.channels.max() >= trains.n_channels:
        raise ValueError(
            f"channels must be from 0 to n_channels - 1 = {trains.n_channels - 1}, "
            f"not {trains.channels.min()} to {trains.channels.max()}."
        )
    ends = np.repeat(trains.durations, np.diff(trains.starts))
    if not np.all((trains.times >= 0) & (trains.times < ends)):
        raise ValueError("times must be from 0 to before the end of their sample.")
    falls = np.diff(trains.times) < 0
    falls[trains.starts[(trains.starts > 0) & (trains.starts < len(trains.times))] - 1] = False
    if falls.any():
        raise ValueError(f"times must not fall within a sample; event {falls.argmax() + 1}.")
