"""What text may hold to be an expression: arithmetic, and nothing else.

Nothing in this package hands text to ``eval`` or ``exec``. What can be said in several ways is
written in one: ``0 < v < 1`` becomes ``0 < v and v < 1``, ``int(v > 0)`` a ``where``.
"""

from __future__ import annotations

import ast
import threading
from collections.abc import Mapping
from typing import NamedTuple

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
from ._hints import FUNCTIONS as FUNCTIONS_INSTEAD
from ._hints import hint_on, quoted, shortened

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
        hint = hint_on(text, condition=condition)
        raise ValueError(f"{where} is not an expression: {quoted(text)}{hint}.") from error
    check_size(tree, where)
    if condition != is_condition(tree):
        kind = "a comparison such as 'v >= 1'" if condition else "a number, not a comparison"
        hint = "" if condition else "; int(condition) is 1 or 0"
        raise ValueError(f"{where} must be {kind}, not {quoted(text)}{hint}.")
    written = _condition(tree, where) if condition else _number(tree, where)
    check_size(written, where)
    return written


class Size(NamedTuple):
    """How large an expression is once all is written out."""

    depth: int
    n_operations: int


def check_size(tree: ast.expr, where: str, inside: Mapping[str, Size] | None = None) -> Size:
    """Return how large an expression is with all shorthands written out, if it is not too large.

    Nothing is written out for it, so that a short text cannot ask for much memory.

    Parameters
    ----------
    tree : ast.expr
        The expression.
    where : str
        What it is part of, for messages.
    inside : mapping of str to Size, optional
        How large the shorthands are that it reads.

    Raises
    ------
    ValueError
        If it is too deep or too large to handle.
    """
    depth, level = 0, [tree]
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            break
        level = [child for node in level for child in ast.iter_child_nodes(node)]  # type: ignore[misc]
    size = Size(depth, 0) if depth > MAX_DEPTH else _size(tree, inside or {})
    if size.depth > MAX_DEPTH or size.n_operations > MAX_LENGTH:
        raise ValueError(
            f"{where} nests more than {MAX_DEPTH} or holds more than {MAX_LENGTH} operations."
        )
    return size


def _size(node: ast.AST, inside: Mapping[str, Size]) -> Size:
    if isinstance(node, ast.Name) and node.id in inside:
        return inside[node.id]
    parts = [_size(child, inside) for child in ast.iter_child_nodes(node)]
    n_operations = 1 + sum(part.n_operations for part in parts)
    match node:
        case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=int(power))) if 2 <= power <= 4:
            n_operations += (power - 1) * parts[0].n_operations  # it becomes a product
    return Size(1 + max((part.depth for part in parts), default=0), n_operations)


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
                raise ValueError(
                    f"{where} has a number that is too large: {shortened(ast.unparse(node))}."
                )
            return node
        case ast.BinOp(op=op, left=left, right=right) if type(op) in ARITHMETIC:
            return ast.BinOp(_number(left, where), op, _number(right, where))
        case ast.UnaryOp(op=op, operand=operand) if type(op) in ARITHMETIC:
            return ast.UnaryOp(op, _number(operand, where))
        case ast.Call():
            return _call(node, where)
    if is_condition(node):
        raise ValueError(
            f"{where} holds {quoted(ast.unparse(node))} where a number must be; int(condition) is "
            "1 or 0."
        )
    raise _refusal(node, where, "numbers, names, + - * / **")


def _call(node: ast.Call, where: str) -> ast.expr:
    name = ast.unparse(node.func)
    if not isinstance(node.func, ast.Name) or name not in _N_ARGUMENTS:
        known = ", ".join(sorted(_N_ARGUMENTS))
        hint = f" (write {FUNCTIONS_INSTEAD[name]})" if name in FUNCTIONS_INSTEAD else ""
        raise ValueError(
            f"{where} calls {quoted(name)}{hint}, which is not one of the functions {known}."
        )
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
                f"{quoted(ast.unparse(arguments[0]))}; whole numbers come from floor and ceil."
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
        f"{where} holds {quoted(ast.unparse(node))}, which is not allowed there{hint}; use "
        f"{allowed} and the functions {', '.join(sorted(_N_ARGUMENTS))}."
    )
