"""A stream, row by row: checked once, then run on fixed buffers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.validation import fill
from sparcelearn.readouts._base import BaseReadout
from sparcelearn.readouts._row import RowLearner
from sparcelearn.reservoir._stepper import CalibratingStepper, Stepper

from .base import OnlineBase


class StreamBase(OnlineBase):
    """Adds ``step`` and ``learn``, for single rows of a stream."""

    def step(self, x: ArrayLike) -> Any:
        """Move time by one row and predict it.

        Its label may come later: the ticket of this prediction is ``n_steps_`` after this
        call, and the last ``max_pending`` predictions wait for their label.

        Parameters
        ----------
        x : array-like of shape (n_channels,)
            The next row of the stream; a number if there is one channel.

        Returns
        -------
        object
            Label, value, or array of values; None while nothing has been learned.

        Raises
        ------
        NotFittedError
            If neither ``fit`` nor ``partial_fit``, which draw the network, was called before.
        ValueError
            If the reservoir carries no state, or ``x`` is of another shape, or holds NaN,
            infinity or a number too large for the reservoir's ``dtype``. Time then does not
            move, and ``counters`` counts a rejected input.
        TypeError
            If ``x`` does not hold real numbers; likewise.
        """
        live = self.__dict__.get("_live") or self._go_live()
        stepper = live.stepper
        try:
            fill(stepper.row, x, "x", stepper.largest)
        except (TypeError, ValueError):
            self.n_rejected_ += 1
            raise
        stepper.step()
        self.n_steps_ += 1
        slot = self.n_steps_ % len(live.tickets)
        live.features[slot] = stepper.features
        live.tickets[slot] = self.n_steps_
        prediction = live.learner.predict(slot)
        if not live.stepper.is_final:
            self._forget_buffers()
        return prediction

    def learn(self, *sample: Any, ticket: int | None = None) -> Any:
        """Learn the label of a row: ``learn(y)`` after its step, or ``learn(x, y)`` for both.

        Parameters
        ----------
        *sample : y, or x and y
            Label, value or array of values; before it, optionally, a row for ``step``.
        ticket : int, default=None
            Which prediction the label belongs to; the latest if None.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If ``y`` is not valid, or the ticket is expired, used or unknown.
        """
        if len(sample) == 2:
            self.step(sample[0])
        elif len(sample) != 1:
            raise TypeError(f"learn takes y, or x and y; {len(sample)} arguments were given.")
        live = self.__dict__.get("_live") or self._go_live()
        if ticket is None:
            ticket = self.n_steps_
        slot = ticket % len(live.tickets)
        if live.tickets[slot] != ticket or ticket < 1:
            self.n_rejected_ += 1
            raise ValueError(
                f"ticket={ticket} waits for no label: it has been used, or is not among the last "
                f"max_pending={len(live.tickets)} steps, up to {self.n_steps_}."
            )
        if ticket - self._first_step <= self.washout:
            self.n_skipped_ += 1
        else:
            try:
                live.learner.learn(slot, sample[-1])
            except (TypeError, ValueError):
                self.n_rejected_ += 1
                raise
            self.n_updates_ += 1
        live.tickets[slot] = 0
        return self

    def _go_live(self) -> _Live:
        """Make the buffers that ``step`` and ``learn`` run on."""
        check_is_fitted(self, "reservoir_")
        self._check_parameters()
        if not self._carries_state:
            raise ValueError("step and learn need a reservoir with carry_state=True.")
        if getattr(self.reservoir_, "features", None) == "spikes":
            raise ValueError("step and learn need features that are numbers, not 'spikes'.")
        if isinstance(self.readout_, BaseReadout) and hasattr(self.readout_, "t_"):
            self.readout_._own()  # copies of its arrays, which then change in place
        stepper = self.reservoir_._stepper()
        stepper.spike_counts[:] = self.spike_counts_
        self.spike_counts_ = stepper.spike_counts
        self._pending_features = np.array(self._pending_features)
        self._pending_tickets = np.array(self._pending_tickets)
        self._live = _Live(
            stepper,
            self._row_learner(self._pending_features),
            self._pending_features,
            self._pending_tickets,
        )
        return self._live

    def _row_learner(self, features: NDArray[np.floating]) -> RowLearner | _PlainLearner:
        learner = None
        if isinstance(self.readout_, BaseReadout) and hasattr(self.readout_, "t_"):
            learner = self.readout_._row_learner(features)
        return learner or _PlainLearner(self, features)


class _Live(NamedTuple):
    """The buffers of a stream; all follow from the estimator's attributes."""

    stepper: Stepper | CalibratingStepper
    learner: RowLearner | _PlainLearner
    features: NDArray[np.floating]
    tickets: NDArray[np.int64]


class _PlainLearner:
    """Predicts and learns from single rows with the methods of any scikit-learn estimator."""

    def __init__(self, estimator: StreamBase, X: NDArray[np.floating]) -> None:
        self.estimator, self.X = estimator, X

    def predict(self, row: int) -> Any:
        try:
            return self.estimator.readout_.predict(self.X[row : row + 1])[0]
        except NotFittedError:
            return None

    def learn(self, row: int, y: Any) -> None:
        estimator = self.estimator
        classes = {"classes": estimator.classes_} if hasattr(estimator, "classes_") else {}
        estimator.readout_.partial_fit(self.X[row : row + 1], [y], **classes)
        estimator._forget_buffers()  # a readout that has learned may have a faster way next time
