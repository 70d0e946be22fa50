"""Right-hand sides that are affine in the variables: their matrix."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._algebra import linear_split
from ._expressions import evaluate, names
from ._hints import quoted

__all__ = ["affine_system", "as_matrix", "finite", "matrix"]

Derivatives = Mapping[str, ast.expr]
Values = Mapping[str, Any]


def finite(tree: ast.expr, values: Values) -> Any:
    """Evaluate an expression of parameters.

    Parameters
    ----------
    tree : ast.expr
        The expression.
    values : mapping of str to numpy scalar or ndarray
        What its names stand for.

    Returns
    -------
    numpy scalar or ndarray

    Raises
    ------
    ValueError
        If the result is not finite.
    """
    with np.errstate(all="ignore"):
        value = evaluate(tree, values)
    if not np.all(np.isfinite(value)):
        raise ValueError(
            f"{quoted(ast.unparse(tree))} is not finite with the parameters and dt given."
        )
    return value


def affine_system(
    derivatives: Derivatives, values: Values
) -> tuple[dict[tuple[int, int], Any], dict[str, ast.expr]] | None:
    """Return the matrix of slopes and what is left of each derivative; None if not affine."""
    slopes: dict[tuple[int, int], Any] = {}
    rests: dict[str, ast.expr] = {}
    for row, (state, tree) in enumerate(derivatives.items()):
        rest = tree
        for column, source in enumerate(derivatives):
            split = linear_split(rest, source)
            if split is None or not names(split[0]) <= set(values):
                return None
            slopes[row, column] = finite(split[0], values)
            rest = split[1]
        rests[state] = rest
    return slopes, rests


def matrix(derivatives: Derivatives, values: Values) -> NDArray[np.float64]:
    """Return the slopes of an affine system as a matrix, or one for each unit."""
    system = affine_system(derivatives, values)
    assert system is not None
    return as_matrix(system[0], len(derivatives))


def as_matrix(slopes: Mapping[tuple[int, int], Any], n: int) -> NDArray[np.float64]:
    A = np.empty((*np.broadcast_shapes(*(np.shape(s) for s in slopes.values()), ()), n, n))
    for (row, column), slope in slopes.items():
        A[..., row, column] = slope
    return A
