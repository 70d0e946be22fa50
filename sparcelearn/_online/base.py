"""A reservoir and its readout as one estimator: sequences, and pieces of a stream."""

from __future__ import annotations

from abc import abstractmethod
from numbers import Integral
from typing import Any, ClassVar, Self

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.utils import check_consistent_length, get_tags
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.as_fitted import as_fitted, fitted_parameter, keep_parameters
from sparcelearn._core.callbacks import (
    NO_TASK,
    CallbackSupportMixin,
    FitTask,
    fit_task,
    with_callbacks,
)
from sparcelearn._core.guarded import exclusive
from sparcelearn._core.nested import NestedParametersMixin
from sparcelearn._core.validation import Interval, check_parameters, unchanged_on_error
from sparcelearn.reservoir import SpikingReservoir

from .front import FRONTS, front_of
from .rows import after_washout, rows_of, score_after_washout
from .step_targets import has_step_targets, holds_sequences, joined_targets, respond_by_step

DEFAULT_UNITS = 100


class OnlineBase(NestedParametersMixin, CallbackSupportMixin, BaseEstimator):
    """A reservoir and a readout that share one stream."""

    reservoir_: Any
    readout_: Any
    n_features_in_: int
    _by_step = False  # whether every time step has a target
    _pending_features: NDArray[np.floating]
    _pending_tickets: NDArray[np.int64]
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "reservoir": [*FRONTS, None],
        "readout": [BaseEstimator, None],
        "washout": [Interval(Integral, 0, None, closed="left")],
        "max_pending": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        reservoir: Any = None,
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

    def _default_reservoir(self) -> Any:
        return SpikingReservoir(DEFAULT_UNITS, random_state=self.random_state)

    @unchanged_on_error
    @with_callbacks
    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Draw the reservoir and train the readout from scratch.

        With ``carry_state`` the stream begins at rest and then stands at the end of ``X``.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_channels) or \
                (n_samples, n_timesteps, n_channels), or list of (n_timesteps, n_channels)
            Input. With ``carry_state`` samples are successive in time.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), or a list of arrays \
                of shape (n_timesteps,) or (n_timesteps, n_outputs)
            A label or value for each sample; in a stream of rows, for each row. A list of
            arrays, each as long as its sequence in ``X``, has a target for every time step.
            Each sequence is then a stream of its own, with its own washout.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter, ``X`` or ``y`` is not valid. The estimator is then unchanged.
        """
        task = fit_task(self, X, y, 2)
        self._by_step = has_step_targets(X, y)
        self._draw(X, task)
        if self._by_step:
            features, starts, spike_counts, after = respond_by_step(self._front, X)
            y = joined_targets(y)
        else:
            features, spike_counts, after = self._front._respond(X)
            starts = np.array([0, len(features)])
        if y is not None:
            check_consistent_length(features, y)
        kept = self._after_washout(starts)
        n_rows, n_kept = len(features), len(np.arange(len(features))[kept])
        if not n_kept:
            raise ValueError(f"washout={self._washout} leaves none of the {n_rows} samples in X.")
        with task.handed_to(self.readout_, "learn"):
            self.readout_.fit(features[kept], rows_of(y, kept))
        if hasattr(self.readout_, "classes_"):
            self.classes_ = self.readout_.classes_
        self._count(features, spike_counts, n_rows - n_kept)
        self._first_step = int(starts[-2])
        self._front._go_on(after)
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
        features, spike_counts, after = self._front._respond(X)
        if y is not None:
            check_consistent_length(features, y, sample_weight)
        first = self._n_washed_out(len(features))
        if first < len(features):
            kept = slice(first, None)
            if sample_weight is not None:  # not every readout has such an argument
                task["sample_weight"] = rows_of(sample_weight, kept)
            self.readout_.partial_fit(features[kept], rows_of(y, kept), **task)
        self._count(features, spike_counts, first)
        self._front._go_on(after)
        return self

    def predict(self, X: ArrayLike) -> Any:
        """Predict each sample; on a stream, from where it stands, without moving time.

        Rows of the washout are predicted as well: only ``score`` leaves them out.

        Parameters
        ----------
        X : array-like
            Input in any form that ``fit`` takes.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs), or list of such
            After a ``fit`` with a target for every time step, and for sequences, a list: an
            array for each sequence, with its prediction at every step.
        """
        check_is_fitted(self)
        if not self._reads_steps_of(X):
            return self.readout_.predict(self._features(X))
        features, starts, _, _ = respond_by_step(self._front, X)
        return np.split(self.readout_.predict(features), starts[1:-1])

    def _score(self, metric: Any, X: ArrayLike, y: Any, sample_weight: Any) -> float:
        prediction = self.predict(X)
        starts, age = np.array([0, len(prediction)]), self._age
        if self._reads_steps_of(X):
            starts, age = np.cumsum([0, *map(len, prediction)]), 0
            prediction, y = np.concatenate(prediction), joined_targets(y)
        counted = self._after_washout(starts, age)
        return score_after_washout(metric, y, prediction, sample_weight, counted)

    def _reads_steps_of(self, X: Any) -> bool:
        return self._by_step and holds_sequences(X)

    def _n_washed_out(self, n_samples: int) -> int:
        return min(max(self._washout - self._age, 0), n_samples) if self._carries_state else 0

    def _after_washout(self, starts: NDArray[np.int64], age: int = 0) -> Any:
        washout = max(self._washout - age, 0) if self._carries_state or self._by_step else 0
        return after_washout(starts, washout)

    @exclusive
    def reset_state(self) -> Self:
        """Return the stream to rest, so that the next sample is its first.

        Keeps what was learned and counted; predictions that wait for a label are dropped.

        Returns
        -------
        self
        """
        check_is_fitted(self, "reservoir_")
        self._front.reset_state()
        self._first_step = self.n_steps_
        self._pending_tickets = np.zeros_like(self._pending_tickets)
        self._forget_buffers()
        return self

    @property
    def _carries_state(self) -> bool:
        reservoir = getattr(self, "reservoir_", self.reservoir) or self._default_reservoir()
        return bool(as_fitted(front_of(reservoir)).carry_state)

    @property
    def _front(self) -> Any:
        return front_of(self.reservoir_)

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
    def _washout(self) -> int:
        return int(fitted_parameter(self, "washout"))

    @property
    def _age(self) -> int:  # samples since the stream was last at rest
        return self.n_steps_ - self._first_step

    def _check_parameters(self) -> None:
        check_parameters(self)
        if self._washout and not (self._carries_state or self._by_step):
            raise ValueError(
                f"washout={self._washout} needs a reservoir with carry_state=True, or a target "
                "for every time step: else every sample starts from rest and is read at its end."
            )

    def _draw(self, X: ArrayLike, task: FitTask = NO_TASK, *, is_stream: bool = False) -> None:
        """Make a readout, and a reservoir, calibrated on ``X`` or on a stream as it comes."""
        self.__dict__.pop("reservoir_", None)  # the template decides whether state is carried
        keep_parameters(self)
        self._check_parameters()
        template = self._default_reservoir() if self.reservoir is None else self.reservoir
        self.reservoir_ = clone(template)
        with task.handed_to(self.reservoir_, "draw"):
            self._front._begin(X) if is_stream else self._front.fit(X)
        self.readout_ = self._default_readout() if self.readout is None else clone(self.readout)
        for name in ("n_features_in_", "feature_names_in_"):
            self.__dict__.pop(name, None)
            if hasattr(self.reservoir_, name):
                setattr(self, name, getattr(self.reservoir_, name))
        self.n_steps_ = self.n_updates_ = self.n_skipped_ = self.n_rejected_ = 0
        self._first_step = 0
        self.spike_counts_ = np.zeros(self._front.n_units, dtype=np.int64)
        self.__dict__.pop("_pending_features", None)  # made for the first features
        self._pending_tickets = np.zeros(self.max_pending, dtype=np.int64)

    def _features(self, X: ArrayLike) -> Any:
        check_is_fitted(self)
        return self._front.transform(X)

    def _count(self, features: Any, spike_counts: NDArray[np.int64], n_skipped: int) -> None:
        self.n_steps_ += len(features)
        self.n_updates_ += len(features) - n_skipped
        self.n_skipped_ += n_skipped
        self.spike_counts_ = self.spike_counts_ + spike_counts
        if self._carries_state and isinstance(features, np.ndarray):
            shape, kept = (self.max_pending, features.shape[1]), vars(self).get("_pending_features")
            kept = np.zeros(shape, features.dtype) if kept is None else kept.copy()
            kept[self.n_steps_ % len(kept)] = features[-1]
            self._pending_features = kept
        self._forget_buffers()

    def _forget_buffers(self) -> None:
        self.__dict__.pop("_live", None)

    def __getstate__(self) -> dict[str, Any]:
        return {name: x for name, x in super().__getstate__().items() if name != "_live"}

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        readout = self._default_readout() if self.readout is None else self.readout
        if hasattr(readout, "__sklearn_tags__"):  # fit raises the error for any other
            tags.target_tags.multi_output = get_tags(readout).target_tags.multi_output
        tags.input_tags.three_d_array = True
        return tags
