"""The one data rule: what counts as a sample, for every estimator that takes sequences.

Axis 0 counts samples, the last axis counts channels. A sample is a row, or a
(n_timesteps, n_channels) array. All forms become one array of rows and the
positions at which each sample starts, so that kernels need only one layout.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_array
from sklearn.utils.validation import validate_data

from .channels import (
    check_n_channels,
    refuse_padding,
    refuse_series_of_one_dimension,
    refuse_swapped_axes,
)
from .columns import refuse_columns_without_numbers
from .fault_place import naming_the_place
from .names import check_names_of_samples
from .sample_lists import holds_samples, join, require_time_steps
from .spike_trains import SpikeTrains

__all__ = [
    "Events",
    "Sequences",
    "as_events",
    "as_sequences",
    "check_trains",
    "joined",
]


class _Samples(ABC):
    """Rows of samples laid end to end; sample ``k`` starts at row ``starts[k]``."""

    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Number of time steps of each sample."""
        return np.diff(self.starts)

    def as_one(self) -> Self:
        """Return the same rows as one sample: pieces of a stream, in which time goes on."""
        samples: Any = self  # a dataclass
        return replace(samples, starts=self.starts[[0, -1]])

    def block(self, first: int, last: int) -> Self:
        """Return samples ``first`` to ``last - 1``."""
        return self.cut(self.starts[first], self.starts[last])

    @abstractmethod
    def cut(self, begin: int, end: int) -> Self:
        """Return rows ``begin`` to ``end - 1``, as far as there are any.

        Samples may lose their ends.
        """


@dataclass(frozen=True)
class Sequences(_Samples):
    """Samples laid end to end.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_channels)
        All time steps of all samples, C-contiguous.
    starts : ndarray of shape (n_samples + 1,), dtype int64
        Sample ``k`` is ``rows[starts[k]:starts[k + 1]]``.
    """

    rows: NDArray[np.floating]
    starts: NDArray[np.int64]

    def cut(self, begin: int, end: int) -> Sequences:
        end = min(end, int(self.starts[-1]))
        return Sequences(self.rows[begin:end], _cut(self.starts, begin, end))

    def padded(self, n_rows: int, row: NDArray[np.floating]) -> Sequences:
        """Return a copy in which every sample goes on for so many rows, all alike."""
        starts = self.starts + n_rows * np.arange(len(self.starts))
        rows = np.empty((starts[-1], self.rows.shape[1]), self.rows.dtype)
        rows[:] = row
        sample = np.repeat(np.arange(len(self)), self.lengths)
        rows[np.arange(len(self.rows)) + n_rows * sample] = self.rows
        return Sequences(rows, starts)

    def take(self, samples: NDArray[np.integer]) -> Sequences:
        """Return the chosen samples as a copy, in the order given."""
        rows = [self.rows[self.starts[k] : self.starts[k + 1]] for k in samples]
        return Sequences(np.concatenate(rows), _starts(self.lengths[samples]))


@dataclass(frozen=True)
class Events(_Samples):
    """Samples of events on a grid of steps, laid end to end. A row is one step.

    Parameters
    ----------
    channels : ndarray of shape (n_events,), dtype int32
        Channel of each event, step by step.
    row_starts : ndarray of shape (n_rows + 1,), dtype int64
        The events of row ``r`` are ``row_starts[r]`` to ``row_starts[r + 1] - 1``.
    starts : ndarray of shape (n_samples + 1,), dtype int64
        Sample ``k`` is rows ``starts[k]`` to ``starts[k + 1] - 1``.
    """

    channels: NDArray[np.int32]
    row_starts: NDArray[np.int64]
    starts: NDArray[np.int64]

    def cut(self, begin: int, end: int) -> Events:
        end = min(end, int(self.starts[-1]))
        rows = self.row_starts[begin : end + 1]
        channels = self.channels[rows[0] : rows[-1]]
        return Events(channels, rows - rows[0], _cut(self.starts, begin, end))

    def take(self, samples: NDArray[np.integer]) -> Events:
        """Return the chosen samples as a copy, in the order given."""
        blocks = [self.block(k, k + 1) for k in samples]
        counts = np.concatenate([np.diff(block.row_starts) for block in blocks])
        channels = np.concatenate([block.channels for block in blocks])
        return Events(channels, _starts(counts), _starts(self.lengths[samples]))


def joined(parts: list[Any]) -> Any:
    """Lay parts end to end, all of sequences or all of events."""
    starts = _starts(np.concatenate([part.lengths for part in parts]))
    if isinstance(parts[0], Events):
        counts = np.concatenate([np.diff(part.row_starts) for part in parts])
        return Events(np.concatenate([part.channels for part in parts]), _starts(counts), starts)
    return Sequences(np.concatenate([part.rows for part in parts]), starts)


