r"""White noise in equations: the symbol ``xi``.

``xi`` is Gaussian white noise of each unit, :math:`\langle\xi(t)\xi(t')\rangle = \delta(t - t')`
(in 1/ms), the same wherever it stands in a unit's equations. With
:math:`dx/dt = f + g\,\xi`, a method treats :math:`f` as it would without noise, and adds what
the noise has done by the end of the step.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

from ._algebra import add, exprel, linear_split, multiply
from ._expressions import call, names, number
from ._expressions import variable as var

NOISE = "xi"
NORMAL = "normal"  # normal0, normal1, ... are the numbers drawn in a step

Split = tuple[dict[str, ast.expr], dict[str, ast.expr]]


def split_noise(derivatives: Mapping[str, ast.expr]) -> Split:
    """Split each derivative into what it is without noise and the factor of the noise.

    Parameters
    ----------
    derivatives : mapping of str to ast.expr
        Right-hand sides.

    Returns
    -------
    tuple of (dict, dict)
        Both by state variable; the second only where there is noise.

    Raises
    ------
    ValueError
        If a derivative is not linear in the noise.
    """
    drifts, factors = {}, {}
    for state, tree in derivatives.items():
        split = linear_split(tree, NOISE)
        if split is None:
            raise ValueError(f"'d{state}/dt' in equations must be linear in {NOISE!r}, the noise.")
        drifts[state] = split[1]
        if NOISE in names(tree):
            factors[state] = split[0]
    return drifts, factors


def exact_noise(
    A: NDArray[np.float64], factors: NDArray[np.float64], dt: float
) -> NDArray[np.float64]:
    r"""Return what turns normal numbers into the noise of one step of a linear system.

    For :math:`dx = A x\,dt + g\,dW` the noise of a step has the covariance
    :math:`Q = \int_0^h e^{As} g g^T e^{A^T s} ds` (for one variable, the formula of
    Ornstein and Uhlenbeck), read off ``expm([[-A, g g^T], [0, A^T]] h)`` (Van Loan 1978).

    Parameters
    ----------
    A : ndarray of shape (..., n, n)
        Slopes.
    factors : ndarray of shape (..., n)
        Factor of the noise in each equation.
    dt : float
        Step.

    Returns
    -------
    ndarray of shape (..., n, n)
        Lower triangular :math:`L` with :math:`L L^T = Q`; columns may be 0.
    """
    n = A.shape[-1]
    outer = factors[..., :, np.newaxis] * factors[..., np.newaxis, :]
    generator = np.zeros((*np.broadcast_shapes(A.shape[:-2], outer.shape[:-2]), 2 * n, 2 * n))
    generator[..., :n, :n] = -A
    generator[..., :n, n:] = outer
    generator[..., n:, n:] = np.swapaxes(A, -1, -2)
    power = expm(generator * dt)
    Q = np.swapaxes(power[..., n:, n:], -1, -2) @ power[..., :n, n:]
    return _triangular_root(Q)


def _triangular_root(Q: NDArray[np.float64]) -> NDArray[np.float64]:
    """Factor covariances as Cholesky does; a variable that the others determine takes none."""
    root = np.zeros_like(Q)
    n = Q.shape[-1]
    for column in range(n):
        left = Q[..., column] - np.einsum("...ik,...k->...i", root, root[..., column, :])
        variance = left[..., column]
        is_own = variance > 1e-14 * Q[..., column, column]
        scale = np.sqrt(np.where(is_own, variance, 1.0))
        root[..., column:, column] = np.where(
            is_own[..., np.newaxis], left[..., column:] / scale[..., np.newaxis], 0.0
        )
    return root


def stepwise_noise(
    method: str, drifts: Mapping[str, ast.expr], factors: Mapping[str, ast.expr]
) -> tuple[dict[str, ast.expr], dict[str, str]]:
    r"""Write the noise of one step for methods that take variables one at a time.

    Exponential Euler solves :math:`dx = (a x + b)\,dt + g\,dW` with the others held:
    :math:`g \sqrt{h\,\varphi(2ah)}` times a normal number, where
    :math:`\varphi(z) = (e^z - 1)/z`. Where :math:`g` reads :math:`x`, and with every other
    method, it is :math:`g \sqrt{h}` (Euler and Maruyama, in the sense of Ito).

    Returns
    -------
    tuple of (dict, dict)
        Terms by state variable, and what to call their factors, by text.
    """
    terms: dict[str, ast.expr] = {}
    called: dict[str, str] = {}
    for state, factor in factors.items():
        width: ast.expr = var("dt")
        slope = linear_split(drifts[state], state)
        if method == "exponential_euler" and slope and state not in names(factor):
            width = multiply(width, exprel(multiply(multiply(number(2), slope[0]), var("dt"))))
        normal = var(f"{NORMAL}0")
        size = multiply(factor, call("sqrt", width))
        called[ast.unparse(size)] = f"{state}_from_{normal.id}"
        terms[state] = multiply(size, normal)
    return terms, called


def exact_terms(
    root: NDArray[np.float64], states: list[str]
) -> tuple[dict[str, ast.expr], dict[str, Any]]:
    """Write the noise of one exact step, and the constants that it reads."""
    terms: dict[str, ast.expr] = {}
    constants: dict[str, Any] = {}
    columns = [k for k in range(len(states)) if np.any(root[..., k])]
    for row, state in enumerate(states):
        for number_, column in enumerate(columns):
            if np.any(root[..., row, column]):
                name = f"{state}_from_{NORMAL}{number_}"
                constants[name] = root[..., row, column]
                term = multiply(var(name), var(f"{NORMAL}{number_}"))
                terms[state] = add(terms.get(state, number(0)), term)
    return terms, constants
