"""Whether what is added, compared and assigned is measured in the same units."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from ._expressions import DRAWS, POISSON, is_condition
from ._hints import quoted
from ._units import NONE, TIME, Powers, shown, unit_called

_LIKE_ITS_ARGUMENTS = {"abs", "maximum", "minimum"}
_OF_ANYTHING = {"sign", *DRAWS}
RATE: Powers = tuple(-p for p in TIME)
NOISE_POWERS: Powers = tuple(-p / 2 for p in TIME)


@dataclass(frozen=True)
class Dimensions:
    """Follows units through expressions; what is not known fits everything.

    Parameters
    ----------
    known : mapping of str to tuple of float
        Powers of the symbols whose units are given.
    is_strict : bool
        Whether plain numbers are without a unit: where every variable has one. Else they
        may be in any.
    own : frozenset of str
        Names that the model defines: none of them is a unit, though it may read like one.
    """

    known: Mapping[str, Powers]
    is_strict: bool
    own: frozenset[str]

    def check(self, tree: ast.expr, where: str, expected: Powers | None = None) -> Powers | None:
        """Return the powers of an expression, None where they are not known.

        Parameters
        ----------
        tree : ast.expr
            The expression, with units as names.
        where : str
            What it is part of, for messages.
        expected : tuple of float, default=None
            What it must be in.

        Raises
        ------
        ValueError
            If units do not fit.
        """
        found = self._powers(tree, where)
        if found is not None and expected is not None and found != expected:
            raise ValueError(
                f"{where}: {quoted(ast.unparse(tree))} is in {shown(found)}, but must be in "
                f"{shown(expected)}."
            )
        return found

    def _powers(self, tree: ast.expr, where: str) -> Powers | None:
        match tree:
            case ast.Constant(value=value):
                return NONE if self.is_strict and value else None
            case ast.Name(id=name):
                if name in self.known:
                    return self.known[name]
                unit = None if name in self.own else unit_called(name)
                return unit.powers if unit else None
            case ast.BoolOp(values=operands):
                for operand in operands:
                    self._powers(operand, where)
                return NONE
            case ast.Compare(left=left, comparators=[right]):
                self._alike([left, right], where, "compared")
                return NONE
            case ast.UnaryOp(operand=operand):
                return self._powers(operand, where)
            case ast.BinOp(op=ast.Add() | ast.Sub(), left=left, right=right):
                return self._alike([left, right], where, "added")
            case ast.BinOp(op=ast.Pow(), left=base, right=exponent):
                return self._power(base, exponent, where)
            case ast.BinOp(op=op, left=left, right=right):
                one, other = self._powers(left, where), self._powers(right, where)
                if one is None or other is None:
                    return None
                sign = 1 if isinstance(op, ast.Mult) else -1
                return tuple(a + sign * b for a, b in zip(one, other, strict=True))
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self._call(name, arguments, where)
        raise TypeError(f"not an expression of this package: {ast.dump(tree)}")

    def _alike(self, operands: list[ast.expr], where: str, verb: str) -> Powers | None:
        known = [(x, p) for x in operands if (p := self._powers(x, where)) is not None]
        for other, powers in known[1:]:
            if powers != known[0][1]:
                raise ValueError(
                    f"{where}: {quoted(ast.unparse(known[0][0]))} is in {shown(known[0][1])} and "
                    f"{quoted(ast.unparse(other))} in {shown(powers)}; they cannot be {verb}."
                )
        return known[0][1] if known else None

    def _power(self, base: ast.expr, exponent: ast.expr, where: str) -> Powers | None:
        powers = self._powers(base, where)
        self.check(exponent, where, NONE)
        sign = 1.0
        while isinstance(exponent, ast.UnaryOp):
            sign = -sign if isinstance(exponent.op, ast.USub) else sign
            exponent = exponent.operand
        if powers in (None, NONE) or not isinstance(exponent, ast.Constant):
            return powers if powers == NONE else None
        return tuple(sign * float(exponent.value) * p for p in powers)  # type: ignore[arg-type]

    def _call(self, name: str, arguments: list[ast.expr], where: str) -> Powers | None:
        if name == "where":
            self._powers(arguments[0], where)
            return self._alike(arguments[1:], where, "chosen from")
        if name in _LIKE_ITS_ARGUMENTS:
            return self._alike(arguments, where, "compared")
        if name == "sqrt":
            powers = self._powers(arguments[0], where)
            return None if powers is None else tuple(p / 2 for p in powers)
        expected = RATE if name == POISSON else None if name in _OF_ANYTHING else NONE
        for argument in arguments:
            assert not is_condition(argument)
            if name == POISSON and self._powers(argument, where) in (None, NONE):
                continue  # a plain number is in Hz
            self.check(argument, f"{where}, in {name}(...)", expected)
        return RATE if name == POISSON else NONE
