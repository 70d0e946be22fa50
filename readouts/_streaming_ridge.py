"""Ridge from sufficient statistics: exact on a stream, in any order, in any number of places."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import LinAlgError, solve
from sklearn.utils.validation import check_is_fitted

from sparcelearn._validation import Interval, check_parameters, unchanged_on_error
from sparcelearn.readouts._linear import LinearReadout
from sparcelearn.readouts._online import check_sample_weight
from sparcelearn.readouts._statistics import Statistics
from sparcelearn.readouts._tasks import OnlineClassifier, OnlineRegressor

# Rows whose products are summed at a time: what a chunk costs in memory beyond X.
BLOCK_ROWS = 4096


class StreamingRidgeReadout(LinearReadout):
    """Sums over samples, and the weights that follow from them."""

    _parameter_constraints: ClassVar[dict[str, list]] = {
        "alpha": [Interval(Real, 0, np.inf, closed="neither")],
        "fit_intercept": ["boolean"],
    }
    statistics_: dict[str, Any]
    # The shared loop's parameters that this rule does not have.
    learning_rate, random_state = 1.0, None

    def __init__(self, alpha: float = 1.0, *, fit_intercept: bool = True) -> None:
        self.alpha = alpha
        self.fit_intercept = fit_intercept

    @unchanged_on_error
    def fit(self, X: ArrayLike, y: ArrayLike) -> Any:
        """Forget everything, then learn from the samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Labels or target values.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If a parameter, ``X`` or ``y`` is not valid. The estimator then stays as it was.
        """
        check_parameters(self)
        features, labels = self._check(X, y, reset=True)
        targets = self._encode(labels)
        self._start(features, targets.shape[1], None)
        self._add(features, targets, np.ones(features.shape[0]), 1)
        self.t_ = features.shape[0]
        return self

    @unchanged_on_error
    def forget(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Any:
        """Take samples out again, as if they had never been learned from.

        Exact up to rounding, as far as the samples were among those learned from; whether
        they were cannot be known.

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
        weights = check_sample_weight(sample_weight, features)
        if weights.sum() > self.statistics_["weight"] * (1 + 1e-9):
            raise ValueError(
                f"samples of weight {weights.sum()} cannot be forgotten, since only "
                f"{self.statistics_['weight']} was learned from"
            )
        self._add(features, self._encode(labels), weights, -1)
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
            an intercept as this one; it is not changed. Its ``alpha`` is not used.

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
            "fit_intercept": self.fit_intercept,
            "n_features_in_": self.n_features_in_,
            "number of outputs": self.coef_.shape[0],
            "classes_": getattr(self, "classes_", None),
        }

    def _start(self, X: NDArray, n_outputs: int, random_state: Any) -> None:
        super()._start(X, n_outputs, random_state)
        self.statistics_ = Statistics.none(X.shape[1], n_outputs)._asdict()

    def _own(self) -> None:
        """Do nothing: no array is written into, each is replaced."""

    def _learn(
        self,
        X: NDArray,
        targets: NDArray[np.float64],
        rows: NDArray[np.int64],
        weights: NDArray[np.float64],
        rates: tuple[float, float],
    ) -> float:
        """Add a chunk; there is no loss, since no sample is predicted."""
        self._add(X, targets, weights, 1)
        return 0.0

    def _add(
        self, X: NDArray, targets: NDArray[np.float64], weights: NDArray[np.float64], sign: int
    ) -> None:
        """Add samples to the sums, or take them out, and solve."""
        total = Statistics(**self.statistics_)
        for start in range(0, X.shape[0], BLOCK_ROWS):
            part = slice(start, start + BLOCK_ROWS)
            block = Statistics.of(X[part], targets[part], weights[part], bool(self.fit_intercept))
            total = total.plus(block, sign)
        self.statistics_ = total._asdict()
        self._solve()

    def _solve(self) -> None:
        """Set weights and intercepts from the sums."""
        sums = Statistics(**self.statistics_)
        penalised = sums.xx + self.alpha * np.eye(sums.xx.shape[0])
        try:
            W = solve(penalised, sums.xy, assume_a="pos")
        except (LinAlgError, ValueError) as error:
            raise ValueError(
                "the sums over samples have no ridge solution; more may have been forgotten "
                f"than was learned, or values of X are too large for alpha={self.alpha}"
            ) from error
        self.coef_ = W.T
        self.intercept_ = sums.y_mean - sums.x_mean @ W


