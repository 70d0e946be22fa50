"""What text may hold to be an expression: arithmetic, and nothing else.

Nothing in this package hands text to ``eval`` or ``exec``. What can be said in several ways is
written in one: ``0 < v < 1`` becomes ``0 < v and v < 1``, ``int(v > 0)`` a ``where``.
"""

from __future__ import annotations

import ast
import threading
from collections.abc import Mapping

from ._expressions import (
    ARITHMETIC,
    COMPARISON,
    DRAWS,
    FUNCTIONS,
    POISSON,
    call,
    is_condition,
    number,
)

MAX_LENGTH = 10_000  # characters; a longer expression is a mistake or an attack
MAX_DEPTH = 100  # nested operations; keeps every recursion below Python's limit

# Where threads parse at once, CPython 3.11 mixes up how deep each of them is.
_PARSING = threading.Lock()
_N_ARGUMENTS = {
    **{name: n for name, (n, _) in FUNCTIONS.items()},
    **{"clip": 3, "int": 1, POISSON: 1},
    **dict.fromkeys(DRAWS, 0),
}
FUNCTION_NAMES = frozenset(_N_ARGUMENTS)
_INSTEAD: dict[type, str] = {
    ast.BitXor: "a power is written x ** y",
    ast.BitAnd: "conditions are joined by 'and'",
    ast.BitOr: "conditions are joined by 'or'",
    ast.Invert: "a condition is negated by 'not'",
    ast.Mod: "x % y is written x - y * floor(x / y)",
    ast.FloorDiv: "x // y is written floor(x / y)",
    ast.IfExp: "a choice is written where(condition, x, y)",
}


