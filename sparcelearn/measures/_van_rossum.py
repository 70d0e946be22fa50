"""A distance of spike trains that knows how far apart spikes are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.spike_trains import SpikeTrains


def van_rossum(
    trains: SpikeTrains,
    others: SpikeTrains,
    tau_decay: float = 10.0,
    tau_rise: float = 5.0,
    normalize: bool = True,
) -> NDArray[np.float64]:
    """Return the squared van Rossum distance, in closed form, of each sample and channel.

    Both trains are filtered by ``exp(-t / tau_decay) - exp(-t / tau_rise)``, and the square
    of their difference is integrated over all time [1]_. It is 0 for equal trains. If
    normalised, and one train is empty and spikes of the other are far apart, it is their number.

    Parameters
    ----------
    trains, others : SpikeTrains
        Both with the same numbers of samples and channels.
    tau_decay : float, default=10.0
        Slower time constant (ms).
    tau_rise : float, default=5.0
        Faster time constant (ms). 0 is a single exponential, as in the original.
    normalize : bool, default=True
        Whether to divide by the integral for a single spike, which is
        ``(tau_decay + tau_rise) / 2 - 2 tau_decay tau_rise / (tau_decay + tau_rise)``.

    Returns
    -------
    ndarray of shape (n_samples, n_channels)
        Squared distances; in ms, unless normalised.

    Raises
    ------
    ValueError
        If numbers of samples or channels differ, or unless ``0 <= tau_rise < tau_decay``.

    References
    ----------
    .. [1] M. C. W. van Rossum, "A Novel Spike Distance", Neural Computation 13(4),
       751-763, 2001.

    Examples
    --------
    >>> from sparcelearn import SpikeTrains
    >>> from sparcelearn.measures import van_rossum
    >>> one = SpikeTrains([20.0, 90.0], [0, 0], [0, 2], n_channels=1, durations=200.0)
    >>> other = SpikeTrains([21.0], [0], [0, 1], n_channels=1, durations=200.0)
    >>> van_rossum(one, other).round(2)
    array([[1.02]])
    """
    if not 0 <= tau_rise < tau_decay < np.inf:
        raise ValueError(f"0 <= tau_rise < tau_decay must hold, not {tau_rise} and {tau_decay}")
    for name, given in (("trains", trains), ("others", others)):
        if not isinstance(given, SpikeTrains):
            raise TypeError(f"{name} must be SpikeTrains, not {type(given).__name__}")
    shape, other_shape = ((len(t), t.n_channels) for t in (trains, others))
    if shape != other_shape:
        raise ValueError(f"trains are {shape} (samples, channels), but others {other_shape}")
    train = np.concatenate([_train_numbers(trains), _train_numbers(others)])
    times = np.concatenate([trains.times, others.times])
    signs = np.repeat([1.0, -1.0], [len(trains.times), len(others.times)])
    order = np.lexsort((times, train))
    train, times, signs = train[order], times[order], signs[order]
    at_0 = _overlap(np.zeros(1), tau_decay, tau_rise)[0]
    total = np.bincount(train, minlength=shape[0] * shape[1]) * at_0
    for lag in range(1, len(times)):  # pairs of spikes with lag - 1 others between them
        first = np.flatnonzero(train[:-lag] == train[lag:])
        if first.size == 0:
            break
        overlaps = _overlap(times[first + lag] - times[first], tau_decay, tau_rise)
        np.add.at(total, train[first], 2 * signs[first] * signs[first + lag] * overlaps)
    total = np.maximum(total, 0.0).reshape(shape)  # rounding errors of equal trains
    return total / at_0 if normalize else total


def _train_numbers(trains: SpikeTrains) -> NDArray[np.int64]:
    """Return a number for the sample and channel of each event."""
    sample = np.repeat(np.arange(len(trains)), np.diff(trains.starts))
    return sample * trains.n_channels + trains.channels


def _overlap(gap: NDArray[Any], a: float, b: float) -> NDArray[np.float64]:
    """Return the integral of the product of two filtered spikes that are ``gap`` apart."""
    slow = np.exp(-gap / a)
    fast = np.exp(-gap / b) if b > 0 else np.zeros_like(gap)
    return a / 2 * slow + b / 2 * fast - a * b / (a + b) * (slow + fast)
