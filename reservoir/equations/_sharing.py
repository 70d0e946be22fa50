"""Parts that several updates have in common, computed once.

Exponential Euler writes the rate of a gate into its update three times, and each of them
calls exponentials. Compilers do not see that such calls give the same; here they become
intermediate values. No operation changes, so results stay the same to the bit.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ._expressions import FUNCTIONS, variable

__all__ = ["share"]

_CHEAP = {"abs", "ceil", "floor", "maximum", "minimum", "sign", "where"}

Updates = dict[str, ast.expr]
Stages = tuple[tuple[str, ast.expr], ...]


def share(updates: Updates, called: Mapping[str, str] | None = None) -> tuple[Stages, Updates]:
    """Take out what occurs more than once and calls a function that takes long.

    Parameters
    ----------
    updates : dict of str to ast.expr
        New value of each variable.
    called : mapping of str to str, optional
        What to call some expressions, by their text.

    Returns
    -------
    stages : tuple of (str, ast.expr)
        Intermediate values, in the order in which they must be computed.
    updates : dict of str to ast.expr
        The updates, reading them.
    """
    stages: dict[str, ast.expr] = {}
    while True:
        forms = _Forms()
        repeated = forms.largest_repeated([*stages.values(), *updates.values()])
        if repeated is None:
            return tuple(stages.items()), updates
        name = (called or {}).get(ast.unparse(repeated), f"shared{len(stages)}")
        form = forms.of(repeated)
        stages = {name: repeated} | {x: forms.put(tree, form, name) for x, tree in stages.items()}
        updates = {x: forms.put(tree, form, name) for x, tree in updates.items()}


class _Forms:
    """Gives the same number to expressions that read the same."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._known: dict[int, int] = {}  # by identity: expressions live as long as this does
        self._sizes: dict[int, int] = {}
        self._slow: set[int] = set()

    def of(self, tree: ast.expr) -> int:
        """Return the number of an expression."""
        if id(tree) in self._known:
            return self._known[id(tree)]
        inside = [self.of(child) for child in _operands(tree)]
        number = self._numbers.setdefault((_head(tree), *inside), len(self._numbers))
        self._sizes[number] = 1 + sum(self._sizes[child] for child in inside)
        if not self._slow.isdisjoint(inside) or _takes_long(tree):
            self._slow.add(number)
        self._known[id(tree)] = number
        return number

    def largest_repeated(self, trees: Iterable[ast.expr]) -> ast.expr | None:
        """Return the largest slow expression that occurs more than once, None if there is none."""
        counts: Counter[int] = Counter()
        examples: dict[int, ast.expr] = {}
        for tree in trees:
            for part in _parts(tree):
                form = self.of(part)
                counts[form] += 1
                examples[form] = part
        repeated = [form for form in self._slow if counts[form] > 1]
        return examples[max(repeated, key=self._sizes.__getitem__)] if repeated else None

    def put(self, tree: ast.expr, form: int, name: str) -> ast.expr:
        """Return an expression with a variable in place of every expression of a form."""
        if self.of(tree) == form:
            return variable(name)
        written = copy.copy(tree)
        for field, value in ast.iter_fields(tree):
            if isinstance(value, ast.expr) and field != "func":
                setattr(written, field, self.put(value, form, name))
            elif isinstance(value, list) and value and isinstance(value[0], ast.expr):
                setattr(written, field, [self.put(item, form, name) for item in value])
        return written


def _operands(tree: ast.expr) -> list[ast.expr]:
    """Return the expressions that an expression is put together from."""
    children = [child for child in ast.iter_child_nodes(tree) if isinstance(child, ast.expr)]
    return children[1:] if isinstance(tree, ast.Call) else children  # the first is the function


def _parts(tree: ast.expr) -> Iterator[ast.expr]:
    yield tree
    for child in _operands(tree):
        yield from _parts(child)


def _head(tree: ast.expr) -> str:
    """Return what an expression is, without its operands."""
    match tree:
        case ast.Name(id=name):
            return name
        case ast.Constant(value=value):
            return repr(value)
        case ast.Call(func=ast.Name(id=name)):
            return f"{name}()"
        case ast.Compare(ops=[op]):
            return type(op).__name__
        case ast.BinOp(op=op) | ast.UnaryOp(op=op) | ast.BoolOp(op=op):
            return type(op).__name__
    raise TypeError(f"not an expression of this package: {ast.dump(tree)}")


def _takes_long(tree: ast.expr) -> bool:
    return (
        isinstance(tree, ast.Call)
        and isinstance(tree.func, ast.Name)
        and tree.func.id in set(FUNCTIONS) - _CHEAP
    )
