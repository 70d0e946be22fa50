"""What the text of a neuron model says, as expressions."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from ._resets import Assignment

__all__ = ["ParsedModel"]


@dataclass(frozen=True)
class ParsedModel:
    """A neuron model as checked expressions.

    Parameters
    ----------
    lines : tuple of str
        What it says, a line each, written anew from expressions.
    derivatives : dict of str to ast.expr
        Right-hand side for each state variable, in the order of the text.
    shorthands : dict of str to ast.expr
        What the text gives names to; it is put in everywhere.
    trains : dict of str to ast.expr
        Rate (1/s) of each train of pulses that they read by name.
    threshold : ast.expr or None
        The condition of a spike; None for a rate unit.
    resets : tuple of (str, ast.expr)
        Assignments made at a spike, in order.
    refractory : ast.expr or None
        Refractory period (ms), an expression of parameters.
    previous : dict of str to str
        What ``threshold`` reads of the step before: ``{"v_previous": "v"}``.
    clamps : dict of str to ast.expr
        Where each variable stays that stands still during the refractory period.
    saved : dict of str to str
        Where they are kept, those that ``reset`` does not set to a number: ``{"v_held": "v"}``.
    normals, uniforms : tuple of str
        Random numbers that ``threshold`` and ``resets`` read.
    inputs : tuple of str
        The inputs that derivatives read: ``drive``, or ``drive_<name>`` for each of several.
    """

    lines: tuple[str, ...]
    derivatives: dict[str, ast.expr]
    shorthands: dict[str, ast.expr]
    trains: dict[str, ast.expr]
    threshold: ast.expr | None
    resets: tuple[Assignment, ...]
    refractory: ast.expr | None
    previous: dict[str, str]
    clamps: dict[str, ast.expr] = field(default_factory=dict)
    saved: dict[str, str] = field(default_factory=dict)
    normals: tuple[str, ...] = ()
    uniforms: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ("drive",)

    @property
    def states(self) -> tuple[str, ...]:
        """Everything that a unit keeps from one step to the next."""
        return (*self.derivatives, *self.previous, *self.saved)
