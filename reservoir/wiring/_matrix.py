"""A matrix of weights, given or drawn."""

from __future__ import annotations

from typing import Any

from numpy.random import RandomState
from scipy import sparse

from .._distributions import Distribution
from ._scaling import as_matrix
from ._topology import Topology


def drawn_matrix(
    name: str,
    wiring: Any,
    random_state: RandomState,
    shape: tuple[int, int],
    weights: Distribution | None = None,
) -> sparse.csr_array:
    """Return a matrix that is given, checked, or drawn by a topology.

    Parameters
    ----------
    name : str
        Name in messages.
    wiring : Topology, sparse matrix or ndarray
        The matrix, or how to draw it.
    random_state : RandomState
        Source of randomness.
    shape : tuple of (int, int)
        Numbers of units.
    weights : Distribution, default=None
        Distribution of the weights of a topology that has none.

    Returns
    -------
    sparse array of shape (n_units, n_units)
        Weights from row (source) to column (target).
    """
    if isinstance(wiring, Topology):
        return wiring.sample(random_state, shape[0], weights=weights)
    return as_matrix(name, wiring, shape)
