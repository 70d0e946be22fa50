"""Checks of the arrays and numbers that spike trains are made of."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

MAX_CHANNELS = 2**31 - 1  # numbers of channels are of 32 bits
MAX_DURATION = 1e12  # ms: 31 years
MAX_STEPS = 2**31 - 1  # of a sample
MAX_SPIKES = 2**16  # of a channel in a step of a raster; more are no numbers of spikes
MAX_DENSE = 2**32  # numbers in an array that is made of events


def flat(name: str, values: ArrayLike, dtype: Any) -> NDArray[Any]:
    """Return a 1-D array of the type; raise if values would change."""
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{name} must have one dimension, not {array.ndim}.")
    if array.dtype.kind not in "iuf" and array.size:
        raise TypeError(f"{name} must hold numbers, not {array.dtype}.")
    with np.errstate(invalid="ignore", over="ignore"):  # found below
        converted = array.astype(dtype)
    if not np.array_equal(converted, array):  # NaN is not equal to itself either
        first = int(np.argmax(converted != array))
        raise ValueError(
            f"{name} must be finite and fit into {np.dtype(dtype).name}; entry {first} is "
            f"{array[first]}."
        )
    return converted


def check_n_channels(n_channels: Any) -> int:
    """Return a number of channels; raise if it is none."""
    if isinstance(n_channels, bool) or not isinstance(n_channels, Integral):
        raise TypeError(f"n_channels must be an integer, not {n_channels!r}.")
    if not 0 <= int(n_channels) <= MAX_CHANNELS:
        raise ValueError(f"n_channels must be from 0 to {MAX_CHANNELS}, not {n_channels}.")
    return int(n_channels)


def check_step(dt: Any, durations: Any) -> float:
    """Return the length of a step; raise if it is none, or samples have too many of them."""
    if isinstance(dt, bool) or not isinstance(dt, Real):
        raise TypeError(f"dt must be a number (ms), not {dt!r}.")
    if not 0 < float(dt) < np.inf:
        raise ValueError(f"dt must be finite and above 0 (ms), not {dt!r}.")
    longest = float(np.max(durations, initial=0.0))
    if longest > MAX_STEPS * float(dt):
        raise ValueError(
            f"A sample of {longest:g} ms has more than {MAX_STEPS} steps of dt={dt:g} ms; take a "
            "larger dt or a shorter sample."
        )
    return float(dt)


def check_dense(*shape: int) -> tuple[int, ...]:
    """Return the shape of an array to be made; raise if it is too large."""
    if math.prod(shape) > MAX_DENSE:
        raise ValueError(
            f"An array of shape {shape} would be too large; take fewer samples at once, or a "
            "larger dt."
        )
    return shape


def check_raster(raster: ArrayLike) -> NDArray[np.int64]:
    """Return the numbers of spikes in a raster; raise if they are none."""
    counts = np.asarray(raster)
    if counts.ndim != 3:
        raise ValueError(f"raster must have 3 dimensions, not {counts.ndim}.")
    if counts.dtype.kind not in "buif" or np.any(counts < 0) or np.any(counts % 1 != 0):
        raise ValueError("raster must hold numbers of spikes: 0, 1, 2, ...")
    if np.any(counts > MAX_SPIKES):
        sample, step, channel = np.unravel_index(np.argmax(counts), counts.shape)
        raise ValueError(
            f"raster must hold numbers of spikes, at most {MAX_SPIKES} of a channel in a step, "
            f"not {counts.max()} of channel {channel} in step {step} of sample {sample}."
        )
    return counts.astype(np.int64)


def check_events(trains: Any) -> None:
    """Raise ValueError where the events of samples are not as `SpikeTrains` says."""
    times, channels, starts = trains.times, trains.channels, trains.starts
    if len(times) != len(channels):
        raise ValueError(
            f"times and channels must be equally long, not {len(times)} and {len(channels)}."
        )
    if np.any(np.diff(starts) < 0):
        k = int(np.argmax(np.diff(starts) < 0))
        raise ValueError(f"starts must not fall, as from {starts[k]} to {starts[k + 1]}.")
    good = (trains.durations > 0) & (trains.durations <= MAX_DURATION)
    if not good.all():
        k = int(np.argmin(good))
        raise ValueError(
            f"durations must be above 0 and at most {MAX_DURATION:g} (ms), not "
            f"{trains.durations[k]} as of sample {k}."
        )
    _refuse(
        trains,
        (channels < 0) | (channels >= trains.n_channels),
        f"channels must be from 0 to n_channels - 1 = {trains.n_channels - 1}",
    )
    ends = np.repeat(trains.durations, np.diff(starts))
    _refuse(
        trains,
        (times < 0) | (times >= ends),
        "times must be from 0 to before the end of the sample",
    )
    falls = np.diff(times, prepend=-np.inf) < 0
    falls[starts[:-1][starts[:-1] < len(times)]] = False  # the first event of each sample
    _refuse(trains, falls, "times must not fall within a sample")


def _refuse(trains: Any, is_wrong: NDArray[np.bool_], rule: str) -> None:
    """Raise ValueError naming the first event that is wrong."""
    if not is_wrong.any():
        return
    event = int(np.argmax(is_wrong))
    sample = int(np.searchsorted(trains.starts, event, side="right")) - 1
    raise ValueError(
        f"{rule}; that does not hold for event {event - trains.starts[sample]} of sample {sample}: "
        f"channel {trains.channels[event]} at {trains.times[event]:g} ms, in a sample of "
        f"{trains.durations[sample]:g} ms."
    )
