"""A stream, row by row: checked once, then run on fixed buffers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.base import is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.guarded import exclusive, lock_of, restore, snapshot
from sparcelearn._core.interrupts import Uninterrupted
from sparcelearn._core.names import values_by_name
from sparcelearn._core.validation import fill
from sparcelearn.readouts._row import RowLearner, row_learner_of
from sparcelearn.reservoir._stepper import RowStepper, Stepper

from .base import OnlineBase


class StreamBase(OnlineBase):
    """Adds ``step``, ``peek`` and ``learn``, for single rows of a stream."""

    def step(self, x: Any) -> Any:
        """Move time by one row and predict it.

        Its label may come later: the ticket of this prediction is ``n_steps_`` after this
        call, and the last ``max_pending`` predictions wait for their label.

        Parameters
        ----------
        x : array-like of shape (n_channels,), or mapping or Series of values by name
            The next row of the stream; a number if there is one channel. Names, in any order,
            are those of the columns that the model was fitted on.

        Returns
        -------
        object
            Label, value, or array of values; None while nothing has been learned.

        Raises
        ------
        NotFittedError
            If neither ``fit`` nor ``partial_fit``, which draw the network, was called before.
        ValueError
            If the reservoir carries no state, or ``x`` is of another shape, lacks a name or has
            an unknown one, or holds NaN, infinity or a number too large for the reservoir's
            ``dtype``, or if the state of a unit would no longer be finite. Time then does not
            move, and ``counters`` counts a rejected input.
        TypeError
            If ``x`` does not hold real numbers; likewise.
        """
        live: _Live = self.__dict__.get("_live") or self._go_live()
        stepper = live.stepper
        with live.lock:
            if self.__dict__.get("_live") is not live:  # another thread was here first
                return self.step(x)
            try:
                if not isinstance(x, (float, np.ndarray)):
                    x = values_by_name(x, self.__dict__.get("feature_names_in_"))
                fill(stepper.row, x, "x", stepper.largest)
                stepper.step()
                slot = self._note_step(live)
            except (TypeError, ValueError):
                self.n_rejected_ += 1
                raise
            except BaseException:  # Ctrl-C, before the row or after it
                self._note_step(live)
                raise
            return live.learner.predict(slot)

    def _note_step(self, live: _Live) -> int:
        """Keep what the last step gave, if that is still to be done; return where."""
        n_steps = live.n_before + live.stepper.n_steps
        slot = n_steps % len(live.tickets)
        if n_steps != self.n_steps_:
            live.features[slot] = live.stepper.features
            live.tickets[slot] = n_steps
            self.n_steps_ = n_steps
            if not live.stepper.is_final:
                self._forget_buffers()
        return slot

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
            If ``y`` is not valid, or not finite what would be learned; or if the ticket is
            expired, used or unknown. Nothing is then learned, and time has not moved.
        """
        if len(sample) == 2:
            with lock_of(self), Uninterrupted():
                return self._step_and_learn(*sample, ticket)
        if len(sample) != 1:
            raise TypeError(f"learn takes y, or x and y; {len(sample)} arguments were given.")
        live: _Live = self.__dict__.get("_live") or self._go_live()
        with live.lock:
            if self.__dict__.get("_live") is not live:
                return self.learn(sample[0], ticket=ticket)
            return self._learn_row(live, sample[0], ticket)

    def peek(self, x: Any) -> Any:
        """Predict a row as if it came next; time does not move.

        Parameters
        ----------
        x : array-like of shape (n_channels,), or mapping or Series of values by name
            A row, as of ``step``.

        Returns
        -------
        object
            What ``step(x)`` would return.

        Raises
        ------
        NotFittedError, ValueError, TypeError
            As ``step`` does.
        """
        with lock_of(self), Uninterrupted():
            take_back = self._mark()
            predicted = self.step(x)
            take_back()
            return predicted

    def _step_and_learn(self, x: Any, y: Any, ticket: int | None) -> Any:
        """Do both, or neither: a label that is refused takes the step back."""
        take_back = self._mark()
        self.step(x)
        try:
            return self.learn(y, ticket=ticket)
        except (TypeError, ValueError):
            take_back()
            raise

    def _mark(self) -> Callable[[], None]:
        """Return what takes the next step back; rejected inputs stay counted."""
        live: _Live = self.__dict__.get("_live") or self._go_live()
        before = [] if type(live.stepper) is Stepper else snapshot(self)  # others set attributes
        slot = (self.n_steps_ + 1) % len(live.tickets)
        waiting = live.features[slot].copy(), int(live.tickets[slot])

        def take_back() -> None:
            n_rejected = self.n_rejected_
            live.stepper.undo()
            live.features[slot], live.tickets[slot] = waiting
            restore(before)
            self.n_steps_ = live.n_before + live.stepper.n_steps
            self.n_rejected_ = n_rejected

        return take_back

    def _learn_row(self, live: _Live, y: Any, ticket: int | None) -> Any:
        if ticket is None:
            ticket = self.n_steps_
        slot = ticket % len(live.tickets)
        if live.tickets[slot] != ticket or ticket < 1:
            self.n_rejected_ += 1
            raise ValueError(
                f"ticket={ticket} waits for no label: it has been used, or is not among the last "
                f"max_pending={len(live.tickets)} steps, up to {self.n_steps_}."
            )
        if ticket - self._first_step <= self._washout:
            with Uninterrupted():
                self.n_skipped_ += 1
                live.tickets[slot] = 0
            return self
        n_learned, n_updates = live.learner.n_learned, self.n_updates_
        try:
            live.learner.learn(slot, y)
            self.n_updates_ = n_updates + 1
            live.tickets[slot] = 0
        except (TypeError, ValueError):
            self.n_rejected_ += 1
            raise
        except BaseException:  # Ctrl-C, before the label or after it
            if live.learner.n_learned > n_learned:
                live.learner.settle()
                self.n_updates_ = n_updates + 1
                live.tickets[slot] = 0
            raise
        return self

    @exclusive
    def _go_live(self) -> _Live:
        """Make the buffers that ``step`` and ``learn`` run on."""
        first = "partial_fit(X, y, classes=...)" if is_classifier(self) else "partial_fit(X, y)"
        not_fitted = f"This %(name)s is not fitted yet. Call 'fit', or begin a stream with {first}."
        check_is_fitted(self, "reservoir_", msg=not_fitted)
        self._check_parameters()
        if not self._carries_state:
            raise ValueError(
                "step and learn need a reservoir with carry_state=True, such as "
                "SpikingReservoir(carry_state=True)."
            )
        if getattr(self.reservoir_, "features", None) == "spikes":
            raise ValueError("step and learn need features that are numbers, not 'spikes'.")
        stepper = self._front._stepper()
        stepper.spike_counts[:] = self.spike_counts_
        self.spike_counts_ = stepper.spike_counts
        self._pending_features = np.array(self._pending_features)
        self._pending_tickets = np.array(self._pending_tickets)
        self._live = _Live(
            stepper,
            self._row_learner(self._pending_features),
            self._pending_features,
            self._pending_tickets,
            self.n_steps_,
            lock_of(self),
        )
        return self._live

    def _row_learner(self, features: NDArray[np.floating]) -> RowLearner | _PlainLearner:
        return row_learner_of(self.readout_, features) or _PlainLearner(self, features)


class _Live(NamedTuple):
    """The buffers of a stream; all follow from the estimator's attributes."""

    stepper: Stepper | RowStepper | Any
    learner: RowLearner | _PlainLearner
    features: NDArray[np.floating]
    tickets: NDArray[np.int64]
    n_before: int
    lock: Any


class _PlainLearner:
    """Predicts and learns from single rows with the methods of any scikit-learn estimator."""

    def __init__(self, estimator: StreamBase, X: NDArray[np.floating]) -> None:
        self.estimator, self.X, self.n_learned = estimator, X, 0

    def predict(self, row: int) -> Any:
        try:
            return self.estimator.readout_.predict(self.X[row : row + 1])[0]
        except NotFittedError:
            return None

    def learn(self, row: int, y: Any) -> None:
        estimator = self.estimator
        classes = {"classes": estimator.classes_} if hasattr(estimator, "classes_") else {}
        with Uninterrupted():
            estimator.readout_.partial_fit(self.X[row : row + 1], [y], **classes)
            estimator._forget_buffers()  # one that has learned may have a faster way next time
            self.n_learned += 1

    def settle(self) -> None:
        """Do nothing: the readout counts by itself."""
