"""Sums over samples that can be added and subtracted: all that ridge regression needs."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray


class Statistics(NamedTuple):
    """Means, and sums of products of deviations from them, of weighted samples.

    Without an intercept the means are 0, and the sums are of plain products. Where products
    of features are not needed, ``xx`` is empty.
    """

    weight: float
    x_mean: NDArray[np.float64]
    y_mean: NDArray[np.float64]
    xx: NDArray[np.float64]
    xy: NDArray[np.float64]

    @classmethod
    def none(cls, n_features: int, n_outputs: int, products: bool = True) -> Self:
        """Return those of no samples."""
        zeros = np.zeros
        xx, xy = zeros((n_features, n_features * products)), zeros((n_features, n_outputs))
        return cls(0.0, zeros(n_features), zeros(n_outputs), xx, xy)

    @classmethod
    def of(
        cls,
        X: NDArray[Any],
        Y: NDArray[Any],
        weights: NDArray[np.float64],
        centred: bool,
        products: bool = True,
    ) -> Self:
        """Return those of some samples."""
        weight = float(weights.sum())
        if weight == 0.0:
            return cls.none(X.shape[1], Y.shape[1], products)
        X = X.astype(np.float64, copy=False)
        x_mean, y_mean = (weights @ Z / weight if centred else np.zeros(Z.shape[1]) for Z in (X, Y))
        roots = np.sqrt(weights)[:, None]
        x, y = roots * (X - x_mean), roots * (Y - y_mean)
        return cls(weight, x_mean, y_mean, x.T @ x[:, : x.shape[1] * products], x.T @ y)

    def plus(self, other: Statistics, sign: int = 1) -> Statistics:
        """Return those of both sets of samples, or of this one without the other."""
        added = sign * other.weight
        weight = self.weight + added
        if weight <= 0.0:
            return Statistics.none(self.xy.shape[0], self.xy.shape[1], self.xx.size > 0)
        dx, dy = other.x_mean - self.x_mean, other.y_mean - self.y_mean
        between = self.weight * added / weight
        return Statistics(
            weight,
            self.x_mean + added / weight * dx,
            self.y_mean + added / weight * dy,
            self.xx + sign * other.xx + between * np.outer(dx, dx[: self.xx.shape[1]]),
            self.xy + sign * other.xy + between * np.outer(dx, dy),
        )
