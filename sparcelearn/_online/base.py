"""A reservoir and its readout as one estimator: sequences, and pieces of a stream."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from numbers import Integral
from typing import Any, ClassVar, Self

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.utils import check_consistent_length, get_tags
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.callbacks import (
    NO_TASK,
    CallbackSupportMixin,
    FitTask,
    fit_task,
    with_callbacks,
)
from sparcelearn._core.validation import Interval, check_parameters, unchanged_on_error
from sparcelearn.reservoir import SpikingReservoir
from sparcelearn.reservoir._base import BaseReservoir

DEFAULT_UNITS = 100


class OnlineBase(CallbackSupportMixin, BaseEstimator):
    """A reservoir and a readout that share one stream."""

    reservoir_: BaseReservoir
    readout_: Any
    _pending_features: NDArray[np.floating]
    _pending_tickets: NDArray[np.int64]
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "reservoir": [BaseReservoir, None],
        "readout": [BaseEstimator, None],
        "washout": [Interval(Integral, 0, None, closed="left")],
        "max_pending": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        reservoir: BaseReservoir | None = None,
        readout: Any = None,
        *,
        washout: int = 0,
        max_pending: int = 1,
        random_state: int | RandomState | None = None,
    ) -> None:
        self.reservoir = reservoir
        self.readout = readout
        self.washout = washout
        self.max_pending = max_pending
        self.random_state = random_state

    @abstractmethod
    def _default_readout(self) -> Any:
        """Return the readout for ``readout=None``."""

    @unchanged_on_error
    @with_callbacks
    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Draw the reservoir and train the readout from scratch; a stream then ends at rest.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_channels) or \
                (n_samples, n_timesteps, n_channels), or list of (n_timesteps, n_channels)
            Input. With ``carry_state`` samples are successive in time.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            A label or value for each sample; in a stream of rows, for each row.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter, ``X`` or ``y`` is not valid. The estimator is then unchanged.
        """
        task = fit_task(self, X, y, 2)
        self._draw(X, task)
        features, spike_counts, _ = self.reservoir_._respond(X)
        if y is not None:
            check_consistent_length(features, y)
        first = self.washout if self._carries_state else 0
        if first >= len(features):
            raise ValueError(f"washout={first} leaves none of the {len(features)} samples in X.")
        with task.handed_to(self.readout_, "learn"):
            self.readout_.fit(features[first:], _rows_from(y, first))
        if hasattr(self.readout_, "classes_"):
            self.classes_ = self.readout_.classes_
        self._count(features, spike_counts, first)
        self.reset_state()
        task.end()
        return self

    def _partial_fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None, **task: Any
    ) -> Self:
        """Predict and learn from a piece, and then move time past it."""
        if not hasattr(self, "reservoir_"):
            self._draw(X, is_stream=True)
        else:
            self._check_parameters()
        features, spike_counts, after = self.reservoir_._respond(X)
        if y is not None:
            check_consistent_length(features, y, sample_weight)
        first = 0
        if self._carries_state:
            first = min(max(self.washout - self._age, 0), len(features))
        if first < len(features):
            if sample_weight is not None:  # not every readout has such an argument
                task["sample_weight"] = _rows_from(sample_weight, first)
            self.readout_.partial_fit(features[first:], _rows_from(y, first), **task)
        self._count(features, spike_counts, first)
        self.reservoir_._go_on(after)
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Predict each sample; on a stream, without moving time.

        Parameters
        ----------
        X : array-like
            Input in any form that ``fit`` takes.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)

        Raises
        ------
        NotFittedError
            If nothing has been learned yet.
        """
        features = self._features(X)
        return self.readout_.predict(features)

    def reset_state(self) -> Self:
        """Return the stream to rest, so that the next sample is its first.

        Keeps what was learned and counted; predictions that wait for a label are dropped.

        Returns
        -------
        self
        """
        check_is_fitted(self, "reservoir_")
        self.reservoir_.reset_state()
        self._first_step = self.n_steps_
        self._pending_tickets = np.zeros_like(self._pending_tickets)
        self._forget_buffers()
        return self

    @property
    def _carries_state(self) -> bool:
        """Whether samples are successive pieces of one stream."""
        reservoir: Any = getattr(self, "reservoir_", self.reservoir)
        return reservoir is not None and reservoir.carry_state

    @property
    def counters(self) -> dict[str, int]:
        """Counts since ``fit``, or since the first ``partial_fit``.

        ``steps``: samples run through the reservoir by ``fit``, ``partial_fit``, ``step``.
        ``spikes``: spikes of all units.
        ``updates``: samples learned from; epochs of ``fit`` do not count.
        ``updates_skipped``: samples of the washout, whose labels were not used.
        ``rejected_inputs``: calls of ``step`` and ``learn`` that raised ValueError.
        """
        check_is_fitted(self, "reservoir_")
        return {
            "steps": self.n_steps_,
            "spikes": int(self.spike_counts_.sum()),
            "updates": self.n_updates_,
            "updates_skipped": self.n_skipped_,
            "rejected_inputs": self.n_rejected_,
        }

    @property
    def _age(self) -> int:
        """Samples since the stream was last at rest."""
        return self.n_steps_ - self._first_step

    def _check_parameters(self) -> None:
        check_parameters(self)
        if self.washout and not self._carries_state:
            raise ValueError(
                f"washout={self.washout} needs a reservoir with carry_state=True: without it "
                "every sample starts from rest and is read at its own end."
            )

    def _draw(self, X: ArrayLike, task: FitTask = NO_TASK, *, is_stream: bool = False) -> None:
        """Make a new reservoir and readout, and set the counters to 0.

        The reservoir is calibrated on ``X``, or on a stream as it comes.
        """
        self.__dict__.pop("reservoir_", None)  # the template decides whether state is carried
        self._check_parameters()
        if self.reservoir is None:
            template = SpikingReservoir(DEFAULT_UNITS, random_state=self.random_state)
        else:
            template = self.reservoir
        self.reservoir_ = clone(template)
        with task.handed_to(self.reservoir_, "draw"):
            self.reservoir_._begin(X) if is_stream else self.reservoir_.fit(X)
        self.readout_ = self._default_readout() if self.readout is None else clone(self.readout)
        self.n_features_in_ = self.reservoir_.n_features_in_
        self.__dict__.pop("feature_names_in_", None)
        if hasattr(self.reservoir_, "feature_names_in_"):
            self.feature_names_in_ = self.reservoir_.feature_names_in_
        self.n_steps_ = self.n_updates_ = self.n_skipped_ = self.n_rejected_ = 0
        self._first_step = 0
        self.spike_counts_ = np.zeros(self.reservoir_.n_units, dtype=np.int64)
        n_features = self.reservoir_._n_features_out
        self._pending_features = np.zeros((self.max_pending, n_features), self.reservoir_.dtype)
        self._pending_tickets = np.zeros(self.max_pending, dtype=np.int64)

    def _features(self, X: ArrayLike) -> Any:
        check_is_fitted(self)
        return self.reservoir_.transform(X)

    def _count(self, features: Any, spike_counts: NDArray[np.int64], n_skipped: int) -> None:
        """Count a piece, and keep its last features."""
        self.n_steps_ += len(features)
        self.n_updates_ += len(features) - n_skipped
        self.n_skipped_ += n_skipped
        self.spike_counts_ = self.spike_counts_ + spike_counts
        if isinstance(features, np.ndarray):
            self._pending_features = self._pending_features.copy()
            self._pending_features[self.n_steps_ % len(self._pending_features)] = features[-1]
        self._forget_buffers()

    def _forget_buffers(self) -> None:
        self.__dict__.pop("_live", None)

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        return {name: value for name, value in state.items() if name != "_live"}

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        readout = self._default_readout() if self.readout is None else self.readout
        if hasattr(readout, "__sklearn_tags__"):  # fit raises the error for any other
            tags.target_tags.multi_output = get_tags(readout).target_tags.multi_output
        tags.input_tags.three_d_array = True
        return tags


def readout_has(method: str) -> Callable[[OnlineBase], bool]:
    """Return a test of whether an estimator's readout has a method."""

    def has(self: OnlineBase) -> bool:
        readout = getattr(self, "readout_", self.readout)
        return hasattr(self._default_readout() if readout is None else readout, method)

    return has


def _rows_from(y: ArrayLike, first: int) -> ArrayLike:
    """Drop the rows of the washout."""
    return np.asarray(y)[first:] if first else y
