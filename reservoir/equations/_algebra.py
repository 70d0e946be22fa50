"""Expressions rewritten: parts put in and taken out, without what does nothing."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from ._expressions import call, names, number


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
    """Return a copy in which no node stands in two places, so that it can be rewritten.

    But for calls without arguments, which draw a number: such a node is that one number.
    """
    if isinstance(tree, list):
        return [unshared(item) for item in tree]
    if not isinstance(tree, ast.AST) or (isinstance(tree, ast.Call) and not tree.args):
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


def exprel(z: ast.expr) -> ast.expr:
    """Return ``(exp(z) - 1) / z``, which is 1 at zero."""
    return number(1) if is_number(z, 0) else call("exprel", z)
