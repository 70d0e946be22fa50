"""The share of a target's variance that a linear readout of the states explains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

CHANCE = 1e-4  # how often an unrelated target exceeds the automatic threshold


class Projector:
    r"""Projects targets on states.

    With :math:`Q` an orthonormal basis of the centred states and :math:`y` a centred target,
    the capacity :math:`|Q^T y|^2 / |y|^2` is the squared correlation of the target with its
    best linear readout. A target unrelated to :math:`N` states over :math:`T` steps has about
    :math:`\chi^2_N / T`, which the threshold discards.
    """

    def __init__(self, X: NDArray[np.floating], threshold: float | str) -> None:
        centred = X - X.mean(axis=0)
        U, sizes, _ = np.linalg.svd(centred, full_matrices=False)
        # directions of pure rounding errors would raise the threshold
        self.basis = U[:, sizes > np.finfo(np.float64).eps * sizes.max(initial=0)]
        self.threshold = _threshold(threshold, self.basis.shape[1], len(X))

    def capacities(self, Y: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the capacity of each column, 0 where it could be chance."""
        Y = Y - Y.mean(axis=0)
        total = np.sum(Y**2, axis=0)
        explained = np.sum((self.basis.T @ Y) ** 2, axis=0)
        capacities = explained / np.where(total > 0, total, np.inf)
        return np.where(capacities > self.threshold, capacities, 0.0)


def _threshold(threshold: float | str, rank: int, n_steps: int) -> float:
    if threshold == "auto":
        return float(stats.chi2.isf(CHANCE, rank) / n_steps) if rank else 0.0
    if isinstance(threshold, str) or not 0 <= threshold < 1:
        raise ValueError(f"threshold must be 'auto' or from 0 to below 1, not {threshold!r}.")
    return float(threshold)


def check_max_delay(max_delay: int, n_steps: int) -> int:
    """Return the longest delay; raise if there are too few steps for it."""
    if not 0 <= max_delay <= n_steps - 2:
        raise ValueError(
            f"max_delay must be from 0 to 2 less than the {n_steps} steps of X, not {max_delay}."
        )
    return int(max_delay)
