"""Recursive least squares (FORCE): online, but not local."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.arrays import read_only
from sparcelearn._core.interrupts import blocks_of
from sparcelearn._core.validation import Interval

from .._base import BaseReadout
from .._epochs import PASS_PARAMETERS
from .._tasks import ClassifierTask, RegressorTask
from ..kernels import rls


@dataclass(eq=False, repr=False)
class RLSReadout(BaseReadout):
    """Recursive least squares: weights, and the inverse correlation of the features."""

    alpha: float = 1.0
    _: KW_ONLY
    forgetting_factor: float = 1.0
    max_iter: int = 1
    fit_intercept: bool = True
    shuffle: bool = False
    warm_start: bool = False
    verbose: int = 0
    random_state: Any = None

    _state = (*BaseReadout._state, "inverse_correlation_")
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "alpha": [Interval(Real, 0, np.inf, closed="neither")],
        "forgetting_factor": [Interval(Real, 0, 1, closed="right")],
        **PASS_PARAMETERS,
    }

    def _start(self, X: NDArray[Any], n_outputs: int, random_state: np.random.RandomState) -> None:
        super()._start(X, n_outputs, random_state)
        self.inverse_correlation_ = np.eye(X.shape[1] + bool(self.fit_intercept)) / self.alpha

    def _learn(
        self,
        X: NDArray[Any],
        targets: NDArray[np.float64],
        rows: NDArray[np.int64],
        weights: NDArray[np.float64],
        rates: tuple[float, float],
    ) -> float:
        """Learn from the rows in order; return the mean loss, each taken before learning."""
        total = 0.0
        for first, last in blocks_of(rows.size, 2 * len(self.inverse_correlation_) ** 2):
            total += rls.train(
                read_only(X),
                targets,
                rows[first:last],
                weights,
                float(self.forgetting_factor),
                self.inverse_correlation_,
                self.coef_.T,
                self.intercept_,
            )
            if not np.isfinite(total):
                break
        self._check_finite(
            total,
            self.inverse_correlation_,
            advice=f"Raise forgetting_factor (now {self.forgetting_factor}) or alpha "
            f"(now {self.alpha})",
        )
        return total / rows.size


class RLSRegressor(RegressorTask, RLSReadout):
    """Recursive least squares regression: exact ridge at every step of a stream (FORCE).

    After each sample the weights are those that minimise::

        alpha * lam^n * |W|^2 + sum_s lam^(n-s) * |W x_s - t_s|^2

    over all n samples so far, with forgetting factor lam. One sample updates them by::

        k = P x / (lam + x P x)       W <- W - e k^T,  e = W x - t
        P <- (P - k (P x)^T) / lam    P starts at the identity divided by alpha

    Online, but *not local*: P, the inverse correlation of all features, lets every weight
    see every other feature. It costs n_features^2 numbers and as many operations a sample.
    With the outputs fed back into a reservoir it is the rule of FORCE learning [1]_.

    Parameters
    ----------
    alpha : float, default=1.0
        Penalty on squared weights, in the units of X squared. The intercept is a weight of
        a feature that is always 1, and is penalised as well.
    forgetting_factor : float, default=1.0
        How much of its weight in the sum a sample keeps when the next one comes, above 0
        and at most 1. Below 1 about ``1 / (1 - forgetting_factor)`` samples count; P grows
        without bound along directions that the features no longer visit.
    max_iter : int, default=1
        Epochs of `fit`. Each one more counts every sample once more.
    fit_intercept : bool, default=True
        Whether outputs have an intercept.
    shuffle : bool, default=False
        Whether `fit` draws a new order of samples for each epoch. Without forgetting the
        order does not matter.
    warm_start : bool, default=False
        Whether `fit` goes on from what the last fit learned, instead of starting anew.
    verbose : int, default=0
        If not 0, `fit` prints a line per epoch.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.

    Attributes
    ----------
    coef_ : ndarray of shape (n_outputs, n_features)
        Weights.
    intercept_ : ndarray of shape (n_outputs,)
        Intercepts.
    inverse_correlation_ : ndarray of shape (n, n)
        P; n is n_features and one more, the last, if there is an intercept.
    loss_curve_ : list of float
        Half the squared error, summed over outputs, of each sample before learning from it;
        the mean of each epoch of `fit`.
    n_iter_ : int
        Epochs that the last `fit` ran.
    t_ : int
        Samples seen, counted once per epoch.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of features, where X had some.

    See Also
    --------
    StreamingRidgeRegressor : The same weights from sums, which merge and forget; faster in
        large chunks.
    RLSClassifier : The same for labels.

    References
    ----------
    .. [1] D. Sussillo, L. F. Abbott, "Generating Coherent Patterns of Activity from Chaotic
       Neural Networks", Neuron 63(4), 544-557, 2009.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.readouts import RLSRegressor
    >>> X = np.random.default_rng(0).normal(size=(200, 3))
    >>> readout = RLSRegressor(alpha=1e-3)
    >>> for row, target in zip(X, X @ [1.0, -2.0, 0.5]):
    ...     readout = readout.partial_fit(row[None], [target])
    >>> readout.coef_.round(3)
    array([[ 1. , -2. ,  0.5]])
    """


class RLSClassifier(ClassifierTask, RLSReadout):
    """Recursive least squares on targets of 1 for the label and -1 for the others (FORCE).

    See `RLSRegressor` for the equations. Online, but *not local*: the inverse correlation of
    all features lets every weight see every other feature. Two classes share one output.

    Parameters
    ----------
    alpha : float, default=1.0
        Penalty on squared weights, in the units of X squared. Intercepts are penalised as well.
    forgetting_factor : float, default=1.0
        How much of its weight in the sum a sample keeps when the next one comes, above 0
        and at most 1.
    max_iter : int, default=1
        Epochs of `fit`. Each one more counts every sample once more.
    fit_intercept : bool, default=True
        Whether outputs have an intercept.
    shuffle : bool, default=False
        Whether `fit` draws a new order of samples for each epoch.
    warm_start : bool, default=False
        Whether `fit` goes on from what the last fit learned, instead of starting anew.
    verbose : int, default=0
        If not 0, `fit` prints a line per epoch.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    coef_ : ndarray of shape (n_outputs, n_features)
        Weights; n_outputs is 1 for two classes, else n_classes.
    intercept_ : ndarray of shape (n_outputs,)
        Intercepts.
    inverse_correlation_ : ndarray of shape (n, n)
        Inverse correlation of the features, the last of them 1 if there is an intercept.
    loss_curve_ : list of float
        Half the squared error, summed over outputs, of each sample before learning from it;
        the mean of each epoch of `fit`.
    n_iter_ : int
        Epochs that the last `fit` ran.
    t_ : int
        Samples seen, counted once per epoch.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of features, where X had some.

    See Also
    --------
    StreamingRidgeClassifier : The same weights from sums, which merge and forget.

    References
    ----------
    .. [1] D. Sussillo, L. F. Abbott, "Generating Coherent Patterns of Activity from Chaotic
       Neural Networks", Neuron 63(4), 544-557, 2009.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sparcelearn.readouts import RLSClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> readout = RLSClassifier().partial_fit(X[:900], y[:900], classes=range(10))
    >>> bool(readout.score(X[900:], y[900:]) > 0.85)
    True
    """

    loss: ClassVar[str] = "squared"
