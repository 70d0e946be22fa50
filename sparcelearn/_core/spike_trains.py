"""Events as data: which channel spiked when, for samples that scikit-learn can split."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .event_checks import check_events, flat

__all__ = ["SpikeTrains"]

# A time this close below a step (in steps) belongs to it: 0.7 / 0.1 is 6.999...
SNAP = 1e-6
_TYPES = (np.float64, np.int32)  # of times and of channels


class SpikeTrains:
    """Spikes of many samples, laid end to end.

    A sample is a set of events ``(time, channel)`` over a duration. The container has a
    length and can be indexed by a number, a slice, a mask or an array of numbers; the result
    is another ``SpikeTrains``. So scikit-learn's splitters and searches accept it as ``X``.
    Iterating gives a pair ``(times, channels)`` for each sample.

    On a grid of steps of ``dt`` the event at time ``t`` belongs to step
    ``floor(t / dt)``; a spike of step ``k`` has the time ``k * dt``.

    Parameters
    ----------
    times : array-like of shape (n_events,)
        Time of each event since the start of its sample (ms), rising within a sample.
    channels : array-like of shape (n_events,)
        Channel of each event.
    starts : array-like of shape (n_samples + 1,)
        Events of sample ``k`` are ``starts[k]`` to ``starts[k + 1] - 1``.
    n_channels : int
        Number of channels.
    durations : float or array-like of shape (n_samples,)
        How long each sample lasts (ms); all its events come before.

    Attributes
    ----------
    times : ndarray of shape (n_events,), dtype float64
    channels : ndarray of shape (n_events,), dtype int32
    starts : ndarray of shape (n_samples + 1,), dtype int64
    n_channels : int
    durations : ndarray of shape (n_samples,), dtype float64

    Raises
    ------
    ValueError
        If an event is outside its sample or has an unknown channel, if times decrease within
        a sample, or if shapes do not match.

    Examples
    --------
    >>> from sparcelearn import SpikeTrains
    >>> trains = SpikeTrains.from_samples(
    ...     [([1.0, 4.0], [0, 2]), ([2.5], [1])], n_channels=3, durations=5.0
    ... )
    >>> trains
    SpikeTrains(n_samples=2, n_channels=3, n_events=3)
    >>> trains.to_dense(dt=1.0).shape
    (2, 5, 3)
    """

    def __init__(
        self,
        times: ArrayLike,
        channels: ArrayLike,
        starts: ArrayLike,
        n_channels: int,
        durations: float | ArrayLike,
    ) -> None:
        self.times = flat("times", times, np.float64)
        self.channels = flat("channels", channels, np.int32)
        self.starts = flat("starts", starts, np.int64)
        self.n_channels = int(n_channels)
        n_samples = len(self.starts) - 1
        if n_samples < 0 or self.starts[0] != 0 or self.starts[-1] != len(self.times):
            raise ValueError(
                f"starts must rise from 0 to the number of events, {len(self.times)}, "
                f"not from {self.starts[:1]} to {self.starts[-1:]}."
            )
        durations = np.asarray(durations, dtype=np.float64)
        if durations.shape not in ((), (n_samples,)):
            raise ValueError(f"durations must be of shape ({n_samples},), not {durations.shape}.")
        self.durations = np.array(np.broadcast_to(durations, n_samples))
        check_events(self)

    @classmethod
    def from_samples(
        cls,
        samples: Iterable[tuple[ArrayLike, ArrayLike]],
        n_channels: int,
        durations: float | ArrayLike,
    ) -> SpikeTrains:
        """Join samples given one by one, in any order of events.

        Parameters
        ----------
        samples : iterable of (array-like of times, array-like of channels)
            Events of each sample (ms).
        n_channels : int
            Number of channels.
        durations : float or array-like of shape (n_samples,)
            How long each sample lasts (ms).

        Returns
        -------
        SpikeTrains
        """
        times, channels, lengths = [np.zeros(0)], [np.zeros(0, dtype=np.int32)], [0]
        for sample in samples:
            t, c = (
                flat(*given) for given in zip(("times", "channels"), sample, _TYPES, strict=True)
            )
            if len(t) != len(c):
                raise ValueError(f"A sample has {len(t)} times for {len(c)} channels.")
            order = np.lexsort((c, t))
            times.append(t[order])
            channels.append(c[order])
            lengths.append(len(t))
        return cls(
            np.concatenate(times),
            np.concatenate(channels),
            np.cumsum(lengths),
            n_channels,
            durations,
        )

    @classmethod
    def from_dense(cls, raster: ArrayLike, dt: float = 1.0) -> SpikeTrains:
        """Convert an array of steps; a count above 1 gives as many events.

        Parameters
        ----------
        raster : array-like of shape (n_samples, n_steps, n_channels)
            Spikes in each step: 0, 1, 2, ...
        dt : float, default=1.0
            Length of a step (ms).

        Returns
        -------
        SpikeTrains
        """
        counts = np.asarray(raster)
        if counts.ndim != 3:
            raise ValueError(f"raster must have 3 dimensions, not {counts.ndim}.")
        if counts.dtype.kind not in "buif" or np.any(counts < 0) or np.any(counts % 1 != 0):
            raise ValueError("raster must hold numbers of spikes: 0, 1, 2, ...")
        counts = counts.astype(np.int64)
        sample, step, channel = np.nonzero(counts)
        repeats = counts[sample, step, channel]
        starts = np.concatenate([[0], np.cumsum(counts.sum(axis=(1, 2)))])
        n_samples, n_steps, n_channels = counts.shape
        return cls(
            np.repeat(step * dt, repeats),
            np.repeat(channel, repeats),
            starts,
            n_channels,
            np.full(n_samples, n_steps * dt),
        )

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
        counts = np.zeros((len(self), n_steps, self.n_channels), dtype=np.float32)
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
        covering = np.ceil(self.durations / dt - SNAP).astype(np.int64)
        if len(self.times) == 0:
            return np.maximum(covering, 1)
        last = np.zeros(len(self), dtype=np.int64)  # an event may be rounded up to a further step
        sample = np.repeat(np.arange(len(self)), np.diff(self.starts))
        np.maximum.at(last, sample, self.steps(dt) + 1)
        return np.maximum(np.maximum(covering, last), 1)

    def counts(self) -> NDArray[np.int64]:
        """Return the number of spikes of each channel in each sample.

        Returns
        -------
        ndarray of shape (n_samples, n_channels), dtype int64
        """
        counts = np.zeros((len(self), self.n_channels), dtype=np.int64)
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
        first = np.full((len(self), self.n_channels), np.inf)
        sample = np.repeat(np.arange(len(self)), np.diff(self.starts))
        np.minimum.at(first, (sample, self.channels), self.times)
        return first

    @property
    def shape(self) -> tuple[int]:
        """Number of samples, as a tuple like that of arrays."""
        return (len(self),)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __iter__(self) -> Iterator[tuple[NDArray[np.float64], NDArray[np.int32]]]:
        for first, last in zip(self.starts[:-1], self.starts[1:], strict=True):
            yield self.times[first:last], self.channels[first:last]

    def __getitem__(self, key: Any) -> SpikeTrains:
        if isinstance(key, tuple):  # as scikit-learn indexes arrays: X[rows, ...]
            key = key[0]
        if isinstance(key, Sequence):
            key = np.asarray(key, dtype=None if len(key) else np.int64)
        rows = np.atleast_1d(np.arange(len(self))[key])
        lengths = np.diff(self.starts)[rows]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        events = np.arange(starts[-1]) + np.repeat(self.starts[rows] - starts[:-1], lengths)
        return SpikeTrains(
            self.times[events],
            self.channels[events],
            starts,
            self.n_channels,
            self.durations[rows],
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SpikeTrains):
            return NotImplemented
        mine, theirs = vars(self), vars(other)
        return all(np.array_equal(mine[name], theirs[name]) for name in mine)

    __hash__ = None  # type: ignore[assignment] # its arrays may be written to

    def __repr__(self) -> str:
        return (
            f"SpikeTrains(n_samples={len(self)}, n_channels={self.n_channels}, "
            f"n_events={len(self.times)})"
        )
