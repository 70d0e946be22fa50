"""What spikes tell of a stimulus: rates over trials, and the stimulus before a spike."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn._core.validation import Interval, validate_params

__all__ = ["peristimulus_histogram", "reverse_correlation"]


@validate_params(
    {
        "trains": [SpikeTrains],
        "width": [Interval(Real, 0, np.inf, closed="neither")],
    },
    prefer_skip_nested_validation=True,
)
def peristimulus_histogram(trains: SpikeTrains, width: float = 10.0) -> NDArray[np.float64]:
    """Return the rate of each channel over time, as a mean over trials (PSTH).

    The samples are trials of one stimulus. In a bin from t to t + width::

        rate(t) = spikes in the bin, over all trials / (number of trials * width)

    Parameters
    ----------
    trains : SpikeTrains
        One sample per trial, all equally long.
    width : float, default=10.0
        Length of a bin (ms). A last one that is not whole is left out.

    Returns
    -------
    rates : ndarray of shape (n_bins, n_channels)
        In Hz.

    Raises
    ------
    ValueError
        If there is no trial, if trials are of unequal length, or shorter than a bin.

    See Also
    --------
    firing_rates : Means over time as well.

    References
    ----------
    W. Gerstner, W. M. Kistler, R. Naud, L. Paninski, "Neuronal Dynamics", Cambridge
    University Press, 2014, section 7.2.

    Examples
    --------
    >>> from sparcelearn import SpikeTrains
    >>> from sparcelearn.measures import peristimulus_histogram
    >>> trials = [([2.0], [0]), ([3.0, 15.0], [0, 0])]
    >>> trains = SpikeTrains.from_samples(trials, n_channels=1, durations=20.0)
    >>> peristimulus_histogram(trains, width=10.0)
    array([[100.],
           [ 50.]])
    """
    durations = np.unique(trains.durations)
    if len(durations) != 1:
        raise ValueError(
            f"trains must be one or more trials of one length, got {len(trains)} of "
            f"{len(durations)} lengths"
        )
    n_bins = int(durations[0] / width + 1e-9)
    if n_bins < 1:
        raise ValueError(f"width={width} is longer than the trials, {durations[0]} ms")
    bins = trains.steps(width)
    is_whole = bins < n_bins
    counts = np.zeros((n_bins, trains.n_channels))
    np.add.at(counts, (bins[is_whole], trains.channels[is_whole]), 1.0)
    return counts / (len(trains) * width / 1000)


@validate_params(
    {
        "stimulus": ["array-like"],
        "trains": [SpikeTrains],
        "n_lags": [Interval(Integral, 1, None, closed="left")],
        "dt": [Interval(Real, 0, np.inf, closed="neither")],
    },
    prefer_skip_nested_validation=True,
)
def reverse_correlation(
    stimulus: ArrayLike, trains: SpikeTrains, n_lags: int, dt: float = 1.0
) -> NDArray[np.float64]:
    """Return the mean stimulus before a spike, less the mean stimulus.

    The spike-triggered average. For white noise, and units whose rate is a function of the filtered
    stimulus, it is proportional to the filter::

        A[l, c, k] = mean over spikes of unit k, in step t, of s_c(t - l)  -  mean of s_c

    Parameters
    ----------
    stimulus : array-like of shape (n_samples, n_steps, n_channels)
        What was presented.
    trains : SpikeTrains
        Spikes of the units, as many samples.
    n_lags : int
        How many steps to look back, that of the spike included. Spikes before that are left out.
    dt : float, default=1.0
        Length of a step of the stimulus (ms).

    Returns
    -------
    average : ndarray of shape (n_lags, n_channels, n_units)
        NaN for units without a spike.

    Raises
    ------
    ValueError
        If shapes do not match.

    References
    ----------
    W. Gerstner, W. M. Kistler, R. Naud, L. Paninski, "Neuronal Dynamics", Cambridge
    University Press, 2014, section 7.6.

    Examples
    --------
    A unit that spikes where the stimulus was large 2 steps before:

    >>> import numpy as np
    >>> from sparcelearn import SpikeTrains
    >>> from sparcelearn.measures import reverse_correlation
    >>> s = np.random.default_rng(0).normal(size=(1, 5000, 1))
    >>> trains = SpikeTrains.from_dense(np.roll(s > 1.0, 2, axis=1))
    >>> reverse_correlation(s, trains, n_lags=4)[:, 0, 0].round(1) + 0.0
    array([0. , 0. , 1.5, 0. ])
    """
    s = np.asarray(stimulus, dtype=np.float64)
    n_steps = trains.n_steps(dt)
    if s.ndim != 3 or len(s) != len(trains) or np.any(n_steps > s.shape[1]):
        longest = int(n_steps.max(initial=0))
        raise ValueError(
            f"stimulus must be of shape (n_samples, n_steps, n_channels), for {len(trains)} "
            f"samples of up to {longest} steps, got {s.shape}"
        )
    sample = np.repeat(np.arange(len(trains)), np.diff(trains.starts))
    step = trains.steps(dt)
    counts = step >= n_lags - 1
    sample, step, unit = sample[counts], step[counts], trains.channels[counts]
    n: Any = np.bincount(unit, minlength=trains.n_channels)
    sums = np.zeros((n_lags, trains.n_channels, s.shape[2]))
    for lag in range(n_lags):
        np.add.at(sums[lag], unit, s[sample, step - lag])
    with np.errstate(invalid="ignore"):
        means = sums / n[:, np.newaxis]
    return (means - s.mean(axis=(0, 1))).transpose(0, 2, 1)
