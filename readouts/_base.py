"""The loop that every online readout shares: epochs, validation, streams. No learning rule."""

from __future__ import annotations

import warnings
from copy import deepcopy
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.utils import check_array, check_consistent_length, check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from sparcelearn._core.arrays import check_alike
from sparcelearn._core.callbacks import (
    NO_TASK,
    CallbackSupportMixin,
    FitTask,
    fit_task,
    with_callbacks,
)
from sparcelearn._core.progress import Progress
from sparcelearn._core.validation import Interval, StrOptions, check_parameters, unchanged_on_error

from ._row import RowLearner

# Read in place, without a copy, when in C order; anything else becomes the first of them.
FLOATS = [np.float64, np.float32]
CURVES = ("loss_curve_", "validation_scores_")


class OnlineReadout(CallbackSupportMixin, BaseEstimator):
    """Predict, then learn: many shuffled times over in ``fit``, once in ``partial_fit``.

    A learning rule gives ``_start`` (fresh state), ``_calibrate`` (look at the training data
    before the first epoch), ``_learn`` (one pass, in place, returning the mean loss),
    ``_outputs`` (predict) and ``_state`` (the names of what it learns). A task gives ``_check``
    and ``_encode`` (labels or values to target outputs) and ``_score``.
    """

    coef_: Any
    intercept_: Any
    _state: ClassVar[tuple[str, ...]]
    _parameter_constraints: ClassVar[dict[str, list]] = {
        "learning_rate": [Interval(Real, 0, np.inf, closed="neither")],
        "learning_rate_schedule": [StrOptions({"linear", "constant"})],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, np.inf, closed="left"), None],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
        "fit_intercept": ["boolean"],
        "shuffle": ["boolean"],
        "warm_start": ["boolean"],
        "verbose": ["verbose"],
        "random_state": ["random_state"],
    }

    @unchanged_on_error
    @with_callbacks
    def fit(self, X: ArrayLike, y: ArrayLike) -> Any:
        """Learn from scratch, in epochs over the training data.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features. A float32 or float64 array in C order is read in place, a memory map
            too, and is never copied.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Labels or target values.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If a parameter, ``X`` or ``y`` is not valid, or if learning diverged. The
            estimator then stays as it was.
        """
        check_parameters(self)
        warm = self.warm_start and hasattr(self, "coef_")
        features, labels = self._check(X, y, reset=not warm)
        targets = self._encode(labels)
        random_state = check_random_state(self.random_state)
        rows, held_out = self._split(labels, random_state)
        if warm:
            self._own()
            self.loss_curve_ = list(getattr(self, "loss_curve_", []))
        else:
            self._start(features, targets.shape[1], random_state)
            self.t_ = 0
            self.loss_curve_ = []
        self._calibrate(features, rows, random_state)
        task = fit_task(self, X, y, self.max_iter)
        self._run_epochs(features, targets, rows, held_out, random_state, task)
        task.end()
        return self

    @unchanged_on_error
    def _partial_fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None, **task: Any
    ) -> Any:
        """Learn from the rows once, in order; parameters are checked, ``task`` is for _check."""
        first = not hasattr(self, "coef_")
        features, labels = self._check(X, y, reset=first, **task)
        targets = self._encode(labels)
        weights = check_sample_weight(sample_weight, features)
        n_samples = len(features)
        if first:
            random_state = check_random_state(self.random_state)
            self._start(features, targets.shape[1], random_state)
            self.t_ = 0
        else:
            self._own()
        rate = float(self.learning_rate)
        self._learn(features, targets, np.arange(n_samples), weights, (rate, rate))
        self.t_ += n_samples
        return self

    def _check_loaded(self) -> None:
        """Raise ValueError where a file holds what the kernels must not be given."""
        check_parameters(self)
        fresh = clone(self)
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

    def _own(self) -> None:
        """Replace the arrays that learning writes into by copies."""
        for name in self._state:
            setattr(self, name, deepcopy(getattr(self, name)))
        # Whoever assigned them may have used another layout or type.
        self.coef_ = np.asarray(self.coef_, dtype=np.float64, order="F")
        self.intercept_ = np.asarray(self.intercept_, dtype=np.float64)

    def _loss_name(self, n_outputs: int) -> str:
        """Return the loss; a single output has no softmax."""
        name = getattr(self, "loss", "squared")
        return "sigmoid" if name == "softmax" and n_outputs == 1 else name

    def _averaged(self) -> tuple[str, ...]:
        """Name what has a mean over readouts that started alike; nothing if weights have none."""
        return ()

    def _row_learner(self, X: NDArray) -> RowLearner | None:
        """Return what predicts and learns from rows of ``X``, which may change; None if nothing."""
        return RowLearner(self, X)

    def _run_epochs(
        self,
        X: NDArray,
        targets: NDArray[np.float64],
        rows: NDArray[np.int64],
        held_out: NDArray[np.int64] | None,
        random_state: np.random.RandomState,
        task: FitTask = NO_TASK,
    ) -> None:
        """Learn from ``rows`` until ``max_iter`` or no progress; keep the best if validating."""
        weights = np.ones(X.shape[0])
        best, stale = np.inf, 0
        best_state: dict[str, Any] = {}
        self.__dict__.pop("validation_scores_", None)
        if held_out is not None:
            self.validation_scores_ = []
        progress = Progress(self.max_iter)

        def fitted() -> dict[str, Any]:
            """Return what `fit` would leave if it stopped here, for a callback to keep."""
            curves = {k: v for k, v in vars(self).items() if k in CURVES}
            return deepcopy({k: getattr(self, k) for k in self._state} | best_state | curves)

        for epoch in range(self.max_iter):
            part = task.part("epoch").begin(fitted)
            order = random_state.permutation(rows) if self.shuffle else rows
            loss = self._learn(X, targets, order, weights, self._rates(epoch))
            self.t_ += rows.size
            self.n_iter_ = epoch + 1
            self.loss_curve_.append(loss)
            objective = loss
            if held_out is not None:
                score = self._score(targets[held_out], self._outputs(X, held_out))
                self.validation_scores_.append(score)
                objective = -score
            self._report(epoch, held_out is not None, progress)

            stale = 0 if objective < best - (self.tol or 0.0) else stale + 1
            if objective < best:
                best = objective
                if held_out is not None:
                    best_state = {name: getattr(self, name) for name in self._state}
                    self._own()  # go on with copies, so that the best stay as they are
            stops = self.tol is not None or held_out is not None
            is_asked_to_stop = part.end(fitted)
            if is_asked_to_stop or (stops and stale >= self.n_iter_no_change):
                break
        else:
            if self.tol is not None:
                warnings.warn(
                    f"max_iter={self.max_iter} epochs were run without meeting tol={self.tol}; "
                    "raise max_iter, or set tol=None to always run all of them",
                    ConvergenceWarning,
                    stacklevel=5,
                )
        self.__dict__.update(best_state)

    def _rates(self, epoch: int) -> tuple[float, float]:
        """Return the learning rate at the start and at the end of an epoch."""
        rate = float(self.learning_rate)
        if self.learning_rate_schedule == "constant":
            return rate, rate
        return rate * (1 - epoch / self.max_iter), rate * (1 - (epoch + 1) / self.max_iter)

    def _split(
        self, y: NDArray, random_state: np.random.RandomState
    ) -> tuple[NDArray[np.int64], NDArray[np.int64] | None]:
        """Return the rows to learn from and, with early stopping, those to validate on."""
        rows = np.arange(y.shape[0])
        if not self.early_stopping:
            return rows, None
        rows, held_out = train_test_split(
            rows,
            test_size=self.validation_fraction,
            random_state=random_state,
            stratify=self._strata(y),
        )
        if held_out.size < 2:
            raise ValueError(
                f"validation_fraction={self.validation_fraction} of {y.shape[0]} samples leaves "
                f"{held_out.size} to validate on, but at least 2 are needed"
            )
        return rows, held_out

    def _report(self, epoch: int, validates: bool, progress: Progress) -> None:
        """Print a line on the epoch just run, if asked to."""
        if self.verbose:
            score = f", validation score {self.validation_scores_[-1]:.4f}" if validates else ""
            left = progress.time_left(epoch + 1)
            print(f"epoch {epoch + 1}: loss {self.loss_curve_[-1]:.6f}{score}, {left}")

    def _checked_outputs(self, X: Any) -> NDArray[np.floating]:
        """Return the outputs, of shape (n_samples, n_outputs), for input of a user's."""
        features = self._checked_features(X)
        return self._outputs(features, np.arange(features.shape[0]))

    def _checked_features(self, X: Any) -> Any:
        """Return valid features for an estimator that must be fitted."""
        check_is_fitted(self)
        return self._validated(X, reset=False)

    def _validated(self, X: Any, *, reset: bool) -> Any:
        """Return valid features, an array or another thing of shape (n_samples, n_features)."""
        return validate_data(self, X, reset=reset, dtype=FLOATS, order="C")

    def _validated_with_y(
        self, X: Any, y: Any, *, reset: bool, **options: Any
    ) -> tuple[Any, NDArray]:
        """Return valid features and as many labels or values."""
        return validate_data(self, X, y, reset=reset, dtype=FLOATS, order="C", **options)


def check_sample_weight(sample_weight: ArrayLike | None, X: NDArray) -> NDArray[np.float64]:
    """Return one finite, non-negative weight per row of X; all 1 for None."""
    if sample_weight is None:
        return np.ones(X.shape[0])
    weights = check_array(
        sample_weight, ensure_2d=False, dtype=np.float64, copy=True, input_name="sample_weight"
    )
    if weights.ndim != 1:
        raise ValueError(f"sample_weight must have one dimension, got shape {weights.shape}")
    check_consistent_length(X, weights)
    if weights.min() < 0:
        raise ValueError(f"sample_weight must not be negative, got {weights.min()}")
    return weights
