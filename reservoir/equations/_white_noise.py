r"""White noise in equations: the symbol ``xi``, and ``xi_1``, ``xi_exc``, ... for several.

``xi`` is Gaussian white noise of each unit, :math:`\langle\xi(t)\xi(t')\rangle = \delta(t - t')`
(in 1/ms), the same wherever it stands in a unit's equations; those of other names are independent
of it. With :math:`dx/dt = f + g\,\xi`, a method treats :math:`f` as it would without noise, and
adds what the noise has done by the end of the step. Runge-Kutta methods on equations that are not
linear hear it as a drive that is constant over the step.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

from ._algebra import add, exprel, is_number, linear_split, multiply
from ._expressions import call, names, number
from ._expressions import variable as var

_NOISE = re.compile(r"xi(_\w+)?")
NORMAL = "normal"  # normal0, normal1, ... are the numbers drawn in a step

Factors = dict[str, dict[str, ast.expr]]
Split = tuple[dict[str, ast.expr], Factors]


def noises_in(tree: ast.expr) -> set[str]:
    """Return the names in an expression that can be those of noises."""
    return {name for name in names(tree) if _NOISE.fullmatch(name)}


def split_noise(derivatives: Mapping[str, ast.expr]) -> Split:
    """Split each derivative into what it is without noise and the factor of each noise.

    Parameters
    ----------
    derivatives : mapping of str to ast.expr
        Right-hand sides.

    Returns
    -------
    tuple of (dict of str to ast.expr, dict of str to dict of str to ast.expr)
        Both by state variable; the second only where there is noise, and then by noise.

    Raises
    ------
    ValueError
        If a derivative is not linear in the noise.
    """
    drifts: dict[str, ast.expr] = {}
    factors: Factors = {}
    for state, tree in derivatives.items():
        rest = tree
        for noise in sorted(noises_in(tree)):
            split = linear_split(rest, noise)
            if split is None or noises_in(split[0]):
                raise ValueError(
                    f"'d{state}/dt' in equations must be linear in {noise!r}, the noise."
                )
            factors.setdefault(state, {})[noise] = split[0]
            rest = split[1]
        drifts[state] = rest
    return drifts, factors


def numbered(factors: Factors) -> dict[str, int]:
    """Return the number of each noise, from 0, in the order of their names."""
    return {noise: k for k, noise in enumerate(sorted(set().union(*factors.values())))}


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
    factors : ndarray of shape (..., n, n_noises)
        Factor of each noise in each equation.
    dt : float
        Step.

    Returns
    -------
    ndarray of shape (..., n, n)
        Lower triangular :math:`L` with :math:`L L^T = Q`; columns may be 0.
    """
    n = A.shape[-1]
    outer = factors @ np.swapaxes(factors, -1, -2)
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
    method: str, drifts: Mapping[str, ast.expr], factors: Factors, constant: Collection[str]
) -> tuple[dict[str, ast.expr], dict[str, ast.expr], dict[str, str]]:
    r"""Write the noise of one step for methods that take variables one at a time.

    Where a variable is linear in its own equation, :math:`dx = (a x + b)\,dt + g\,dW`, a method
    multiplies it by :math:`R(ah)` in a step, and noise of the size
    :math:`g \sqrt{(R(ah)^2 - 1) / 2a}` gives it the variance that it has in continuous time. For
    exponential Euler, whose :math:`R` is :math:`e^{ah}`, that is :math:`g \sqrt{h\,\varphi(2ah)}`
    with :math:`\varphi(z) = (e^z - 1)/z`. Elsewhere it is :math:`g \sqrt{h}` (Euler and Maruyama,
    in the sense of Ito), spread over the step by Runge-Kutta methods.

    Parameters
    ----------
    method : str
        Name of an integrator.
    drifts : mapping of str to ast.expr
        Right-hand sides without noise.
    factors : dict of str to dict of str to ast.expr
        As :func:`split_noise` returns them.
    constant : collection of str
        Names whose values do not change in a run.

    Returns
    -------
    tuple of (dict, dict, dict)
        What is added at the end of the step and what drives a variable during it, both by state
        variable, and what to call the factors of the first, by text.
    """
    terms: dict[str, ast.expr] = {}
    drives: dict[str, ast.expr] = {}
    called: dict[str, str] = {}
    order = numbered(factors)
    for state, by_noise in factors.items():
        split = linear_split(drifts[state], state)
        slope = split[0] if split else None
        for noise, factor in by_noise.items():
            normal = var(f"{NORMAL}{order[noise]}")
            is_additive = state not in names(factor)
            part = _spread(method, slope if is_additive else None, constant)
            if part is None and method in ("heun", "rk4"):
                size = multiply(factor, call("sqrt", ast.BinOp(number(1), ast.Div(), var("dt"))))
                drives[state] = add(drives.get(state, number(0)), multiply(size, normal))
                continue
            width = multiply(var("dt"), number(1) if part is None else part)
            size = multiply(factor, call("sqrt", width))
            called[ast.unparse(size)] = f"{state}_from_{normal.id}"
            terms[state] = add(terms.get(state, number(0)), multiply(size, normal))
    return terms, drives, called


def _spread(method: str, slope: ast.expr | None, constant: Collection[str]) -> ast.expr | None:
    """Return the variance of a step over that of Euler and Maruyama, None where it is unknown."""
    if slope is None:
        return None
    z = multiply(slope, var("dt"))
    if method == "exponential_euler":
        return exprel(multiply(number(2), z))
    if not names(slope) <= set(constant) or is_number(slope, 0):
        return None
    growth: ast.expr = number(1)  # (R(z) - 1) / z
    for divisor in range({"euler": 1, "heun": 2, "rk4": 4}[method], 1, -1):
        growth = add(number(1), multiply(ast.BinOp(z, ast.Div(), number(divisor)), growth))
    part = add(growth, multiply(multiply(ast.BinOp(z, ast.Div(), number(2)), growth), growth))
    return call("maximum", part, number(0))  # beyond the steps at which the method is stable


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
