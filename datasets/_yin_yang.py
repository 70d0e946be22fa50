"""Yin-Yang: three classes in the plane that are not linearly separable."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from ._checks import COUNT, POSITIVE, SEED, checked

YANG, YIN, DOT = 0, 1, 2  # as the authors' code numbers them


@checked({"n_samples": COUNT, "r_small": POSITIVE, "r_big": POSITIVE, "random_state": SEED})
def make_yin_yang(
    n_samples: int = 1000,
    *,
    r_small: float = 0.1,
    r_big: float = 0.5,
    random_state: int | RandomState | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Draw points from a Yin-Yang symbol; the classes are its two halves and its dots.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of points.
    r_small, r_big : float, default=0.1 and 0.5
        Radius of each dot and of the symbol; ``r_small`` is below half of ``r_big``.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    X : ndarray of shape (n_samples, 4)
        x, y, 1 - x and 1 - y; the symbol has its centre at (r_big, r_big).
    y : ndarray of shape (n_samples,)
        0 (the half of the right dot), 1 (that of the left: yin) or 2 (a dot), with equal
        probability, as in the authors' code.

    References
    ----------
    L. Kriener, J. Goeltz, M. A. Petrovici, "The Yin-Yang dataset", Neuro-Inspired
    Computational Elements Conference, 107-111, 2022.

    Examples
    --------
    >>> from sparcelearn.datasets import make_yin_yang
    >>> X, y = make_yin_yang(6, random_state=0)
    >>> X.shape, y.tolist()
    ((6, 4), [0, 1, 0, 1, 1, 2])
    """
    if not r_small < r_big / 2:
        raise ValueError(f"r_small={r_small} must be below half of r_big={r_big}.")
    rng = check_random_state(random_state)
    y = rng.randint(0, 3, n_samples)
    points = np.empty((n_samples, 2))
    missing = np.arange(n_samples)
    while len(missing):  # redraw points that are not of the wanted class
        points[missing] = rng.uniform(0, 2 * r_big, (len(missing), 2))
        missing = missing[yin_yang_class(points[missing], r_small, r_big) != y[missing]]
    return np.hstack([points, 1 - points]), y.astype(np.int64)


def yin_yang_class(points: NDArray[np.float64], r_small: float, r_big: float) -> NDArray[np.int64]:
    """Return the class of points in the plane; -1 outside of the symbol."""

    def distance(x: float) -> NDArray[np.float64]:
        return np.hypot(points[:, 0] - x, points[:, 1] - r_big)

    left, right = distance(0.5 * r_big), distance(1.5 * r_big)
    in_upper = (points[:, 1] > r_big) & (right > 0.5 * r_big)
    is_yin = (left <= 0.5 * r_big) | in_upper
    classes = np.where(is_yin, YIN, YANG)
    classes[np.minimum(left, right) < r_small] = DOT
    classes[distance(r_big) > r_big] = -1
    return classes
