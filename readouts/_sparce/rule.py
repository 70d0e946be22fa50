"""The SpaRCe rule: percentile thresholds on features, learned with the weights."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sparcelearn._core.arrays import check_alike, read_only
from sparcelearn._core.as_fitted import with_fitted_parameters
from sparcelearn._core.interrupts import blocks_of
from sparcelearn._core.validation import Interval, StrOptions

from .._base import BaseReadout
from .._epochs import EPOCH_PARAMETERS
from .._rates import update_rates
from .averaging import (
    AVERAGING,
    FEW,
    MANY,
    check_averages,
    forget_averages,
    shrink_averages,
)
from .modules import minibatch
from .percentiles import mean_square
from .row import SparceRowLearner
from .tracking import TRACKED, calibrate, observe, start_tracking
from .training import SOLVERS, training

# Learning rates unless the user gives one: of normalised steps, where errors can fall to 0, where
# they cannot, and on a stream whose weights are averaged; of the other solvers, as the authors'.
WHOLE_RATE, PART_RATE, AVERAGED_RATE, GRADIENT_RATE = 1.0, 0.3, 0.5, 0.002


@dataclass(eq=False, repr=False)
class SparceReadout(BaseReadout):
    """The SpaRCe rule: weights, thresholds, and the percentiles where thresholds start."""

    sparsity: float | None = 0.3
    _: KW_ONLY
    learning_rate: float | None = None
    learning_rate_schedule: str = "linear"
    average: int | str | None = None
    threshold_rate: float | None = None
    learn_thresholds: bool = True
    solver: str = "nlms"
    alpha: float = 0.01
    batch_size: int = 1
    max_iter: int = 50
    tol: float | None = None
    early_stopping: bool = False
    validation_fraction: float = 0.1
    n_iter_no_change: int = 10
    calibration_samples: int | None = None
    init_scale: float | None = None
    fit_intercept: bool = True
    shuffle: bool = True
    warm_start: bool = False
    verbose: int = 0
    random_state: Any = None

    _state: ClassVar[tuple[str, ...]] = (
        "coef_",
        "intercept_",
        "learned_thresholds_",
        "coding_level_",
        "_means",
        "_squares",
        "_decay",
        *AVERAGING,
    )
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **EPOCH_PARAMETERS,
        "learning_rate": [Interval(Real, 0, np.inf, closed="neither"), None],
        "alpha": [Interval(Real, 0, np.inf, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "sparsity": [Interval(Real, 0, 1, closed="left"), None],
        "threshold_rate": [Interval(Real, 0, np.inf, closed="left"), None],
        "average": [Interval(Integral, 1, None, closed="left"), None],
        "learn_thresholds": ["boolean"],
        "solver": [StrOptions(set(SOLVERS))],
        "calibration_samples": [Interval(Integral, 1, None, closed="left"), None],
        "init_scale": [Interval(Real, 0, np.inf, closed="left"), None],
    }

    @property
    def thresholds_(self) -> NDArray[np.floating]:
        """Thresholds in use: ``base_thresholds_ + learned_thresholds_``."""
        return self.base_thresholds_ + self.learned_thresholds_

    @with_fitted_parameters
    def sparse_code(self, X: ArrayLike) -> NDArray[Any]:
        """Return the thresholded features, what the weights see.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.

        Returns
        -------
        x : ndarray of shape (n_samples, n_features)
            ``sign(X) * max(0, |X| - thresholds_)``, in float32 if X is, else in float64.
        """
        features = self._checked_features(X)
        out: NDArray[Any] = np.empty_like(features)
        for first, last in blocks_of(len(features), features.shape[1]):
            part = slice(first, last)
            minibatch().sparsify(read_only(features[part]), self.thresholds_, out[part])
        return out

    def _start(self, X: NDArray[Any], n_outputs: int, random_state: np.random.RandomState) -> None:
        """Set fresh weights and thresholds, and quantile trackers for a stream."""
        n_features, dtype = X.shape[1], X.dtype
        init_scale = 0.0 if self.init_scale is None else self.init_scale
        scale = 0.0 if self.sparsity is None else init_scale
        learned = np.multiply(scale, random_state.standard_normal(n_features), dtype=dtype)
        self.learned_thresholds_ = learned
        weights = init_scale * random_state.random_sample((n_features, n_outputs))
        self.coef_ = weights.T.astype(dtype)
        self.intercept_ = np.zeros(n_outputs, dtype=dtype)
        self._means: list[NDArray[Any]] | None = None
        self._squares: list[NDArray[Any]] | None = None
        self._decay: NDArray[Any] | None = None
        forget_averages(self)
        self._target_power = self.coding_level_ = 0.0
        start_tracking(self, n_features, dtype, self.sparsity)

    def _own(self) -> None:
        """Replace the arrays that learning writes into by copies."""
        for name in (*self._state, *TRACKED):
            setattr(self, name, deepcopy(getattr(self, name)))

    def _calibrate(
        self,
        X: NDArray[Any],
        targets: NDArray[np.float64],
        rows: NDArray[np.int64],
        random_state: np.random.RandomState,
    ) -> None:
        """Set base thresholds and scales to exact ones over rows, unless frozen; freeze them."""
        if self._size_sums is not None:
            self._target_power = mean_square(targets[rows])
        calibrate(self, X, rows, random_state, self.calibration_samples)

    def _rate(self, *, is_stream: bool) -> float:
        if self.learning_rate is not None or self.solver != "nlms":
            return float(self.learning_rate or GRADIENT_RATE)
        if is_stream:
            return PART_RATE if self.average is None else AVERAGED_RATE
        return PART_RATE if self._must_average() else WHOLE_RATE

    def _must_average(self) -> bool:
        """Return whether no weights would bring all errors of an epoch to 0."""
        return False

    def _memories(self) -> tuple[int, ...]:
        """Return the numbers of updates that weights are averaged over: none, one, or two."""
        if self.average is None:
            return ()
        if self._epoch_size:
            return (-(-self._epoch_size // int(self.batch_size)),)
        return (FEW, MANY) if isinstance(self.average, str) else (self.average,)

    def _finish(self) -> None:
        """Keep the means of an epoch alone; a stream goes on from them."""
        forget_averages(self)

    def _shrinks(
        self, etas: NDArray[np.float64], n_rows: int, batch_size: int
    ) -> NDArray[np.float64]:
        """Return the share that weights lose at each update: the penalty of one sample of all.

        All are those of an epoch, or on a stream those that came so far.
        """
        ends = np.minimum(np.arange(1, etas.size + 1) * batch_size, n_rows)
        sizes = np.diff(ends, prepend=0)
        n_samples = self._epoch_size or self.t_ + ends
        return np.minimum(self.alpha * sizes / n_samples * etas, 1.0)

    def _learn(
        self,
        X: NDArray[Any],
        targets: NDArray[np.float64],
        rows: NDArray[np.int64],
        weights: NDArray[np.float64],
        rates: tuple[float, float],
    ) -> float:
        """Learn from the rows in order; return the mean loss, each taken before learning."""
        X = X.astype(self.base_thresholds_.dtype, copy=False)
        tally = np.zeros(3)
        start = n_updates = 0
        etas = update_rates(rates, rows.size, int(self.batch_size))
        shrinks = self._shrinks(etas, rows.size, int(self.batch_size))
        while self._size_sums is not None and start < rows.size:
            batch, now = rows[start : start + self.batch_size], slice(n_updates, n_updates + 1)
            heard = batch[weights[batch] > 0]
            self._observe(X, targets, heard)
            tally += self._train(X, targets, batch, weights, etas[now], shrinks[now])
            if not np.isfinite(tally[0]):
                break
            start += batch.size
            n_updates += 1
        if start < rows.size and np.isfinite(tally[0]):
            rest = etas[n_updates:], shrinks[n_updates:]
            tally += self._train(X, targets, rows[start:], weights, *rest)
        total, n_active, n_nonzero = tally.tolist()
        self._check_finite(total, self.learned_thresholds_, *(self._squares or ()))
        self.coding_level_ = n_active / n_nonzero if n_nonzero else 0.0
        return total / rows.size

    def _observe(
        self, X: NDArray[Any], targets: NDArray[np.float64], rows: NDArray[np.int64]
    ) -> None:
        """Take in rows of a stream; where a code turns out larger, weights shrink with it.

        A feature that was small until now may have got a weight as large as it was small.
        """
        n_before = self._n_observed
        shares = observe(self, X, rows, self.calibration_samples)
        heard = targets[rows].astype(self.intercept_.dtype)  # as they are learned
        for count, target in enumerate(heard, n_before + 1):
            self._target_power += (mean_square(target) - self._target_power) / count
        if self.solver == "nlms":
            self.coef_ = self.coef_ * shares
            shrink_averages(self, shares)

    def _train(
        self,
        X: NDArray[Any],
        targets: NDArray[np.float64],
        rows: NDArray[np.int64],
        weights: NDArray[np.float64],
        etas: NDArray[np.float64],
        shrinks: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Learn in place; return the sums of loss, of active and of non-zero features."""
        size = int(self.batch_size)
        targets = targets.astype(self.intercept_.dtype, copy=False)
        tally = np.zeros(3)
        for first, last in blocks_of(rows.size, self._cost(X), size):
            some = slice(first // size, -(-last // size))
            told = X, targets, rows[first:last], weights, etas[some], shrinks[some]
            train, *arguments = training(self, *told)
            tally += train(*arguments)
            if not np.isfinite(tally[0]):
                break
        return tally

    def _check_loaded(self) -> None:
        super()._check_loaded()
        if self._n_observed < 0:
            raise ValueError(f"_n_observed={self._n_observed} must be at least 0")
        if not self._target_power >= 0:
            raise ValueError(f"_target_power={self._target_power} must be at least 0")
        parameters = [self.coef_, self.intercept_, self.learned_thresholds_]
        for name, expected in (
            ("_means", parameters),
            ("_squares", parameters),
            ("_decay", np.ones((2, self.n_features_in_ + 1))),
        ):
            if getattr(self, name) is not None:
                check_alike(name, getattr(self, name), expected)
        check_averages(self)
        if (self._markers is None) != (self._positions is None):
            raise ValueError("_markers and _positions belong together")

    def _averaged(self) -> tuple[str, ...]:
        return tuple(name for name in self._state if name not in AVERAGING)

    def _cost(self, X: Any) -> float:
        """Return about how many numbers a sample moves; they are moved a vector at a time."""
        return X.shape[1] * (1 + len(self.coef_)) / 3

    def _row_learner(self, X: NDArray[Any]) -> SparceRowLearner:
        return SparceRowLearner(self, X)

    def _outputs(self, X: NDArray[Any], rows: NDArray[np.int64]) -> NDArray[np.floating]:
        """Return the outputs, of shape (rows.size, n_outputs)."""
        theta = self.thresholds_
        if X.dtype != theta.dtype:
            X, rows = X[rows].astype(theta.dtype), np.arange(rows.size)
        W = np.ascontiguousarray(self.coef_.T, dtype=theta.dtype)
        out = np.empty((rows.size, W.shape[1]), dtype=theta.dtype)
        intercept = read_only(np.asarray(self.intercept_, dtype=theta.dtype))
        minibatch().predict(read_only(X), rows, theta, read_only(W), intercept, out)
        return out
