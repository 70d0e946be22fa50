"""Strength of the recurrence."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import ArpackError, eigs


def as_matrix(name: str, matrix: Any, shape: tuple[int, int]) -> sparse.csr_array:
    """Check a matrix of weights, and return a copy as compressed sparse rows.

    Parameters
    ----------
    name : str
        Name in messages.
    matrix : sparse matrix or ndarray
        The weights.
    shape : tuple of (int, int)
        The shape it must have.

    Returns
    -------
    sparse array of the shape given

    Raises
    ------
    ValueError
        If it has another shape, or holds NaN or infinity.
    """
    if matrix.shape != shape:
        raise ValueError(f"{name} has shape {matrix.shape}; it must be {shape}.")
    if matrix.dtype.kind not in "buif":
        raise ValueError(f"{name} must hold real numbers, not {matrix.dtype}.")
    rows: sparse.csr_array = sparse.csr_array(matrix, dtype=np.float64, copy=True)
    if not np.all(np.isfinite(rows.data)):
        raise ValueError(f"{name} contains NaN or infinity.")
    rows.sum_duplicates()
    rows.eliminate_zeros()
    return rows


def scale_spectral_radius(matrix: Any, spectral_radius: float) -> sparse.csr_array:
    """Scale a matrix to a given spectral radius.

    A matrix without cycles has only the eigenvalue 0 and is returned unchanged, as is one whose
    largest eigenvalue is 1e-12 or less, which may be no more than rounding.

    Parameters
    ----------
    matrix : sparse matrix, sparse array or ndarray of shape (n, n)
        The weights.
    spectral_radius : float
        Largest modulus of an eigenvalue.

    Returns
    -------
    sparse array of shape (n, n)

    Raises
    ------
    ValueError
        If the matrix is not square, or holds NaN or infinity.
    """
    matrix = matrix if sparse.issparse(matrix) else np.asarray(matrix)
    if matrix.ndim != 2:
        raise ValueError(f"matrix has shape {matrix.shape}; it must be square.")
    n = matrix.shape[0]
    weights = as_matrix("matrix", matrix, (n, n))
    largest = largest_eigenvalue(weights)
    return weights * (spectral_radius / largest) if largest > 1e-12 else weights


def largest_eigenvalue(matrix: sparse.csr_array) -> float:
    n = matrix.shape[0]
    n_strong: Any  # a number where no labels are asked for, which its stubs do not know
    n_strong = connected_components(matrix, connection="strong", return_labels=False)
    if n_strong == n and not matrix.diagonal().any():  # no cycle
        return 0.0
    if n > 500:
        try:  # a fixed start vector: with a random one results differ in the last bits
            [value] = eigs(matrix, k=1, v0=np.ones(n), return_eigenvectors=False)
            return float(abs(value))
        except ArpackError:  # did not converge
            pass
    return float(np.abs(np.linalg.eigvals(matrix.toarray())).max(initial=0.0))
