"""What all encoders share."""

from __future__ import annotations

import itertools
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.as_fitted import keep_parameters, with_fitted_parameters
from sparcelearn._core.callbacks import CallbackSupportMixin, fit_task, with_callbacks
from sparcelearn._core.sequences import Sequences, as_sequences
from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn._core.validation import Interval, StrOptions, check_parameters, unchanged_on_error

BLOCK_CELLS = 2**22  # steps times channels at a time, so that memory stays below 200 MB


class Spikes(NamedTuple):
    """Spikes in any order: sample, time since its start (ms), and channel."""

    samples: NDArray[np.int64]
    times: NDArray[np.floating]
    channels: NDArray[np.int64]


class BaseEncoder(CallbackSupportMixin, TransformerMixin, BaseEstimator):
    """A code: every row of a sample becomes ``n_steps`` steps of the encoded sample."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {}

    n_steps = 1
    n_features_in_: int

    @unchanged_on_error
    @with_callbacks
    def fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Learn what the code needs of the data: for most codes, the number of channels.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_channels) or \
                (n_samples, n_timesteps, n_channels), or list of (n_timesteps, n_channels)
            Values.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or ``X`` is not valid.
        """
        check_parameters(self)
        keep_parameters(self)
        samples = self._check_input(X, reset=True)
        task = fit_task(self, X, y)
        self._learn(samples)
        task.end()
        return self

    @abstractmethod
    def transform(self, X: ArrayLike) -> Any:
        """Encode.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_channels) or \
                (n_samples, n_timesteps, n_channels), or list of (n_timesteps, n_channels)
            Values.

        Returns
        -------
        samples
        """

    def _check_input(self, X: ArrayLike, *, reset: bool) -> Sequences:
        return as_sequences(self, X, reset=reset, dtype="float64")

    def _learn(self, sequences: Sequences) -> None:
        """Set fitted attributes, and check parameters against the data."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []  # spikes are float32
        tags.input_tags.three_d_array = True
        return tags


@dataclass(eq=False, repr=False, kw_only=True)
class SpikeEncoder(BaseEncoder):
    """A code of spikes, and its decoder."""

    dt: float = 1.0
    output: str = "dense"

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "dt": [Interval(Real, 0, None, closed="neither")],
        "output": [StrOptions({"dense", "spikes"})],
    }

    @abstractmethod
    def _spikes(self, sequences: Sequences, keys: NDArray[np.uint64]) -> Spikes:
        """Encode some samples; of random codes, by numbers that are drawn from their keys."""

    def _keys(self, blocks: Sequence[Sequences]) -> NDArray[np.uint64]:
        """Return a number for each sample of a call, given in blocks."""
        return np.zeros(sum(map(len, blocks)), dtype=np.uint64)

    @property
    def _n_channels_out(self) -> int:
        return self.n_features_in_

    @with_fitted_parameters
    def transform(self, X: ArrayLike) -> Any:
        """Encode values as spikes.

        A sample's spikes depend only on the sample, and with ``fresh_trials`` on how many equal
        ones came before it in ``X``.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_channels) or \
                (n_samples, n_timesteps, n_channels), or list of (n_timesteps, n_channels)
            Values.

        Returns
        -------
        ndarray of shape (n_samples, n_steps_out, n_channels_out), list of ndarray, or SpikeTrains
            Spikes in each step, as float32 (a list if samples differ in length), or events
            with ``output="spikes"``.

        Raises
        ------
        ValueError
            If ``X`` has another number of channels than in ``fit``, NaN or infinity.
        """
        check_is_fitted(self)
        sequences = self._check_input(X, reset=False)
        trains = self._trains(sequences)
        if self.output == "spikes":
            return trains
        starts = sequences.starts * self.n_steps
        return as_samples(in_steps(trains, starts, self.dt).astype(np.float32), starts)

    def _trains(self, sequences: Sequences) -> SpikeTrains:
        cells = np.maximum(sequences.lengths * self.n_steps * self._n_channels_out, 1)
        block = (np.cumsum(cells) - 1) // BLOCK_CELLS
        borders = [0, *(np.flatnonzero(np.diff(block)) + 1), len(sequences)]
        spans = list(itertools.pairwise(borders))
        blocks = [sequences.block(first, last) for first, last in spans]
        keys, parts = self._keys(blocks), []
        for (first, last), part in zip(spans, blocks, strict=True):
            samples, times, channels = self._spikes(part, keys[first:last])
            order = np.lexsort((channels, times, samples))
            parts.append((samples[order] + first, times[order], channels[order]))
        samples, times, channels = map(np.concatenate, zip(*parts, strict=True))
        return SpikeTrains(
            times,
            channels,
            np.searchsorted(samples, np.arange(len(sequences) + 1)),
            self._n_channels_out,
            sequences.lengths * self.n_steps * self.dt,
        )

    @abstractmethod
    def _decode(self, trains: SpikeTrains, starts: NDArray[np.int64]) -> NDArray[np.floating]:
        """Return the rows of values; ``starts`` are the steps at which samples start."""

    @with_fitted_parameters
    def inverse_transform(self, X: Any) -> Any:
        """Decode spikes.

        Parameters
        ----------
        X : SpikeTrains, ndarray of shape (n_samples, n_steps_out, n_channels_out), or list
            Spikes, in any form that ``transform`` returns.

        Returns
        -------
        ndarray of shape (n_samples, n_channels) or (n_samples, n_timesteps, n_channels), or list
            Values. Samples of one time step each are returned as rows, samples of unequal
            length as a list.

        Raises
        ------
        ValueError
            If ``X`` has another number of channels or steps than ``transform`` returns, or
            values that are not numbers of spikes.
        """
        check_is_fitted(self)
        trains = X if isinstance(X, SpikeTrains) else as_trains(X, self.dt)
        if trains.n_channels != self._n_channels_out:
            raise ValueError(
                f"X has {trains.n_channels} channels of spikes, but {type(self).__name__} "
                f"is expecting {self._n_channels_out}."
            )
        lengths = trains.n_steps(self.dt)
        if np.any(lengths % self.n_steps):
            raise ValueError(
                f"Samples in X must be whole windows of n_steps={self.n_steps} steps of "
                f"dt={self.dt}, not {lengths[lengths % self.n_steps > 0][0]} steps."
            )
        starts = np.concatenate([[0], np.cumsum(lengths)])
        rows = self._decode(trains, starts)
        if np.all(lengths == self.n_steps):
            return rows
        return as_samples(rows, starts // self.n_steps)


@dataclass(eq=False, repr=False)
class WindowEncoder(SpikeEncoder):
    """A code that gives each value a window of ``n_steps`` steps."""

    n_steps: int = 100

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **SpikeEncoder._parameter_constraints,
        "n_steps": [Interval(Integral, 1, None, closed="left")],
    }


def place_of_rows(sequences: Sequences) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the sample that each row belongs to, and its number in it."""
    samples = np.repeat(np.arange(len(sequences)), sequences.lengths)
    return samples, np.arange(len(samples)) - sequences.starts[samples]


