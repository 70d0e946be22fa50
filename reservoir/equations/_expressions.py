"""Arithmetic expressions as Python syntax trees: read, ask, rewrite, evaluate, write.

Only numbers, names, arithmetic, comparisons and the functions listed here exist.
Nothing in this package hands text to ``eval`` or ``exec``.
"""

from __future__ import annotations

import ast
import operator
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, reduce
from typing import Any

import numpy as np

from ._functions import expm1, tanh

MAX_LENGTH = 10_000  # characters; a longer expression is a mistake or an attack
MAX_DEPTH = 100  # nested operations; keeps every recursion below Python's limit

# name -> (number of arguments, what computes it on arrays)
FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "abs": (1, np.abs),
    "cos": (1, np.cos),
    "exp": (1, np.exp),
    "expm1": (1, expm1),
    "exprel": (1, lambda z: evaluate(exprel(variable("z")), {"z": z})),
    "log": (1, np.log),
    "log1p": (1, np.log1p),
    "maximum": (2, np.maximum),
    "minimum": (2, np.minimum),
    "sin": (1, np.sin),
    "sqrt": (1, np.sqrt),
    "tanh": (1, tanh),
    "where": (3, np.where),
}

POISSON = "poisson"  # in equations only, where it is no function of numbers
# Where threads parse at once, CPython 3.11 mixes up how deep each of them is.
_PARSING = threading.Lock()
_N_ARGUMENTS = {POISSON: 1, **{name: n for name, (n, _) in FUNCTIONS.items()}}

