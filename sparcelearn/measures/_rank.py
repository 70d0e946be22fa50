"""Kernel quality and generalisation rank: how many different states a reservoir has."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_array

__all__ = ["generalization_rank", "kernel_quality"]


def kernel_quality(X: ArrayLike, *, tol: float | None = None) -> int:
    """Return the rank of the states after different inputs.

    A linear readout can give that many of these inputs arbitrary outputs: the more, the better
    the reservoir separates. Compare with :func:`generalization_rank`.

    Parameters
    ----------
    X : array-like of shape (n_inputs, n_units)
        State at the end of each of several different inputs.
    tol : float, default=None
        Singular values up to this share of the largest count as 0. None is the
        precision of the numbers, ``eps * max(X.shape)``.

    Returns
    -------
    int

    References
    ----------
    Legenstein, Maass, "Edge of chaos and prediction of computational performance for neural
    circuit models", Neural Networks 20, 323-334, 2007.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.measures import kernel_quality
    >>> kernel_quality(np.random.RandomState(0).rand(20, 50))
    20
    """
    states = check_array(X, dtype=[np.float64, np.float32], input_name="X")
    return int(np.linalg.matrix_rank(states, rtol=tol))


def generalization_rank(X: ArrayLike, *, tol: float | None = None) -> int:
    """Return the rank of the states after noisy copies of one input.

    The lower, the better the reservoir generalises: the VC dimension of linear readouts on
    these inputs is at least this rank, and at most one more.

    Parameters
    ----------
    X : array-like of shape (n_copies, n_units)
        State at the end of each of several variants of the same input.
    tol : float, default=None
        As in :func:`kernel_quality`.

    Returns
    -------
    int

    References
    ----------
    Legenstein, Maass, "Edge of chaos and prediction of computational performance for neural
    circuit models", Neural Networks 20, 323-334, 2007.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.measures import generalization_rank
    >>> generalization_rank(np.ones((20, 50)))  # no noise
    1
    """
    return kernel_quality(X, tol=tol)
