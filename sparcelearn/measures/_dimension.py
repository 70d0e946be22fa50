"""Dimension of the states: in how many directions they vary, and how many a readout uses."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ._arrays import as_states

__all__ = ["effective_dimension", "participation_ratio"]


def participation_ratio(X: ArrayLike) -> float:
    r"""Return the participation ratio of the states' covariance :math:`C`.

    .. math:: PR = \frac{(\operatorname{tr} C)^2}{\operatorname{tr} C^2}

    It is the number of directions if the states vary equally in all of them, and 1 if they vary
    in one only. For :math:`T` samples of :math:`N` independent units it is about
    :math:`N / (1 + N/T)`.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_units)
        States.

    Returns
    -------
    float
        NaN if the states do not vary.

    References
    ----------
    Gao, Trautmann, Yu, Santhanam, Ryu, Shenoy, Ganguli, "A theory of multineuronal
    dimensionality, dynamics and measurement", bioRxiv 214262, 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.measures import participation_ratio
    >>> X = np.random.RandomState(0).normal(size=(10_000, 5))
    >>> round(participation_ratio(X), 1)
    5.0
    """
    states = as_states(X)
    states = states - states.mean(axis=0)
    wide = states.shape[1] > states.shape[0]
    scatter = states @ states.T if wide else states.T @ states  # the same eigenvalues except 0
    total = np.sum(scatter**2)
    return float(np.trace(scatter) ** 2 / total) if total > 0 else float("nan")


def effective_dimension(X: ArrayLike, ridge: float) -> float:
    r"""Return the degrees of freedom of a ridge readout of the states.

    .. math:: \sum_i \frac{l_i}{l_i + \lambda}

    over the eigenvalues :math:`l_i` of the scatter matrix of the centred states,
    :math:`X^T X`. Without a penalty it is their rank.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_units)
        States.
    ridge : float
        The penalty :math:`\lambda`, ``alpha`` in scikit-learn's ``Ridge``.

    Returns
    -------
    float

    References
    ----------
    Hastie, Tibshirani, Friedman, "The Elements of Statistical Learning", Springer, 2009,
    section 3.4.1.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.measures import effective_dimension
    >>> X = np.random.RandomState(0).normal(size=(1000, 5))
    >>> round(effective_dimension(X, 1000.0), 1)
    2.5
    """
    if not ridge >= 0:
        raise ValueError(f"ridge must be at least 0, not {ridge}.")
    states = as_states(X)
    values = np.linalg.svd(states - states.mean(axis=0), compute_uv=False) ** 2
    floor = max(states.shape) * np.finfo(np.float64).eps * np.sqrt(values.max())
    values = values[values > floor**2]
    return float(np.sum(values / (values + ridge)))
