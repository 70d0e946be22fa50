"""Arithmetic expressions as Python syntax trees: what they consist of, and what they come to.

Only numbers, names, arithmetic, comparisons and the functions listed here exist.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, reduce
from typing import Any

import numpy as np

from ._numpy_functions import cosh, exp, expm1, exprel, sigmoid, sinh, tanh

# name -> (number of arguments, what computes it on arrays)
FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "abs": (1, np.abs),
    "arccos": (1, np.arccos),
    "arcsin": (1, np.arcsin),
    "arctan": (1, np.arctan),
    "ceil": (1, np.ceil),
    "cos": (1, np.cos),
    "cosh": (1, cosh),
    "exp": (1, exp),
    "expm1": (1, expm1),
    "exprel": (1, exprel),
    "floor": (1, np.floor),
    "log": (1, np.log),
    "log10": (1, np.log10),
    "log1p": (1, np.log1p),
    "maximum": (2, np.maximum),
    "minimum": (2, np.minimum),
    "sigmoid": (1, sigmoid),
    "sign": (1, np.sign),
    "sin": (1, np.sin),
    "sinh": (1, sinh),
    "sqrt": (1, np.sqrt),
    "tan": (1, np.tan),
    "tanh": (1, tanh),
    "where": (3, np.where),
}

POISSON = "poisson"  # in equations only, where it is no function of numbers
DRAWS = ("rand", "randn")  # in threshold and reset only: numbers drawn anew in every step

ARITHMETIC: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
COMPARISON: dict[type, Callable[..., Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_LOGIC: dict[type, Callable[..., Any]] = {ast.And: np.logical_and, ast.Or: np.logical_or}


def _operands(tree: ast.AST) -> Iterable[ast.AST]:
    """Return what an operation works on; a called function's name is not among it."""
    match tree:
        case ast.BinOp(left=left, right=right):  # the most frequent by far
            return left, right
        case ast.Call(args=arguments):
            return arguments
    return ast.iter_child_nodes(tree)


def names(tree: ast.AST) -> set[str]:
    """Return the names of variables an expression reads."""
    found, remaining = set(), [tree]
    while remaining:
        node = remaining.pop()
        if isinstance(node, ast.Name):
            found.add(node.id)
        else:
            remaining += _operands(node)
    return found


def is_condition(tree: ast.AST) -> bool:
    """Whether an expression is true or false rather than a number."""
    is_negation = isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not)
    return is_negation or isinstance(tree, (ast.Compare, ast.BoolOp))


def calls(tree: ast.AST, function: str) -> bool:
    """Whether an expression calls a function."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(ast.unparse(node.func) == function for node in nodes)


def evaluate(tree: ast.expr, values: Mapping[str, Any]) -> Any:
    """Compute an expression on numbers or arrays; the tree must not be changed afterwards."""
    return _as_function(tree)(values)


@lru_cache(maxsize=1024)  # a tree is known by its identity
def _as_function(tree: ast.expr) -> Callable[[Mapping[str, Any]], Any]:
    return _compose(tree)


def _compose(tree: ast.expr) -> Callable[[Mapping[str, Any]], Any]:
    """Compose functions, because walking a tree takes longer than its arithmetic."""
    match tree:
        case ast.Name(id=name):
            return operator.itemgetter(name)
        case ast.Constant(value=int() | float() as value):
            constant = np.float64(value)  # Python's own integers grow without end
            return lambda values: constant
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _applied(np.logical_not, operand)
        case ast.UnaryOp(op=op, operand=operand):
            return _applied(ARITHMETIC[type(op)], operand)
        case ast.BinOp(op=op, left=left, right=right):
            return _applied(ARITHMETIC[type(op)], left, right)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _applied(COMPARISON[type(op)], left, right)
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


def number(value: float) -> ast.Constant:
    """Return a literal."""
    return ast.Constant(value)


def variable(name: str) -> ast.Name:
    """Return a name to be read."""
    return ast.Name(name, ast.Load())


def call(function: str, *arguments: ast.expr) -> ast.Call:
    """Return a call of one of :data:`FUNCTIONS`."""
    return ast.Call(variable(function), list(arguments), [])
