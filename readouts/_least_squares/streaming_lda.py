"""Linear discriminant analysis on a stream, from the sums of ridge regression."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, solve

from sparcelearn._core.validation import Interval

from .._tasks import ClassifierTask
from .class_means import ClassMeans
from .statistics import Statistics
from .sums import SummingReadout


@dataclass(eq=False, repr=False)
class StreamingLDAClassifier(ClassifierTask, SummingReadout):
    """Linear discriminant analysis from sums over samples that can be merged and undone.

    Classes are taken to be normal, each with its own mean, and with one covariance S::

        S  = (1 - shrinkage) S_within + shrinkage * trace(S_within) / n_features * I
        y_k = m_k S^-1 x - m_k S^-1 m_k / 2 + log(n_k / n)

    Means and S follow from sums over samples. So the order of samples does not matter, sums of
    several places can be added (`merge`), and samples taken out again (`forget`) [1]_.

    Online, but *not local*: S holds the correlations of all features, and each call of
    `partial_fit`, `merge` and `forget` solves for the weights, which costs about
    n_features^3 / 3 operations: give samples in chunks.

    Parameters
    ----------
    shrinkage : float, default=0.1
        From 0, which takes S as measured, to 1, which takes a sphere, so that the nearest mean
        wins (up to how frequent classes are). Few samples or few classes need more.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    coef_ : ndarray of shape (n_classes, n_features)
        Weights, for two classes too; 0 for a class that no sample had yet, which is never
        predicted.
    intercept_ : ndarray of shape (n_classes,)
        Intercepts.
    statistics_ : dict
        The sums: ``weight``, ``x_mean``, ``y_mean`` (shares of classes), ``xx`` and ``xy``.
    t_ : int
        Samples learned from and not forgotten.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of features, where X had some.

    See Also
    --------
    PrototypeClassifier : Without a covariance; local.
    StreamingRidgeClassifier : Ridge weights from the same sums.
    sklearn.discriminant_analysis.LinearDiscriminantAnalysis : The same on data at hand.

    References
    ----------
    .. [1] T. L. Hayes, C. Kanan, "Lifelong Machine Learning with Deep Streaming Linear
       Discriminant Analysis", CVPR Workshops, 887-896, 2020.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sparcelearn.readouts import StreamingLDAClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> here = StreamingLDAClassifier().partial_fit(X[:600], y[:600], classes=range(10))
    >>> there = StreamingLDAClassifier().partial_fit(X[600:1200], y[600:1200], classes=range(10))
    >>> bool(here.merge(there).score(X[1200:], y[1200:]) > 0.85)
    True
    """

    shrinkage: float = 0.1

    loss: ClassVar[str] = "softmax"  # outputs are log probabilities, up to a constant
    _one_output_per_class = True
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "shrinkage": [Interval(Real, 0, 1, closed="both")],
    }

    def _solve(self) -> None:
        sums = Statistics(**self.statistics_)
        classes = ClassMeans.of(sums)
        log_priors = np.log(classes.counts / classes.counts.sum())
        self.coef_, self.intercept_ = classes.linear(self._weights(sums, classes), log_priors)

    def _weights(self, sums: Statistics, classes: ClassMeans) -> NDArray[np.float64]:
        """Return ``S^-1`` times the means of the classes seen."""
        shifts, means = classes.shifts, classes.means
        within = (sums.xx - (shifts * classes.counts) @ shifts.T) / max(sums.weight, 1e-300)
        spread = np.trace(within) / len(within)
        if spread <= 1e-12 * np.trace(sums.xx) / max(sums.weight, 1e-300):
            return means  # no spread yet: one sample to a class, or all of a class alike
        S = (1 - self.shrinkage) * within + self.shrinkage * spread * np.eye(len(within))
        try:
            return solve(S, means, assume_a="pos")
        except (LinAlgError, ValueError) as error:
            raise ValueError(
                "the covariance within classes is singular; raise shrinkage (now "
                f"{self.shrinkage}), unless more was forgotten than learned"
            ) from error
