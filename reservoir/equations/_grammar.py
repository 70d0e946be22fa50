"""What text may hold to be an expression: arithmetic, and nothing else.

Nothing in this package hands text to ``eval`` or ``exec``.
"""

from __future__ import annotations

import ast
import threading

from ._expressions import ARITHMETIC, COMPARISON, FUNCTIONS, POISSON

MAX_LENGTH = 10_000  # characters; a longer expression is a mistake or an attack
MAX_DEPTH = 100  # nested operations; keeps every recursion below Python's limit

# Where threads parse at once, CPython 3.11 mixes up how deep each of them is.
_PARSING = threading.Lock()
_N_ARGUMENTS = {POISSON: 1, **{name: n for name, (n, _) in FUNCTIONS.items()}}


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
    return tree


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


def _check_node(node: ast.expr, where: str, condition: bool) -> None:
    """Check a node and what is below it, conditions where they belong and numbers elsewhere."""
    match node:
        case ast.BoolOp(values=operands) if condition:
            for operand in operands:
                _check_node(operand, where, condition=True)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if (
            condition and type(op) in COMPARISON
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
        case ast.BinOp(op=op, left=left, right=right) if not condition and type(op) in ARITHMETIC:
            _check_node(left, where, condition=False)
            _check_node(right, where, condition=False)
        case ast.UnaryOp(op=op, operand=operand) if not condition and type(op) in ARITHMETIC:
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
