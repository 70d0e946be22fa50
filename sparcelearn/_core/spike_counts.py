"""What spike trains hold, counted in steps and by channels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .event_checks import check_dense, check_step

__all__ = ["SNAP", "SpikeCounts"]

# A time this close below a step (in steps) belongs to it: 0.7 / 0.1 is 6.999...
SNAP = 1e-6


class SpikeCounts:
    """Counts of spike trains.

    Attributes
    ----------
    times, channels, starts, n_channels, durations
        As of :class:`~sparcelearn.SpikeTrains`.
    """

    times: NDArray[np.float64]
    channels: NDArray[np.int32]
    starts: NDArray[np.int64]
    n_channels: int
    durations: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def to_dense(self, dt: float = 1.0) -> NDArray[np.float32]:
        """Count spikes in steps.

        Parameters
        ----------
        dt : float, default=1.0
            Length of a step (ms).

        Returns
        -------
        ndarray of shape (n_samples, n_steps, n_channels), dtype float32
            As many steps as the longest sample has.
        """
        n_steps = int(self.n_steps(dt).max(initial=0))
        counts = np.zeros(check_dense(len(self), n_steps, self.n_channels), dtype=np.float32)
        sample = np.repeat(np.arange(len(self)), np.diff(self.starts))
        np.add.at(counts, (sample, self.steps(dt), self.channels), 1)
        return counts

    def steps(self, dt: float) -> NDArray[np.int64]:
        """Return the step of each event on a grid of steps of ``dt`` (ms).

        Parameters
        ----------
        dt : float
            Length of a step (ms).

        Returns
        -------
        ndarray of shape (n_events,), dtype int64
        """
        dt = check_step(dt, self.durations)
        return np.floor(self.times / dt + SNAP).astype(np.int64)

    def n_steps(self, dt: float) -> NDArray[np.int64]:
        """Return how many steps of ``dt`` (ms) cover each sample; the last may be partial.

        Parameters
        ----------
        dt : float
            Length of a step (ms).

        Returns
        -------
        ndarray of shape (n_samples,), dtype int64
        """
        dt = check_step(dt, self.durations)
        n_steps = np.maximum(np.ceil(self.durations / dt - SNAP).astype(np.int64), 1)
        is_heard = np.diff(self.starts) > 0
        latest = self.times[self.starts[1:][is_heard] - 1]  # may be rounded up to a further step
        covering = np.floor(latest / dt + SNAP).astype(np.int64) + 1
        n_steps[is_heard] = np.maximum(n_steps[is_heard], covering)
        return n_steps

    def counts(self) -> NDArray[np.int64]:
        """Return the number of spikes of each channel in each sample.

        Returns
        -------
        ndarray of shape (n_samples, n_channels), dtype int64
        """
        counts = np.zeros(check_dense(len(self), self.n_channels), dtype=np.int64)
        sample = np.repeat(np.arange(len(self)), np.diff(self.starts))
        np.add.at(counts, (sample, self.channels), 1)
        return counts

    def first_times(self) -> NDArray[np.float64]:
        """Return the time of the first spike of each channel in each sample (ms).

        Returns
        -------
        ndarray of shape (n_samples, n_channels), dtype float64
            ``inf`` where a channel is silent.
        """
        first = np.full(check_dense(len(self), self.n_channels), np.inf)
        sample = np.repeat(np.arange(len(self)), np.diff(self.starts))
        np.minimum.at(first, (sample, self.channels), self.times)
        return first
