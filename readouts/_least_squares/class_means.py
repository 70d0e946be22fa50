"""Class means, and the linear outputs of normally distributed classes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .statistics import Statistics

UNSEEN = -1e300  # output of a class without samples: finite, so that differences are too


class ClassMeans(NamedTuple):
    """Means of the classes seen so far.

    Parameters
    ----------
    seen : ndarray of shape (n_classes,), dtype bool
        Which classes have samples.
    counts : ndarray of shape (n_seen,)
        Weight of the samples of each.
    shifts : ndarray of shape (n_features, n_seen)
        Mean of each class minus the mean of all samples.
    means : ndarray of shape (n_features, n_seen)
        Mean of each class.
    """

    seen: NDArray[np.bool_]
    counts: NDArray[np.float64]
    shifts: NDArray[np.float64]
    means: NDArray[np.float64]

    @classmethod
    def of(cls, sums: Statistics) -> ClassMeans:
        """Return those of sums over samples, whose outputs are shares of classes."""
        counts = sums.weight * sums.y_mean
        seen = counts > 1e-9 * sums.weight
        shifts = sums.xy[:, seen] / counts[seen]
        return cls(seen, counts[seen], shifts, sums.x_mean[:, None] + shifts)

    def linear(
        self, weights: NDArray[np.float64], log_priors: NDArray[np.float64] | float = 0.0
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return coefficients and intercepts of all classes: ``w_k x - w_k m_k / 2 + prior_k``.

        ``weights`` w are of the shape of the means m. A class without samples is never predicted.
        """
        coef = np.zeros((self.seen.size, len(self.means)))
        intercept = np.full(self.seen.size, UNSEEN if self.seen.any() else 0.0)
        coef[self.seen] = weights.T
        intercept[self.seen] = -0.5 * (self.means * weights).sum(axis=0) + log_priors
        return coef, intercept
