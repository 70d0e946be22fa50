"""Classes that are normally distributed around centres."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm
from sklearn.utils import check_random_state

from ._checks import COUNT, POSITIVE, SEED, checked
from ._known_risk import KnownClasses


class GaussianClasses(KnownClasses):
    """Normal distributions of standard deviation 1 around a centre for each class.

    Parameters
    ----------
    centers : array-like of shape (n_classes, n_features)
        Centre of each class.

    References
    ----------
    R. A. Fisher, "The use of multiple measurements in taxonomic problems", Annals of
    Eugenics 7(2), 179-188, 1936.
    """

    def __init__(self, centers: ArrayLike) -> None:
        self.centers = np.asarray(centers, dtype=np.float64)
        if self.centers.ndim != 2 or not np.isfinite(self.centers).all():
            raise ValueError("centers must be finite numbers of shape (n_classes, n_features).")
        self.n_classes = len(self.centers)

    def _draw(self, rng: RandomState, y: NDArray[np.int64]) -> NDArray[np.float64]:
        return self.centers[y] + rng.standard_normal((len(y), self.centers.shape[1]))

    def log_likelihood(self, X: Any) -> NDArray[np.float64]:
        """Return the log likelihood under each class, up to a constant of each sample.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
        """
        squares = (self.centers**2).sum(axis=1)
        return np.asarray(X) @ self.centers.T - 0.5 * squares

    def bayes_risk(
        self, n_samples: int = 100_000, random_state: int | RandomState | None = None
    ) -> tuple[float, float]:
        r"""Return the lowest possible probability of error; exactly for two classes.

        For two classes at distance D it is :math:`\Phi(-D / 2)`.

        Parameters
        ----------
        n_samples : int, default=100000
            Samples to average over, for more than two classes.
        random_state : int, RandomState or None, default=None
            Seed.

        Returns
        -------
        risk : float
        standard_error : float
            Of the estimate; 0 for two classes.
        """
        if self.n_classes == 2:
            distance = np.linalg.norm(self.centers[1] - self.centers[0])
            return float(norm.cdf(-distance / 2)), 0.0
        return super().bayes_risk(n_samples, random_state)


@checked(
    {
        "n_samples": COUNT,
        "n_classes": COUNT,
        "n_features": COUNT,
        "separation": POSITIVE,
        "random_state": SEED,
        "return_classes": ["boolean"],
    }
)
def make_gaussian_classes(
    n_samples: int = 400,
    *,
    n_classes: int = 2,
    n_features: int = 10,
    separation: float = 2.0,
    random_state: int | RandomState | None = None,
    return_classes: bool = False,
) -> Any:
    """Draw normally distributed classes, for which the lowest possible error is known.

    Parameters
    ----------
    n_samples : int, default=400
        Number of samples.
    n_classes, n_features : int, default=2 and 10
        Size of the problem.
    separation : float, default=2.0
        Distance of two classes, in standard deviations; for more classes, the root mean
        square distance of their random centres.
    random_state : int, RandomState instance or None, default=None
        Seed.
    return_classes : bool, default=False
        Whether to return the distribution, with its best decision, as well.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
        The samples.
    y : ndarray of shape (n_samples,)
        Their classes.
    classes : GaussianClasses
        With ``predict``, ``bayes_risk`` and ``sample`` to draw more; only with
        ``return_classes``.

    Examples
    --------
    >>> from sparcelearn.datasets import make_gaussian_classes
    >>> X, y, classes = make_gaussian_classes(random_state=0, return_classes=True)
    >>> round(classes.bayes_risk()[0], 5)
    0.15866
    """
    rng = check_random_state(random_state)
    centers = rng.standard_normal((n_classes, n_features))
    if n_classes > 1:
        first, second = np.triu_indices(n_classes, 1)
        squares = ((centers[first] - centers[second]) ** 2).sum(axis=1)
        centers *= separation / np.sqrt(squares.mean())
    classes = GaussianClasses(centers)
    X, y = classes.sample(n_samples, rng)
    return (X, y, classes) if return_classes else (X, y)
