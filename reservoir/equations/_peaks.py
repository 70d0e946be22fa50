"""Equations that run away are not followed beyond the spike: as printed, they would overflow.

A quadratic or exponential unit whose spike is counted at a peak reaches infinity within a step.
Where a reset brings the variable back, nothing depends on how far it went, so the equations read
``minimum(v, peak)`` in its place.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping

from ._algebra import linear_split, substitute
from ._expressions import call, names, variable
from ._resets import Assignment, last_assignments


def capped(
    derivatives: Mapping[str, ast.expr],
    threshold: ast.expr | None,
    resets: Collection[Assignment],
    parameters: Collection[str],
) -> dict[str, ast.expr]:
    """Return right-hand sides that stop growing at the peak.

    Parameters
    ----------
    derivatives : mapping of str to ast.expr
        Right-hand sides.
    threshold : ast.expr or None
        The condition of a spike.
    resets : collection of (str, ast.expr)
        Assignments made at a spike.
    parameters : collection of str
        Names of parameters.

    Returns
    -------
    dict of str to ast.expr
        The same, unless the threshold is ``v >= peak``, an expression of parameters, ``v`` is not
        linear in its own equation, and the reset sets it anew.
    """
    match threshold:
        case ast.Compare(left=ast.Name(id=v), ops=[ast.GtE() | ast.Gt()], comparators=[peak]):
            pass
        case ast.Compare(left=peak, ops=[ast.LtE() | ast.Lt()], comparators=[ast.Name(id=v)]):
            pass
        case _:
            return dict(derivatives)
    value = last_assignments(resets).get(v)
    is_peak = v in derivatives and names(peak) <= set(parameters)
    if not is_peak or value is None or v in names(value):
        return dict(derivatives)
    if linear_split(derivatives[v], v) is not None or _is_capped(derivatives[v], v):
        return dict(derivatives)
    below_peak = call("minimum", variable(v), peak)
    return {x: substitute(tree, {v: below_peak}) for x, tree in derivatives.items()}


def _is_capped(tree: ast.expr, name: str) -> bool:
    """Whether an expression reads a variable within a minimum only, as some write it."""
    match tree:
        case ast.Name(id=read):
            return read != name
        case ast.Call(func=ast.Name(id="minimum"), args=arguments) if any(
            isinstance(argument, ast.Name) and argument.id == name for argument in arguments
        ):
            return True
        case ast.Call(args=arguments):
            return all(_is_capped(argument, name) for argument in arguments)
    children = [child for child in ast.iter_child_nodes(tree) if isinstance(child, ast.expr)]
    return all(_is_capped(child, name) for child in children)
