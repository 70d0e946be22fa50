"""Statistics of spike trains: rate, regularity, synchrony."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.spike_trains import SpikeTrains

__all__ = ["firing_rates", "isi_cv", "synchrony"]


def firing_rates(trains: SpikeTrains) -> NDArray[np.float64]:
    """Return the mean rate of each channel (Hz).

    Parameters
    ----------
    trains : SpikeTrains
        Spikes.

    Returns
    -------
    ndarray of shape (n_channels,)

    Examples
    --------
    >>> from sparcelearn import SpikeTrains
    >>> from sparcelearn.measures import firing_rates
    >>> trains = SpikeTrains.from_samples([([10.0, 20.0], [0, 0])], n_channels=2, durations=100.0)
    >>> firing_rates(trains)
    array([20.,  0.])
    """
    return trains.counts().sum(axis=0) / (trains.durations.sum() / 1000)


def isi_cv(trains: SpikeTrains) -> NDArray[np.float64]:
    """Return the coefficient of variation of each channel's intervals between spikes.

    It is the standard deviation over the mean: 0 for a clock, 1 for a Poisson process.
    Intervals of all samples are pooled.

    Parameters
    ----------
    trains : SpikeTrains
        Spikes.

    Returns
    -------
    ndarray of shape (n_channels,)
        NaN for channels with fewer than two intervals.

    Examples
    --------
    >>> from sparcelearn import SpikeTrains
    >>> from sparcelearn.measures import isi_cv
    >>> trains = SpikeTrains.from_samples([([1.0, 2.0, 3.0], [0, 0, 0])], 1, durations=5.0)
    >>> isi_cv(trains)
    array([0.])
    """
    samples = np.repeat(np.arange(len(trains)), np.diff(trains.starts))
    order = np.lexsort((trains.times, samples, trains.channels))
    channels, times = trains.channels[order], trains.times[order]
    same = (np.diff(channels) == 0) & (np.diff(samples[order]) == 0)
    intervals, owners = np.diff(times)[same], channels[1:][same]
    n = np.bincount(owners, minlength=trains.n_channels)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(owners, intervals, minlength=trains.n_channels) / n
        deviations = (intervals - mean[owners]) ** 2
        variance = np.bincount(owners, deviations, minlength=trains.n_channels) / n
        return np.where(n >= 2, np.sqrt(variance) / mean, np.nan)


def synchrony(trains: SpikeTrains, bin_width: float = 5.0) -> float:
    r"""Return how much the population fluctuates compared with its units.

    .. math:: \chi = \sqrt{\frac{\operatorname{Var}_t \langle n_i(t) \rangle_i}
                                {\langle \operatorname{Var}_t\, n_i(t) \rangle_i}}

    with :math:`n_i(t)` the spikes of unit :math:`i` in a bin: 1 if all fire together,
    about :math:`1/\sqrt{N}` if they fire independently.

    Parameters
    ----------
    trains : SpikeTrains
        Spikes.
    bin_width : float, default=5.0
        Width of a bin (ms).

    Returns
    -------
    float
        NaN if no unit's count varies.

    References
    ----------
    Golomb, Rinzel, "Dynamics of globally coupled inhibitory neurons with heterogeneity",
    Physical Review E 48, 4810-4814, 1993.

    Examples
    --------
    >>> from sparcelearn import SpikeTrains
    >>> from sparcelearn.measures import synchrony
    >>> together = SpikeTrains.from_samples([([12.0, 12.0], [0, 1])], 2, durations=50.0)
    >>> synchrony(together)
    1.0
    """
    if not bin_width > 0:
        raise ValueError(f"bin_width must be above 0 ms, not {bin_width}.")
    n_bins = trains.n_steps(bin_width)
    firsts = np.cumsum(n_bins) - n_bins
    bins = np.repeat(firsts, np.diff(trains.starts)) + trains.steps(bin_width)
    total = int(n_bins.sum())
    population = np.bincount(bins, minlength=total) / trains.n_channels
    cells, counts = np.unique(bins * trains.n_channels + trains.channels, return_counts=True)
    squares = np.bincount(cells % trains.n_channels, counts**2, minlength=trains.n_channels)
    means = trains.counts().sum(axis=0) / total
    single = np.mean(squares / total - means**2)
    return float(np.sqrt(population.var() / single)) if single > 0 else float("nan")
