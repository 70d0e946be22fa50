"""Readouts whose weights follow from sums over samples, in any order."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.as_fitted import as_fitted, keep_parameters
from sparcelearn._core.callbacks import fit_task, with_callbacks
from sparcelearn._core.validation import check_parameters, unchanged_on_error

from .._base import BaseReadout
from .._weights import Samples, check_sample_weight, without_weightless
from .statistics import Statistics

# Rows whose products are summed at a time: what a chunk costs in memory beyond X.
BLOCK_ROWS = 4096


class SummingReadout(BaseReadout):
    """Sums over samples, which merge and forget; a rule gives ``_solve``: weights from sums."""

    statistics_: dict[str, Any]
    _sums_products: ClassVar[bool] = True  # of all pairs of features

    @unchanged_on_error
    @with_callbacks
    def fit(self, X: Samples, y: Samples, sample_weight: ArrayLike | None = None) -> Any:
        """Forget everything, then learn from the samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Labels or target values.
        sample_weight : array-like of shape (n_samples,), default=None
            What each sample counts in the sums. A weight of 0 is as if the sample, and its
            label, were not there.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If a parameter or an argument is not valid. The estimator then stays as it was.
        """
        check_parameters(self)
        keep_parameters(self)
        X, y, weights = without_weightless(X, y, sample_weight)
        features, labels = self._check(X, y, reset=True)
        targets = self._encode(labels)
        task = fit_task(self, X, y)
        self._start(features, targets.shape[1], self._random_state())
        self._add(features, targets, np.arange(len(features)), weights, 1)
        self.t_ = features.shape[0]
        task.end()
        return self

    @unchanged_on_error
    def forget(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Any:
        """Take samples out again, as if they had never been learned from.

        Exact up to rounding if the samples were learned from before, which is not checked.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Labels or target values.
        sample_weight : array-like of shape (n_samples,), default=None
            The weights they were learned with; None for 1.

        Returns
        -------
        self : object
            The estimator, without the samples.

        Raises
        ------
        ValueError
            If an argument is not valid, or more is taken out than was learned from. The
            estimator then stays as it was.
        """
        check_parameters(self)
        check_is_fitted(self)
        features, labels = self._check(X, y, reset=False)
        weights = check_sample_weight(sample_weight, features.shape[0])
        if weights.sum() > self.statistics_["weight"] * (1 + 1e-9):
            raise ValueError(
                f"samples of weight {weights.sum()} cannot be forgotten, since only "
                f"{self.statistics_['weight']} was learned from"
            )
        self._add(features, self._encode(labels), np.arange(len(features)), weights, -1)
        self.t_ -= features.shape[0]
        return self

    @unchanged_on_error
    def merge(self, other: Any) -> Any:
        """Take over what another readout of this kind has learned, from samples of its own.

        The result is the readout that has seen the samples of both, whatever the order.

        Parameters
        ----------
        other : estimator of the same class
            Fitted, on the same features and classes or number of outputs, with or without
            an intercept as this one; it is not changed. Its parameters are not used.

        Returns
        -------
        self : object
            The estimator, with the samples of both.

        Raises
        ------
        TypeError
            If ``other`` is of another class.
        ValueError
            If it is not fitted, or on other features, classes or outputs. The estimator
            then stays as it was.
        """
        if type(other) is not type(self):
            raise TypeError(
                f"other must be a {type(self).__name__} to be merged, got {type(other).__name__}"
            )
        check_parameters(self)
        for readout in (self, other):
            check_is_fitted(readout)
        mine, theirs = self._kind(), other._kind()
        for name, value in mine.items():
            if not np.array_equal(value, theirs[name]):
                raise ValueError(f"other has {name} {theirs[name]}, but this readout has {value}")
        merged = Statistics(**self.statistics_).plus(Statistics(**other.statistics_))
        self.statistics_ = merged._asdict()
        self.t_ += other.t_
        self._solve()
        return self

    def _kind(self) -> dict[str, Any]:
        """Return what must be equal in readouts that are merged."""
        return {
            "fit_intercept": self._is_centred,
            "n_features_in_": self.n_features_in_,
            "number of outputs": self.coef_.shape[0],
            "classes_": getattr(self, "classes_", None),
        }

    def _start(self, X: NDArray[Any], n_outputs: int, random_state: np.random.RandomState) -> None:
        super()._start(X, n_outputs, random_state)
        sums = Statistics.none(X.shape[1], n_outputs, self._sums_products)
        self.statistics_ = sums._asdict()

    @property
    def _is_centred(self) -> bool:
        """Whether sums are of deviations from means, which gives an intercept."""
        return bool(getattr(as_fitted(self), "fit_intercept", True))

    def _own(self) -> None:
        """Do nothing: no array is written into, each is replaced."""

    def _learn(
        self,
        X: NDArray[Any],
        targets: NDArray[np.float64],
        rows: NDArray[np.int64],
        weights: NDArray[np.float64],
        rates: tuple[float, float],
    ) -> float:
        """Add the rows; there is no loss, since no sample is predicted."""
        self._add(X, targets, rows, weights, 1)
        return 0.0

    def _add(
        self,
        X: NDArray[Any],
        targets: NDArray[np.float64],
        rows: NDArray[np.int64],
        weights: NDArray[np.float64],
        sign: int,
    ) -> None:
        """Add samples to the sums, or take them out, and solve."""
        total = Statistics(**self.statistics_)
        for start in range(0, rows.size, BLOCK_ROWS):
            part = rows[start : start + BLOCK_ROWS]
            block = Statistics.of(
                X[part], targets[part], weights[part], self._is_centred, self._sums_products
            )
            total = total.plus(block, sign)
        self.statistics_ = total._asdict()
        self._solve()

    def _solve(self) -> None:
        """Set weights and intercepts from the sums."""
        raise NotImplementedError
