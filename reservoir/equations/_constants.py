"""Numbers that stay the same in a run: computed before it, under names that tell what they are."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ._affine import finite
from ._algebra import combine
from ._expressions import is_condition, names, variable
from ._integrators import Scheme

LONGEST_NAME = 40
LARGEST_LITERAL = 2**31  # of whole numbers, which compilers hold in some bits
_WORDS = {" / ": "_per_", " * ": "_times_", " + ": "_plus_", " - ": "_minus_", "-": "minus_"}


@dataclass
class ConstantTable:
    """Replaces the parts of expressions that stay the same in a run by named numbers.

    Parameters
    ----------
    varying : set of str
        Names whose values change in a run.
    values : mapping of str to numpy scalar or ndarray
        The parameters, and ``dt``.
    scheme : Scheme
        What computes a step: it brings constants along, and names for others.
    taken : collection of str
        Names that no constant may have, but for a parameter its own.

    Attributes
    ----------
    constants : dict of str to float or ndarray of shape (n_units,)
        The numbers.
    meanings : dict of str to str
        What each was computed from.
    literals : dict of str to ast.expr
        Those that the equations themselves give, such as 4 and 1 / 18.
    """

    varying: set[str]
    values: Mapping[str, Any]
    scheme: Scheme
    taken: Collection[str]
    constants: dict[str, Any] = field(default_factory=dict)
    meanings: dict[str, str] = field(default_factory=dict)
    literals: dict[str, ast.expr] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)  # by what they were computed from

    def fold(self, tree: ast.expr) -> ast.expr:
        """Return the expression with its constant parts named and computed."""
        if not names(tree) & self.varying and not is_condition(tree):
            return self._named(tree)
        match tree:
            case ast.Name():
                return tree
            case ast.BinOp(op=ast.Div(), left=left, right=right) if not (
                names(right) & self.varying
            ):
                # a product in the loop instead of a division
                return self.fold(
                    combine(ast.Mult(), left, combine(ast.Div(), ast.Constant(1), right))
                )
            case ast.BinOp(op=ast.Pow(), left=left, right=ast.Constant(value=int(power))) if (
                2 <= power <= 4
            ):
                product = base = self.fold(left)
                for _ in range(power - 1):
                    product = ast.BinOp(product, ast.Mult(), base)
                return product
        folded = copy.copy(tree)
        for name, child in ast.iter_fields(tree):
            if isinstance(child, ast.expr) and not (isinstance(tree, ast.Call) and name == "func"):
                setattr(folded, name, self.fold(child))
            elif isinstance(child, list) and child and isinstance(child[0], ast.expr):
                setattr(folded, name, [self.fold(item) for item in child])
        return folded

    def recognised(self, shorthands: Mapping[str, ast.expr]) -> dict[str, str]:
        """Return the names of shorthands by the text that these parts of folded equations have."""
        reader = _ReadOnlyTable(self.varying, self.values, self.scheme, self.taken)
        reader._names = self._names
        found = {}
        for name, tree in shorthands.items():
            try:
                found[ast.unparse(reader.fold(tree))] = name
            except KeyError:  # some constant of it stands in no equation
                continue
        return {text: name for text, name in found.items() if name not in self.values}

    def _named(self, tree: ast.expr) -> ast.expr:
        text = ast.unparse(tree)
        if text not in self._names:
            name = self._names[text] = self._name(text)
            self.constants[name] = self._computed(tree)
            self.meanings[name] = self.scheme.meanings.get(text, text)
            if _is_literal(tree):
                self.literals[name] = tree
        return variable(self._names[text])

    def _name(self, text: str) -> str:
        """Return a parameter's own name, or one that is free and says what was computed."""
        if text in self.values or text in self.scheme.constants:
            return text
        wanted = self.scheme.names.get(text) or self._spelled(text)
        name, n = wanted, 1
        while name in self.taken or name in self.constants:
            n += 1
            name = f"{wanted}_{n}"
        return name

    def _spelled(self, text: str) -> str:
        """Turn an expression into a name, such as ``per_tau`` for ``1 / tau``."""
        spelled = text
        for sign, word in _WORDS.items():
            spelled = spelled.replace(sign, word)
        name = re.sub(r"\W+", "_", spelled).strip("_").removeprefix("1_")
        name = name if name.isidentifier() else f"number_{name}"
        if len(name) > LONGEST_NAME:
            inside = dict.fromkeys(re.findall(r"[^\W\d]\w*", text))
            read = [x for x in inside if x in self.values or x in self.scheme.constants]
            name = f"from_{'_and_'.join(read)}" if read else f"c{len(self.constants)}"
        return name if len(name) <= LONGEST_NAME else f"c{len(self.constants)}"

    def _computed(self, tree: ast.expr) -> Any:
        value = np.asarray(finite(tree, {**self.values, **self.scheme.constants}), dtype=float)
        # one number for all units is read faster than a number for each
        return float(value.flat[0]) if np.all(value == value.flat[0]) else value


def _is_literal(tree: ast.expr) -> bool:
    """Whether an expression holds numbers of modest size alone, and neither calls nor powers."""
    match tree:
        case ast.Constant(value=int() | float() as value):
            return abs(value) < LARGEST_LITERAL
        case ast.UnaryOp(operand=operand):
            return _is_literal(operand)
        case ast.BinOp(op=op, left=left, right=right):
            return not isinstance(op, ast.Pow) and _is_literal(left) and _is_literal(right)
    return False


class _ReadOnlyTable(ConstantTable):
    """Knows the constants that there are; any other is a KeyError."""

    def _named(self, tree: ast.expr) -> ast.expr:
        return variable(self._names[ast.unparse(tree)])
