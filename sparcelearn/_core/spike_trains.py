"""Events as data: which channel spiked when, for samples that scikit-learn can split."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .event_checks import check_events, check_n_channels, check_raster, check_step, flat
from .spike_counts import SpikeCounts
from .spike_picture import spike_picture

__all__ = ["SpikeTrains"]

_TYPES = (np.float64, np.int32)  # of times and of channels


class SpikeTrains(SpikeCounts):
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
        How long each sample lasts (ms), at most 1e12; all its events come before.

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
        a sample, or if shapes do not match. The message names the sample and the event.

    See Also
    --------
    sparcelearn.interop.from_neo : From Neo; ``to_neo`` is the way back.
    sparcelearn.interop.from_tonic : From Tonic's arrays.
    sparcelearn.interop.from_pandas : From tables.
    sparcelearn.datasets.read_shd : From files of HDF5; ``read_aedat`` from those of cameras.

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
        self.n_channels = check_n_channels(n_channels)
        n_samples = len(self.starts) - 1
        if n_samples < 0 or self.starts[0] != 0 or self.starts[-1] != len(self.times):
            raise ValueError(
                f"starts must rise from 0 to the number of events, {len(self.times)}, "
                f"not from {self.starts[:1]} to {self.starts[-1:]}."
            )
        try:
            durations = np.asarray(durations, dtype=np.float64)
        except (TypeError, ValueError):
            raise TypeError(f"durations must be numbers (ms), not {durations!r}.") from None
        if durations.shape not in ((), (n_samples,)):
            raise ValueError(
                f"durations must be a number, or of shape ({n_samples},), one for each sample, not "
                f"of shape {durations.shape}."
            )
        self.durations = np.array(np.broadcast_to(durations, n_samples))
        check_events(self)

    @classmethod
    def from_samples(
        cls,
        samples: Iterable[tuple[ArrayLike, ArrayLike]],
        n_channels: int,
        durations: float | ArrayLike | None = None,
    ) -> SpikeTrains:
        """Join samples given one by one, in any order of events.

        Parameters
        ----------
        samples : iterable of (array-like of times, array-like of channels)
            Events of each sample (ms).
        n_channels : int
            Number of channels.
        durations : float or array-like of shape (n_samples,), default=None
            How long each sample lasts (ms). None: all as long, to the next whole ms after the
            last event of all.

        Returns
        -------
        SpikeTrains
        """
        times, channels, lengths = [np.zeros(0)], [np.zeros(0, dtype=np.int32)], [0]
        for k, sample in enumerate(samples):
            if len(pair := tuple(sample)) != 2:
                raise ValueError(
                    f"Sample {k} must be a pair (times, channels), not of {len(pair)} parts."
                )
            names = (f"times of sample {k}", f"channels of sample {k}")
            t, c = (flat(*given) for given in zip(names, pair, _TYPES, strict=True))
            if len(t) != len(c):
                raise ValueError(f"Sample {k} has {len(t)} times for {len(c)} channels.")
            order = np.lexsort((c, t))
            times.append(t[order])
            channels.append(c[order])
            lengths.append(len(t))
        joined = np.concatenate(times)
        if durations is None:
            durations = np.floor(joined.max(initial=0.0)) + 1
        return cls(joined, np.concatenate(channels), np.cumsum(lengths), n_channels, durations)

    @classmethod
    def from_dense(cls, raster: ArrayLike, dt: float = 1.0) -> SpikeTrains:
        """Convert an array of steps; a count above 1 gives as many events.

        Parameters
        ----------
        raster : array-like of shape (n_samples, n_steps, n_channels)
            Spikes in each step: 0, 1, 2, ... 65536.
        dt : float, default=1.0
            Length of a step (ms).

        Returns
        -------
        SpikeTrains
        """
        counts = check_raster(raster)
        dt = check_step(dt, 0.0)
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

    @classmethod
    def concatenate(cls, parts: Iterable[SpikeTrains]) -> SpikeTrains:
        """Join the samples of several spike trains, such as recordings read one by one.

        Parameters
        ----------
        parts : iterable of SpikeTrains
            Of the same number of channels, at least one.

        Returns
        -------
        SpikeTrains
            All samples of the first, then all of the second, and so on.

        Raises
        ------
        TypeError
            If a part is something else.
        ValueError
            If there is no part, or numbers of channels differ.

        Examples
        --------
        >>> from sparcelearn import SpikeTrains
        >>> first = SpikeTrains.from_samples([([1.0], [0])], n_channels=2, durations=5.0)
        >>> second = SpikeTrains.from_samples([([2.0, 3.0], [0, 1])], n_channels=2, durations=4.0)
        >>> SpikeTrains.concatenate([first, second]).durations
        array([5., 4.])
        """
        parts = list(parts)
        for k, part in enumerate(parts):
            if not isinstance(part, SpikeTrains):
                raise TypeError(f"parts must be SpikeTrains; part {k} is {type(part).__name__}.")
            if part.n_channels != parts[0].n_channels:
                raise ValueError(
                    f"Part {k} has {part.n_channels} channels, part 0 {parts[0].n_channels}."
                )
        if not parts:
            raise ValueError("parts must hold at least one SpikeTrains.")
        lengths = np.concatenate([np.diff(part.starts) for part in parts])
        return cls(
            np.concatenate([part.times for part in parts]),
            np.concatenate([part.channels for part in parts]),
            np.concatenate([[0], np.cumsum(lengths)]),
            parts[0].n_channels,
            np.concatenate([part.durations for part in parts]),
        )

    @property
    def shape(self) -> tuple[int]:
        """Number of samples, as a tuple like that of arrays."""
        return (len(self),)

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

    def _repr_html_(self) -> str:
        """Show the first sample in a notebook."""
        if not len(self):
            return f"<div>{self!r}</div>"
        picture = spike_picture(*next(iter(self)), self.n_channels, float(self.durations[0]))
        return f"<div>{self!r}, the first sample:<br>{picture}</div>"