def read(text: str, where: str, *, condition: bool = False) -> ast.expr:
    """Parse one expression and check that it holds nothing but arithmetic.

    Parameters
    ----------
    text : str
        The expression.
    where : str
        What it is part of, for messages.
    condition : bool, default=False
        Whether it must be a comparison (or comparisons joined by ``and``, ``or``, ``not``).

    Raises
    ------
    ValueError
        If it is no expression, is too long, or holds anything else.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"{where} has {len(text)} characters; at most {MAX_LENGTH} are allowed.")
    try:
        with _PARSING:
            tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"{where} is not an expression: {text.strip()!r}.") from error
    check_size(tree, where)
    if condition != is_condition(tree):
        kind = "a comparison such as 'v >= 1'" if condition else "a number, not a comparison"
        hint = "" if condition else "; int(condition) is 1 or 0"
        raise ValueError(f"{where} must be {kind}, not {text.strip()!r}{hint}.")
    written = _condition(tree, where) if condition else _number(tree, where)
    check_size(written, where)
    return written


def check_size(tree: ast.expr, where: str, sizes: Mapping[str, tuple[int, int]] = {}) -> None:
    """Raise ValueError where an expression is too deep or too large to handle.

    Parameters
    ----------
    tree : ast.expr
        The expression.
    where : str
        What it is part of, for messages.
    sizes : mapping of str to tuple of (int, int), default={}
        Depth and number of operations of what will be put in place of some names.
    """
    depth, n_nodes, level, deepest = 0, 0, [tree], 0
    while level:
        depth, n_nodes = depth + 1, n_nodes + len(level)
        for node in level:
            if isinstance(node, ast.Name) and node.id in sizes:
                own_depth, own_nodes = sizes[node.id]
                deepest, n_nodes = max(deepest, depth + own_depth), n_nodes + own_nodes
        level = [child for node in level for child in ast.iter_child_nodes(node)]  # type: ignore[misc]
        if max(depth, deepest) > MAX_DEPTH or n_nodes > MAX_LENGTH:
            raise ValueError(
                f"{where} nests more than {MAX_DEPTH} or holds more than {MAX_LENGTH} operations."
            )


def size_of(tree: ast.expr, sizes: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """Return how deep an expression is and how many operations it holds, once written out.

    Parameters
    ----------
    tree : ast.expr
        An expression that is not too large.
    sizes : mapping of str to tuple of (int, int)
        Both of what will be put in place of some names.

    Returns
    -------
    tuple of (int, int)
    """
    if isinstance(tree, ast.Name) and tree.id in sizes:
        return sizes[tree.id]
    inside = [size_of(child, sizes) for child in ast.iter_child_nodes(tree)]  # type: ignore[arg-type]
    depth = max((d for d, _ in inside), default=0)
    return depth + 1, 1 + sum(n for _, n in inside)


def _condition(node: ast.expr, where: str) -> ast.expr:
    """Check a condition and write it in the one way."""
    match node:
        case ast.BoolOp(op=op, values=operands):
            return ast.BoolOp(op, [_condition(operand, where) for operand in operands])
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return ast.UnaryOp(ast.Not(), _condition(operand, where))
        case ast.Compare(left=left, ops=ops, comparators=rights) if all(
            type(op) in COMPARISON for op in ops
        ):
            sides = [_number(side, where) for side in (left, *rights)]
            links: list[ast.expr] = [
                ast.Compare(sides[k], [op], [sides[k + 1]]) for k, op in enumerate(ops)
            ]
            return links[0] if len(links) == 1 else ast.BoolOp(ast.And(), links)
    raise _refusal(node, where, "a comparison")


def _number(node: ast.expr, where: str) -> ast.expr:
    """Check a number and write it in the one way."""
    match node:
        case ast.Name():
            return node
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            if not abs(value) < 1e300:
                raise ValueError(f"{where} has a number that is too large: {ast.unparse(node)}.")
            return node
        case ast.BinOp(op=op, left=left, right=right) if type(op) in ARITHMETIC:
            return ast.BinOp(_number(left, where), op, _number(right, where))
        case ast.UnaryOp(op=op, operand=operand) if type(op) in ARITHMETIC:
            return ast.UnaryOp(op, _number(operand, where))
        case ast.Call():
            return _call(node, where)
    if is_condition(node):
        raise ValueError(
            f"{where} holds {ast.unparse(node)!r} where a number must be; int(condition) is 1 or 0."
        )
    raise _refusal(node, where, "numbers, names, + - * / **")


def _call(node: ast.Call, where: str) -> ast.expr:
    name = ast.unparse(node.func)
    if not isinstance(node.func, ast.Name) or name not in _N_ARGUMENTS:
        known = ", ".join(sorted(_N_ARGUMENTS))
        raise ValueError(f"{where} calls {name!r}, which is not one of the functions {known}.")
    n_arguments = _N_ARGUMENTS[name]
    starred = any(isinstance(argument, ast.Starred) for argument in node.args)
    if len(node.args) != n_arguments or node.keywords or starred:
        shape = ", ".join("xyz"[:n_arguments])
        raise ValueError(f"{where}: {name} takes {n_arguments} argument(s), as in {name}({shape}).")
    arguments = node.args
    if name == "int":
        if not is_condition(arguments[0]):
            raise ValueError(
                f"{where}: int takes a condition, as in int(v > 0), not "
                f"{ast.unparse(arguments[0])!r}; whole numbers come from floor and ceil."
            )
        return call("where", _condition(arguments[0], where), number(1), number(0))
    if name == "where":
        chosen = [_number(argument, where) for argument in arguments[1:]]
        return call("where", _condition(arguments[0], where), *chosen)
    if name == "clip":
        return _clipped(arguments, where)
    return call(name, *(_number(argument, where) for argument in arguments))


def _clipped(arguments: list[ast.expr], where: str) -> ast.expr:
    """Return ``minimum(maximum(x, low), high)``, without a bound that is infinite."""
    value, low, high = arguments
    inner = _number(value, where)
    if ast.unparse(low) != "-inf":
        inner = call("maximum", inner, _number(low, where))
    return inner if ast.unparse(high) == "inf" else call("minimum", inner, _number(high, where))


def _refusal(node: ast.expr, where: str, allowed: str) -> ValueError:
    kind = type(getattr(node, "op", node))
    hint = f": {_INSTEAD[kind]}" if kind in _INSTEAD else ""
    return ValueError(
        f"{where} holds {ast.unparse(node)!r}, which is not allowed there{hint}; use {allowed} "
        f"and the functions {', '.join(sorted(_N_ARGUMENTS))}."
    )
