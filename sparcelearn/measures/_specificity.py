"""Specificity: how much more a unit responds to some classes than to others."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_consistent_length, column_or_1d

from ._arrays import as_states

__all__ = ["specificity"]


def specificity(X: ArrayLike, y: ArrayLike, *, active_in_both: bool = False) -> NDArray[np.float64]:
    r"""Return each unit's contrast between classes, averaged over pairs of them.

    With :math:`a_c` the share of samples of class :math:`c` on which the unit is active,

    .. math:: \Big\langle \frac{|a_c - a_d|}{a_c + a_d} \Big\rangle_{c < d}

    over the pairs for which the unit is active at all: 0 for a unit that does not distinguish
    classes, 1 for one that responds to a single class.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_units)
        The code; a unit is active where it is not 0.
    y : array-like of shape (n_samples,)
        Class, or task, of each sample.
    active_in_both : bool, default=False
        Whether to leave out pairs in which the unit is silent for one class, as the authors
        of SpaRCe do. Such pairs count as 1 else.

    Returns
    -------
    ndarray of shape (n_units,)
        From 0 to 1; NaN for units with no pair.

    References
    ----------
    Manneschi, Lin, Vasilaki, "SpaRCe: Improved Learning of Reservoir Computing Systems Through
    Sparse Representations", IEEE Transactions on Neural Networks and Learning Systems 34(2),
    824-838, 2023.

    Examples
    --------
    >>> from sparcelearn.measures import specificity
    >>> specificity([[1, 1, 0], [1, 1, 0], [1, 0, 0], [1, 0, 0]], [0, 0, 1, 1])
    array([ 0.,  1., nan])
    """
    active = as_states(X) != 0
    labels = column_or_1d(y)
    check_consistent_length(active, labels)
    classes = np.unique(labels)
    if len(classes) < 2:
        raise ValueError(f"y must hold at least 2 classes, not {len(classes)}.")
    shares = np.array([active[labels == c].mean(axis=0) for c in classes])
    first, second = np.triu_indices(len(classes), k=1)
    a, b = shares[first], shares[second]
    counts = ((a > 0) & (b > 0)) if active_in_both else (a + b > 0)
    contrast = np.abs(a - b) / np.where(counts, a + b, 1)
    with np.errstate(invalid="ignore"):
        return np.where(counts, contrast, 0).sum(axis=0) / counts.sum(axis=0)
