"""Ridge from sufficient statistics: exact on a stream, in any order, in any number of places."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import LinAlgError, solve

from sparcelearn._core.validation import Interval

from .._tasks import ClassifierTask, RegressorTask
from .statistics import Statistics
from .sums import SummingReadout

CONSTRAINTS: dict[str, list[Any]] = {
    "alpha": [Interval(Real, 0, np.inf, closed="neither")],
    "fit_intercept": ["boolean"],
    "prior_coef": ["array-like", None],
}


@dataclass(eq=False, repr=False)
class StreamingRidgeRegressor(RegressorTask, SummingReadout):
    """Ridge regression on a stream, from sums that can be merged and undone.

    The weights minimise ``sum_s |W x_s + b - t_s|^2 + alpha |W|^2`` over all samples so far,
    as those of `sklearn.linear_model.Ridge` do, and follow from sums over samples alone::

        A = sum (x - x_mean)(x - x_mean)^T     B = sum (x - x_mean)(t - t_mean)^T
        W^T = (A + alpha I)^-1 B               b = t_mean - W x_mean

    The order of samples does not matter, sums of several places or days are added
    (`merge`), and samples can be taken out again (`forget`). No sample is kept.

    Online, but *not local*: A holds the correlations of all features. Each call of
    `partial_fit`, `merge` and `forget` solves for the weights, which costs about
    n_features^3 / 3 operations: give samples in chunks, or use `RLSRegressor` for single
    samples.

    Parameters
    ----------
    alpha : float, default=1.0
        Penalty on squared weights, in the units of X squared; intercepts are free. Each
        solution uses the present value.
    fit_intercept : bool, default=True
        Whether outputs have an intercept.
    prior_coef : array-like of shape (n_outputs, n_features) or None, default=None
        Weights that the penalty ``alpha |W - W_prior|^2`` pulls to, such as those of similar
        tasks, where samples are few. None is 0.

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
    reptile : Weights to start from, out of other tasks.

    Notes
    -----
    Sums are of deviations from means, combined as in [1]_, so that large means cost no
    precision.

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

    alpha: float = 1.0
    _: KW_ONLY
    fit_intercept: bool = True
    prior_coef: ArrayLike | None = None

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = CONSTRAINTS

    def _solve(self) -> None:
        self.coef_, self.intercept_ = ridge_solution(
            Statistics(**self.statistics_), self.alpha, self.prior_coef
        )


@dataclass(eq=False, repr=False)
class StreamingRidgeClassifier(ClassifierTask, SummingReadout):
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
    prior_coef : array-like of shape (n_outputs, n_features) or None, default=None
        Weights that the penalty ``alpha |W - W_prior|^2`` pulls to, such as those of similar
        tasks, where samples are few. None is 0.

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

    alpha: float = 1.0
    _: KW_ONLY
    fit_intercept: bool = True
    prior_coef: ArrayLike | None = None

    loss: ClassVar[str] = "squared"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = CONSTRAINTS

    def _solve(self) -> None:
        self.coef_, self.intercept_ = ridge_solution(
            Statistics(**self.statistics_), self.alpha, self.prior_coef
        )


def ridge_solution(
    sums: Statistics, alpha: float, prior_coef: ArrayLike | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return weights, of shape (n_outputs, n_features), and intercepts."""
    prior = check_prior(prior_coef, sums.xy.shape)
    penalised = sums.xx + alpha * np.eye(sums.xx.shape[0])
    try:
        W = prior + solve(penalised, sums.xy - sums.xx @ prior, assume_a="pos")
    except (LinAlgError, ValueError) as error:
        raise ValueError(
            "the sums over samples have no ridge solution; more may have been forgotten "
            f"than was learned, or values of X are too large for alpha={alpha}"
        ) from error
    return W.T, sums.y_mean - sums.x_mean @ W


def check_prior(prior_coef: ArrayLike | None, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return the weights that the penalty pulls to, one row per feature."""
    if prior_coef is None:
        return np.zeros(shape)
    prior = np.atleast_2d(np.asarray(prior_coef, dtype=np.float64)).T
    if prior.shape != shape or not np.isfinite(prior).all():
        raise ValueError(
            f"prior_coef must hold finite numbers and be of shape {shape[::-1]} (n_outputs, "
            f"n_features), got shape {prior.shape[::-1]}"
        )
    return prior