def as_samples(rows: NDArray[Any], starts: NDArray[np.int64]) -> Any:
    """Cut rows into samples: one array if they are equally long, else a list."""
    lengths = np.diff(starts)
    if np.all(lengths == lengths[0]):
        return rows.reshape(len(lengths), lengths[0], rows.shape[1])
    return np.split(rows, starts[1:-1])


def as_trains(X: Any, dt: float) -> SpikeTrains:
    """Convert samples of steps to spike trains."""
    arrays = X if isinstance(X, (list, tuple)) else np.asarray(X)
    if len(arrays) == 0 or any(np.ndim(x) != 2 for x in arrays):
        raise ValueError(
            "X must be SpikeTrains, or of shape (n_samples, n_steps, n_channels), or a list "
            "of (n_steps, n_channels)."
        )
    if len({np.shape(x)[1] for x in arrays}) > 1 or any(len(x) == 0 for x in arrays):
        raise ValueError("Every sample in X must have steps, and all the same n_channels.")
    lengths = np.array([len(x) for x in arrays])
    joined = SpikeTrains.from_dense(np.concatenate(list(arrays))[np.newaxis], dt)
    firsts = np.concatenate([[0], np.cumsum(lengths)])
    steps = joined.steps(dt)
    starts = np.searchsorted(steps, firsts)
    steps -= np.repeat(firsts[:-1], np.diff(starts))
    return SpikeTrains(steps * dt, joined.channels, starts, joined.n_channels, lengths * dt)


def in_steps(trains: SpikeTrains, starts: NDArray[np.int64], dt: float) -> NDArray[np.int64]:
    """Count spikes in steps of samples laid end to end, which start at ``starts``."""
    counts = np.zeros((starts[-1], trains.n_channels), dtype=np.int64)
    first = np.repeat(starts[:-1], np.diff(trains.starts))
    np.add.at(counts, (first + trains.steps(dt), trains.channels), 1)
    return counts