def as_events(estimator: Any, X: SpikeTrains, *, reset: bool, dt: float) -> Events:
    """Put spike trains on a grid of steps and set or check ``n_features_in_``.

    Parameters
    ----------
    estimator : estimator
        The caller, as in :func:`as_sequences`.
    X : SpikeTrains
        Events of each sample; their channels are the features.
    reset : bool
        Whether this call defines the number of channels.
    dt : float
        Length of a step (ms).

    Returns
    -------
    Events

    Raises
    ------
    ValueError
        If ``X`` holds no sample, or another number of channels than before.
    """
    check_trains(estimator, X, reset=reset)
    starts = _starts(X.n_steps(dt))
    row = X.steps(dt) + np.repeat(starts[:-1], np.diff(X.starts))
    # In an order that times do not change: of rows, and in each of channels. One number for both
    # is sorted ten times as fast as two.
    places = np.sort(row * X.n_channels + X.channels)
    channels = (places % X.n_channels).astype(X.channels.dtype)
    return Events(channels, _starts(np.bincount(row, minlength=starts[-1])), starts)


def check_trains(estimator: Any, X: SpikeTrains, *, reset: bool) -> None:
    """Refuse spike trains without samples or with other channels; set ``n_features_in_``.

    Parameters
    ----------
    estimator : estimator
        The caller.
    X : SpikeTrains
        Events of each sample; their channels are the features.
    reset : bool
        Whether this call defines the number of channels.
    """
    if len(X) == 0:
        raise ValueError("X has 0 sample(s) while a minimum of 1 is required.")
    check_n_channels(estimator, X.n_channels, reset=reset)


def as_sequences(
    estimator: Any, X: ArrayLike | SpikeTrains | Sequences, *, reset: bool, dtype: str | list[str]
) -> Sequences:
    """Validate ``X`` in any of its forms and set or check ``n_features_in_``.

    Parameters
    ----------
    estimator : estimator
        The caller; its ``n_features_in_`` (and ``feature_names_in_``) are set
        when ``reset`` and compared otherwise.
    X : array-like of shape (n_samples, n_channels) or \
            (n_samples, n_timesteps, n_channels), or sequence of (n_timesteps, n_channels)
        A list, or a 1-D object array, holds samples of unequal length.
    reset : bool
        Whether this call defines the number of channels.
    dtype : str or list of str
        Type of the numbers returned, in native byte order. Of a list, the type that ``X``
        has if it is in the list, else the first.

    Returns
    -------
    Sequences
        A 2-D ``X`` gives samples of one time step each.

    Raises
    ------
    ValueError
        If ``X`` is empty, has NaN or infinity, a sample without time steps,
        samples of different channel counts, or another number of channels than
        before.
    TypeError
        If ``X`` is sparse, or spike trains.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.base import BaseEstimator
    >>> from sparcelearn._core.sequences import as_sequences
    >>> ragged = [np.zeros((3, 2)), np.ones((1, 2))]
    >>> as_sequences(BaseEstimator(), ragged, reset=True, dtype="float64").starts
    array([0, 3, 4])
    """
    if isinstance(X, SpikeTrains):
        raise TypeError(
            f"{type(estimator).__name__} does not take SpikeTrains; X.to_dense(dt) counts "
            "spikes in steps."
        )
    if isinstance(X, Sequences):  # a row of a stream, whose names were compared before
        rows = check_array(X.rows, dtype=dtype, order="C", input_name="X", estimator=estimator)
        return Sequences(rows, X.starts)
    samples: Any = X
    if holds_samples(X):
        rows, lengths = join(X)
    elif isinstance(X, np.ndarray) and X.ndim == 3:
        n_samples, n_timesteps, n_channels = X.shape
        lengths = np.full(n_samples, n_timesteps)
        require_time_steps(lengths)
        rows = X.reshape(n_samples * n_timesteps, n_channels)
    else:
        refuse_series_of_one_dimension(X)
        refuse_columns_without_numbers(X)
        refuse_swapped_axes(estimator, X, reset=reset)
        with naming_the_place(X):
            rows = validate_data(estimator, X, reset=reset, dtype=dtype, order="C")
        return Sequences(rows, np.arange(len(rows) + 1, dtype=np.int64))
    refuse_padding(rows, lengths)
    with naming_the_place(rows, _starts(lengths), getattr(samples[0], "columns", None)):
        rows = check_array(rows, dtype=dtype, order="C", input_name="X", estimator=estimator)
    check_n_channels(estimator, rows.shape[1], reset=reset, other_axis=lengths)
    check_names_of_samples(estimator, samples, reset=reset)
    return Sequences(rows, _starts(lengths))


def _starts(lengths: NDArray[np.integer]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def _cut(starts: NDArray[np.int64], begin: int, end: int) -> NDArray[np.int64]:
    """Return where samples start, and end, within the rows from ``begin`` to ``end - 1``."""
    inside = starts[np.searchsorted(starts, begin, "right") : np.searchsorted(starts, end)]
    return np.concatenate([[begin], inside, [end]]) - begin