_ARITHMETIC: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_COMPARISON: dict[type, Callable[..., Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_LOGIC: dict[type, Callable[..., Any]] = {ast.And: np.logical_and, ast.Or: np.logical_or}


def read(text: str, where: str, *, condition: bool = False) -> ast.expr:
    """Parse one expression and check that it holds nothing but arithmetic.

    Parameters
    ----------
    text : str
        The expression.
    where : str
        What it is part of, for messages.
    condition : bool, default=False
        Whether it must be a comparison (or comparisons joined by ``and``, ``or``).

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
    is_condition = isinstance(tree, (ast.Compare, ast.BoolOp))
    if condition != is_condition:
        kind = "a comparison such as 'v >= 1'" if condition else "a number, not a comparison"
        raise ValueError(f"{where} must be {kind}, not {text.strip()!r}.")
    _check_node(tree, where, condition)
    tree = _WriteOut().visit(tree)
    check_size(tree, where)
    return tree


class _WriteOut(ast.NodeTransformer):
    """Writes ``exprel``, which numba does not have, in terms of functions that it has."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        node.args = [self.visit(argument) for argument in node.args]
        return exprel(node.args[0]) if ast.unparse(node.func) == "exprel" else node


def check_size(tree: ast.expr, where: str) -> None:
    """Raise ValueError where an expression is too deep or too large to handle."""
    depth, n_nodes, level = 0, 0, [tree]
    while level:
        depth, n_nodes = depth + 1, n_nodes + len(level)
        level = [child for node in level for child in ast.iter_child_nodes(node)]  # type: ignore[misc]
        if depth > MAX_DEPTH or n_nodes > MAX_LENGTH:
            raise ValueError(
                f"{where} nests more than {MAX_DEPTH} or holds more than {MAX_LENGTH} operations."
            )


def _expression_nodes(tree: ast.AST) -> Iterator[ast.expr]:
    """Walk the operands; a called function's name is not one."""
    yield tree  # type: ignore[misc]
    children = tree.args if isinstance(tree, ast.Call) else ast.iter_child_nodes(tree)
    for child in children:
        if isinstance(child, ast.expr):
            yield from _expression_nodes(child)


def _check_node(node: ast.expr, where: str, condition: bool) -> None:
    """Check a node and what is below it, conditions where they belong and numbers elsewhere."""
    match node:
        case ast.BoolOp(values=operands) if condition:
            for operand in operands:
                _check_node(operand, where, condition=True)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if (
            condition and type(op) in _COMPARISON
        ):
            _check_node(left, where, condition=False)
            _check_node(right, where, condition=False)
        case ast.Name() if not condition:
            pass
        case ast.Constant(value=int() | float() as value) if not condition and not isinstance(
            value, bool
        ):
            if not abs(value) < 1e300:
                raise ValueError(f"{where} has a number that is too large: {ast.unparse(node)}.")
        case ast.BinOp(op=op, left=left, right=right) if not condition and type(op) in _ARITHMETIC:
            _check_node(left, where, condition=False)
            _check_node(right, where, condition=False)
        case ast.UnaryOp(op=op, operand=operand) if not condition and type(op) in _ARITHMETIC:
            _check_node(operand, where, condition=False)
        case ast.Call() if not condition:
            _check_call(node, where)
            for place, argument in enumerate(node.args):
                chooses = ast.unparse(node.func) == "where" and place == 0
                _check_node(argument, where, condition=chooses)
        case _:
            allowed = "a comparison" if condition else "numbers, names, + - * / **"
            raise ValueError(
                f"{where} holds {ast.unparse(node)!r}, which is not allowed there: use {allowed} "
                f"and the functions {', '.join(FUNCTIONS)}."
            )


def _check_call(node: ast.Call, where: str) -> None:
    name = ast.unparse(node.func)
    if not isinstance(node.func, ast.Name) or name not in _N_ARGUMENTS:
        known = ", ".join(FUNCTIONS)
        raise ValueError(f"{where} calls {name!r}, which is not one of the functions {known}.")
    n_arguments = _N_ARGUMENTS[name]
    starred = any(isinstance(argument, ast.Starred) for argument in node.args)
    if len(node.args) != n_arguments or node.keywords or starred:
        raise ValueError(f"{where}: {name} takes {n_arguments} argument(s), as in {name}(x).")


def names(tree: ast.AST) -> set[str]:
    """Return the names of variables an expression reads."""
    return {node.id for node in _expression_nodes(tree) if isinstance(node, ast.Name)}


def calls(tree: ast.AST, function: str) -> bool:
    """Whether an expression calls a function."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(ast.unparse(node.func) == function for node in nodes)


def evaluate(tree: ast.expr, values: Mapping[str, Any]) -> Any:
    """Compute an expression on numbers or arrays; it must never change afterwards."""
    return _as_function(tree)(values)


@lru_cache(maxsize=1024)  # a tree is known by its identity
def _as_function(tree: ast.expr) -> Callable[[Mapping[str, Any]], Any]:
    return _compose(tree)


def _compose(tree: ast.expr) -> Callable[[Mapping[str, Any]], Any]:
    """Put an expression together from functions, for walking a tree takes longer than its sums."""
    match tree:
        case ast.Name(id=name):
            return operator.itemgetter(name)
        case ast.Constant(value=int() | float() as value):
            constant = np.float64(value)  # Python's own integers grow without end
            return lambda values: constant
        case ast.UnaryOp(op=op, operand=operand):
            return _applied(_ARITHMETIC[type(op)], operand)
        case ast.BinOp(op=op, left=left, right=right):
            return _applied(_ARITHMETIC[type(op)], left, right)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _applied(_COMPARISON[type(op)], left, right)
        case ast.BoolOp(op=op, values=operands):
            both = _LOGIC[type(op)]
            return _applied(lambda *results: reduce(both, results), *operands)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _applied(FUNCTIONS[name][1], *arguments)
    raise TypeError(f"not an expression of this package: {ast.dump(tree)}")


def _applied(
    function: Callable[..., Any], *operands: ast.expr
) -> Callable[[Mapping[str, Any]], Any]:
    """Return what computes the operands and then the function of them."""
    match [_compose(operand) for operand in operands]:
        case [one]:
            return lambda values: function(one(values))
        case [left, right]:
            return lambda values: function(left(values), right(values))
        case several:
            return lambda values: function(*(operand(values) for operand in several))


def substitute(tree: ast.expr, replacements: Mapping[str, ast.expr]) -> ast.expr:
    """Return a copy in which names are replaced by expressions."""

    class Replace(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.Call:
            node.args = [self.visit(argument) for argument in node.args]
            return node

        def visit_Name(self, node: ast.Name) -> ast.expr:
            return unshared(replacements.get(node.id, node))

    return Replace().visit(unshared(tree))


def unshared(tree: Any) -> Any:
    """Return a copy in which no node stands in two places, so that it can be rewritten."""
    if isinstance(tree, list):
        return [unshared(item) for item in tree]
    if not isinstance(tree, ast.AST):
        return tree
    return type(tree)(**{name: unshared(value) for name, value in ast.iter_fields(tree)})


def linear_split(tree: ast.expr, name: str) -> tuple[ast.expr, ast.expr] | None:
    """Write an expression as ``slope * name + rest``, both free of ``name``.

    Returns
    -------
    tuple of (slope, rest), or None
        None where the expression is not visibly linear in ``name``.
    """
    if name not in names(tree):
        return number(0), tree
    match tree:
        case ast.Name():
            return number(1), number(0)
        case ast.UnaryOp(op=op, operand=operand):
            inner = linear_split(operand, name)
            return inner and (_signed(op, inner[0]), _signed(op, inner[1]))
        case ast.BinOp(op=ast.Add() | ast.Sub() as op, left=left, right=right):
            first, second = linear_split(left, name), linear_split(right, name)
            return (
                first
                and second
                and (
                    combine(op, first[0], second[0]),
                    combine(op, first[1], second[1]),
                )
            )
        case ast.BinOp(op=ast.Mult() as op, left=left, right=right):
            if name in names(left) and name in names(right):
                return None
            if name in names(left):
                inner = linear_split(left, name)
                return inner and (combine(op, inner[0], right), combine(op, inner[1], right))
            inner = linear_split(right, name)
            return inner and (combine(op, left, inner[0]), combine(op, left, inner[1]))
        case ast.BinOp(op=ast.Div() as op, left=left, right=right) if name not in names(right):
            inner = linear_split(left, name)
            return inner and (combine(op, inner[0], right), combine(op, inner[1], right))
    return None


def _signed(op: ast.unaryop, tree: ast.expr) -> ast.expr:
    return tree if is_number(tree, 0) else ast.UnaryOp(op, tree)


def number(value: float) -> ast.Constant:
    """Return a literal."""
    return ast.Constant(value)


def variable(name: str) -> ast.Name:
    """Return a name to be read."""
    return ast.Name(name, ast.Load())


def is_number(tree: ast.expr, value: float) -> bool:
    """Whether an expression is this very literal."""
    return isinstance(tree, ast.Constant) and tree.value == value


def combine(op: ast.operator, left: ast.expr, right: ast.expr) -> ast.expr:
    """Join two expressions, dropping terms and factors that do nothing."""
    match op:
        case ast.Add() if is_number(left, 0):
            return right
        case ast.Add() | ast.Sub() if is_number(right, 0):
            return left
        case ast.Sub() if is_number(left, 0):
            return ast.UnaryOp(ast.USub(), right)
        case ast.Mult() if is_number(left, 0) or is_number(right, 0):
            return number(0)
        case ast.Mult() if is_number(left, 1):
            return right
        case ast.Mult() | ast.Div() if is_number(right, 1):
            return left
        case ast.Div() if is_number(left, 0):
            return number(0)
    return ast.BinOp(left, op, right)


def add(left: ast.expr, right: ast.expr) -> ast.expr:
    """Return ``left + right``."""
    return combine(ast.Add(), left, right)


def multiply(left: ast.expr, right: ast.expr) -> ast.expr:
    """Return ``left * right``."""
    return combine(ast.Mult(), left, right)


def call(function: str, *arguments: ast.expr) -> ast.Call:
    """Return a call of one of :data:`FUNCTIONS`."""
    return ast.Call(variable(function), list(arguments), [])


def exprel(z: ast.expr) -> ast.expr:
    """Return ``(exp(z) - 1) / z``, written so that it is 1 at zero."""
    if is_number(z, 0):
        return number(1)
    is_tiny = ast.Compare(call("abs", z), [ast.Lt()], [number(1e-12)])
    divisor = call("where", is_tiny, number(1), z)
    return call("where", is_tiny, number(1), ast.BinOp(call("expm1", z), ast.Div(), divisor))
