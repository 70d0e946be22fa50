"""What every readout shares: checked input, a start, one pass in order, and `fit`."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.arrays import check_alike
from sparcelearn._core.as_fitted import (
    as_fitted,
    fixed_parameters,
    keep_parameters,
    with_fitted_parameters,
)
from sparcelearn._core.callbacks import CallbackSupportMixin, fit_task, with_callbacks
from sparcelearn._core.checked_rows import checked_rows
from sparcelearn._core.interrupts import blocks_of
from sparcelearn._core.validation import check_parameters, unchanged_on_error

from ._epochs import Epochs
from ._linear import linear_outputs, zero_weights
from ._row import RowLearner
from ._weights import Samples, check_sample_weight, without_weightless

Checked = tuple[Any, NDArray[Any]]  # features, and labels or values


class BaseReadout(CallbackSupportMixin, BaseEstimator):
    """A trained layer that predicts, then learns: over and over in `fit`, once in `partial_fit`.

    A readout is a rule and a task. The task (`ClassifierTask` or `RegressorTask`) turns labels
    or values into targets, and outputs into predictions. A rule is a subclass of this class that
    gives ``_learn`` and may give the other hooks. ``X`` is what ``_validated`` returned.

    ======================== ================================= ================================
    hook                     called                            default
    ======================== ================================= ================================
    ``_state``               to copy, keep, save               ``coef_`` and ``intercept_``
    ``_validated``           first, on each X                  array (n_samples, n_features)
    ``_start``               before the first sample           weights of 0
    ``_calibrate``           in `fit`, before the first epoch  nothing
    ``_learn``               once per epoch or `partial_fit`   none: each rule has its own
    ``_outputs``             to predict                        ``W x + b``
    ``_own``                 before arrays are written into    copies of ``_state``
    ``_averaged``            by federated averaging            nothing can be averaged
    ``_row_learner``         on a stream of single rows        a `RowLearner`
    ``_rate``                before learning                   ``learning_rate``, or 1
    ``_check_loaded``        after loading from a file         shapes are as ``_start`` makes them
    ======================== ================================= ================================

    Hooks of the task:

    ======================== ================================= ================================
    ``_check``               first, on X and y                 valid features, labels or values
    ``_encode``              before learning                   targets (n_samples, n_outputs)
    ``_decide``              to predict                        labels or values of outputs
    ``_strata``              to split for early stopping       labels, or None for values
    ``_score``               to validate an epoch              accuracy, or R^2
    ======================== ================================= ================================
    """

    coef_: Any
    intercept_: Any
    t_: int
    _state: ClassVar[tuple[str, ...]] = ("coef_", "intercept_")
    _epoch_size: int = 0  # samples of an epoch, while `fit` runs them
    _parameter_constraints: ClassVar[dict[str, list[Any]]]

    @unchanged_on_error
    @with_callbacks
    def fit(self, X: Samples, y: Samples, sample_weight: ArrayLike | None = None) -> Any:
        """Learn from scratch, in epochs over the training data.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features. A float32 or float64 array in C order is read in place, a memory map
            too, and is never copied.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Labels or target values.
        sample_weight : array-like of shape (n_samples,), default=None
            Multiplies each sample's loss. A weight of 0 is as if the sample, and its label, were
            not there; the others are then copied.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If a parameter or an argument is not valid, or if learning diverged. The
            estimator then stays as it was.
        """
        check_parameters(self)
        keep_parameters(self)
        epochs = Epochs.of(self)
        warm = getattr(self, "warm_start", False) and hasattr(self, "coef_")
        X, y, weights = without_weightless(X, y, sample_weight)
        features, labels = self._check(X, y, reset=not warm)
        targets = self._encode(labels)
        random_state = self._random_state()
        rows, held_out = epochs.split(self._strata(labels), labels.shape[0], random_state)
        if warm:
            self._own()
            self.loss_curve_ = list(getattr(self, "loss_curve_", []))
        else:
            self._start(features, targets.shape[1], random_state)
            self.t_ = 0
            self.loss_curve_ = []
        self._calibrate(features, targets, rows, random_state)
        task = fit_task(self, X, y, epochs.max_iter)
        epochs.run(self, features, targets, weights, rows, held_out, random_state, task)
        self._finish()
        task.end()
        return self

    @unchanged_on_error
    def _pass_over(
        self, X: Samples, y: Samples, sample_weight: ArrayLike | None, **task: Any
    ) -> Any:
        """Learn from the rows once, in order: `partial_fit`, with arguments for the task."""
        ahead = as_fitted(self, fixed_parameters(self))
        if ahead is not self:  # what outputs mean stays as it was
            ahead._pass_over(X, y, sample_weight, **task)
            given = self.get_params(deep=False)
            self.__dict__.update({k: v for k, v in vars(ahead).items() if k not in given})
            return self
        first = not hasattr(self, "coef_")
        keep_parameters(self)
        features, labels = self._check(X, y, reset=first, **task)
        targets = self._encode(labels)
        weights = check_sample_weight(sample_weight, features.shape[0])
        if first:
            self._start(features, targets.shape[1], self._random_state())
            self.t_ = 0
        else:
            self._own()
        rate = self._rate(is_stream=True)
        rows = np.flatnonzero(weights)
        if rows.size:
            self._learn(features, targets, rows, weights, (rate, rate))
        self.t_ += rows.size
        return self

    def _rate(self, *, is_stream: bool) -> float:
        """Return the learning rate that an epoch of `fit` starts with, or that of a stream."""
        return float(getattr(self, "learning_rate", 1.0))

    def _random_state(self) -> np.random.RandomState:
        """Return the source of random numbers; a rule without the parameter draws none."""
        return check_random_state(getattr(self, "random_state", None))

    # --- hooks of a rule, and their defaults ---

    def _validated(self, X: Any, *, reset: bool) -> Any:
        """Return valid features, an array or another thing of shape (n_samples, n_features)."""
        return checked_rows(self, X, reset=reset)

    def _start(self, X: Any, n_outputs: int, random_state: np.random.RandomState) -> None:
        """Set what is learned to where it starts, in double precision whatever X has."""
        self.coef_, self.intercept_ = zero_weights(X.shape[1], n_outputs)

    def _calibrate(
        self,
        X: Any,
        targets: NDArray[np.float64],
        rows: NDArray[np.int64],
        random_state: np.random.RandomState,
    ) -> None:
        """Look at the training data before the first epoch."""

    def _finish(self) -> None:
        """Do what is left to do after the last epoch, or after weights were averaged."""

    def _learn(
        self,
        X: Any,
        targets: NDArray[np.float64],
        rows: NDArray[np.int64],
        weights: NDArray[np.float64],
        rates: tuple[float, float],
    ) -> float:
        """Learn from the rows in order; return the mean loss, each taken before learning.

        Arrays are written in place. The learning rate goes from the first of ``rates`` to the
        second; a row's ``weights`` multiply its loss.
        """
        raise NotImplementedError

    def _outputs(self, X: Any, rows: NDArray[np.int64]) -> NDArray[np.floating]:
        """Return the outputs, of shape (rows.size, n_outputs)."""
        return linear_outputs(X, rows, self.coef_, self.intercept_)

    def _own(self) -> None:
        """Replace the arrays that learning writes into by copies."""
        for name in self._state:
            setattr(self, name, deepcopy(getattr(self, name)))
        # Whoever assigned them may have used another layout or type.
        self.coef_ = np.asarray(self.coef_, dtype=np.float64, order="F")
        self.intercept_ = np.asarray(self.intercept_, dtype=np.float64)

    def _averaged(self) -> tuple[str, ...]:
        """Name what has a mean over readouts that started alike."""
        return ()

    def _row_learner(self, X: NDArray[Any]) -> RowLearner | None:
        """Return what predicts and learns from rows of ``X``, which may change; None if nothing."""
        return RowLearner(self, X)

    def _check_loaded(self) -> None:
        """Raise ValueError where a file holds what the kernels must not be given."""
        check_parameters(self)
        check_parameters(as_fitted(self))
        fresh = clone(as_fitted(self))
        for name in ("n_features_in_", "classes_"):
            if hasattr(self, name):
                setattr(fresh, name, getattr(self, name))
        labels = getattr(self, "classes_", None)
        n_outputs = len(self.intercept_) if labels is None else self._encode(labels).shape[1]
        like = np.empty((1, self.n_features_in_), dtype=self.coef_.dtype)
        fresh._start(like, n_outputs, np.random.RandomState(0))
        for name, expected in vars(fresh).items():
            found = getattr(self, name, None)
            if found is not None:  # None is what was not made yet, or is needed no more
                check_alike(name, found, expected)

    # --- hooks of a task, which has no default ---

    def _check(self, X: Any, y: Any, reset: bool) -> Checked:
        """Return valid features and labels or values; at first, settle what outputs mean."""
        raise NotImplementedError

    def _encode(self, y: NDArray[Any]) -> NDArray[np.float64]:
        """Return targets of shape (n_samples, n_outputs)."""
        raise NotImplementedError

    def _decide(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """Return the predictions that outputs stand for."""
        raise NotImplementedError

    def _strata(self, y: NDArray[Any]) -> NDArray[Any] | None:
        """Return what validation samples are stratified by."""
        raise NotImplementedError

    def _score(self, targets: NDArray[Any], outputs: NDArray[Any], weights: NDArray[Any]) -> float:
        """Return how good outputs are; more is better."""
        raise NotImplementedError

    # --- what tasks and rules call ---

    @with_fitted_parameters
    def _checked_outputs(self, X: Any) -> NDArray[np.floating]:
        """Return the outputs, of shape (n_samples, n_outputs), for input of a user's."""
        features = self._checked_features(X)
        return self._outputs_by_block(features, np.arange(features.shape[0]))

    def _outputs_by_block(self, X: Any, rows: NDArray[np.int64]) -> NDArray[np.floating]:
        """Return the outputs, computed in blocks so that an interrupt need not wait for all."""
        blocks = blocks_of(rows.size, self._cost(X))
        parts = [self._outputs(X, rows[first:last]) for first, last in blocks]
        return np.concatenate(parts) if len(parts) > 1 else parts[0]

    def _cost(self, X: Any) -> float:
        """Return about how many numbers a sample moves."""
        return 3 * X.shape[1] * (1 + len(self.coef_))

    @with_fitted_parameters
    def _checked_features(self, X: Any) -> Any:
        """Return valid features for an estimator that must be fitted."""
        check_is_fitted(self)
        return self._validated(X, reset=False)

    def _validated_with_y(self, X: Any, y: Any, *, reset: bool, **options: Any) -> Checked:
        """Return valid features and as many labels or values."""
        return checked_rows(self, X, y, reset=reset, **options)

    def _check_finite(self, *results: Any, advice: str | None = None) -> None:
        """Refuse to go on with a loss, a weight or a state that is not finite."""
        learned = (self.coef_, self.intercept_, *results)
        if not all(np.isfinite(array).all() for array in learned):
            rate = f"Lower learning_rate (now {getattr(self, 'learning_rate', None)})"
            raise ValueError(
                "learning diverged: the loss, or something that is learned, is no longer finite. "
                f"{advice or rate}, or scale X to values around 1"
            )
