"""Expressions of a model, as they stand in its kernel."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from .equations._expressions import call

# they stand in a kernel file
WRITTEN = ("cosh", "exp", "expm1", "exprel", "maximum", "minimum", "sigmoid", "sinh", "tanh")
_BUILTIN = {"abs": "abs", **{name: name for name in WRITTEN}}  # numba vectorises its own


class WithLiterals(ast.NodeTransformer):
    """Replaces the names of literals by a function of them."""

    def __init__(self, function: str, literals: Mapping[str, ast.expr]) -> None:
        self.function = function
        self.literals = literals

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return call(self.function, self.literals[node.id]) if node.id in self.literals else node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        node.args = [self.visit(argument) for argument in node.args]
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        # compilers compute powers of known numbers in other ways
        is_power = isinstance(node.op, ast.Pow)
        for side in ("left", "right"):
            operand = getattr(node, side)
            if not (is_power and isinstance(operand, ast.Name)):
                setattr(node, side, self.visit(operand))
        return node


class ToKernel(ast.NodeTransformer):
    """Rewrites functions and logic as numba compiles them best."""

    def __init__(self, real: str) -> None:
        self.real = real

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        if name == self.real:
            return node
        if name == "where":
            condition, yes, no = node.args
            return ast.IfExp(condition, yes, no)
        node.func.id = _BUILTIN.get(name, f"np.{name}")
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        self.generic_visit(node)
        op = ast.BitAnd() if isinstance(node.op, ast.And) else ast.BitOr()
        joined = node.values[0]
        for value in node.values[1:]:  # evaluated without a branch
            joined = ast.BinOp(joined, op, value)
        return joined