class StreamingRidgeRegressor(OnlineRegressor, StreamingRidgeReadout):
    """Ridge regression on a stream, from sums that can be merged and undone.

    The weights minimise ``sum_s |W x_s + b - t_s|^2 + alpha |W|^2`` over all samples so far,
    as those of `sklearn.linear_model.Ridge` do, and follow from sums over samples alone::

        A = sum (x - x_mean)(x - x_mean)^T     B = sum (x - x_mean)(t - t_mean)^T
        W^T = (A + alpha I)^-1 B               b = t_mean - W x_mean

    The order of samples does not matter, sums of several places or days are added
    (`merge`), and samples can be taken out again (`forget`). No sample is kept.

    Online, but *not local*: A holds the correlations of all features. Each call of
    `partial_fit`, `merge` and `forget` solves for the weights, which costs about
    n_features^3 / 3 operations: give samples in chunks, or take `RLSRegressor` for single
    ones.

    Parameters
    ----------
    alpha : float, default=1.0
        Penalty on squared weights, in the units of X squared; intercepts are free. Each
        solution uses the present value.
    fit_intercept : bool, default=True
        Whether outputs have an intercept.

    Attributes
    ----------
    coef_ : ndarray of shape (n_outputs, n_features)
        Weights.
    intercept_ : ndarray of shape (n_outputs,)
        Intercepts.
    statistics_ : dict
        The sums: ``weight``, ``x_mean`` and ``y_mean``, ``xx`` (A, of shape
        (n_features, n_features)) and ``xy`` (B, of shape (n_features, n_outputs)).
    t_ : int
        Samples learned from and not forgotten.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of features, where X had some.

    See Also
    --------
    RLSRegressor : The same, sample by sample, with a forgetting factor.
    StreamingRidgeClassifier : The same for labels.

    Notes
    -----
    Sums are kept around means and combined as in [1]_, which large means do not spoil.

    References
    ----------
    .. [1] T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms for Computing the Sample
       Variance: Analysis and Recommendations", The American Statistician 37(3), 242-247,
       1983.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.readouts import StreamingRidgeRegressor
    >>> X = np.random.default_rng(0).normal(size=(200, 3))
    >>> y = X @ [1.0, -2.0, 0.5] + 3
    >>> here = StreamingRidgeRegressor().fit(X[:80], y[:80])
    >>> there = StreamingRidgeRegressor().fit(X[80:], y[80:])
    >>> central = StreamingRidgeRegressor().fit(X, y)
    >>> bool(np.allclose(here.merge(there).coef_, central.coef_, rtol=1e-12))
    True
    """


class StreamingRidgeClassifier(OnlineClassifier, StreamingRidgeReadout):
    """Ridge on targets of 1 for the label and -1 for the others, from sums over samples.

    See `StreamingRidgeRegressor` for the equations and for what `merge` and `forget` do. The
    weights are those of `sklearn.linear_model.RidgeClassifier`. Online, but *not local*: the
    sums hold the correlations of all features. Two classes share one output.

    Parameters
    ----------
    alpha : float, default=1.0
        Penalty on squared weights, in the units of X squared; intercepts are free.
    fit_intercept : bool, default=True
        Whether outputs have an intercept.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    coef_ : ndarray of shape (n_outputs, n_features)
        Weights; n_outputs is 1 for two classes, else n_classes.
    intercept_ : ndarray of shape (n_outputs,)
        Intercepts.
    statistics_ : dict
        The sums: ``weight``, ``x_mean`` and ``y_mean``, ``xx`` and ``xy``.
    t_ : int
        Samples learned from and not forgotten.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of features, where X had some.

    See Also
    --------
    RLSClassifier : The same, sample by sample, with a forgetting factor.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sparcelearn.readouts import StreamingRidgeClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> readout = StreamingRidgeClassifier()
    >>> for start in range(0, 1200, 300):
    ...     part = slice(start, start + 300)
    ...     readout = readout.partial_fit(X[part], y[part], classes=range(10))
    >>> bool(readout.score(X[1200:], y[1200:]) > 0.85)
    True
    >>> readout.forget(X[:300], y[:300]).t_
    900
    """

    loss = "squared"
