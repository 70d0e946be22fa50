"""Everything one step does, with all constants computed: what both backends run."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ._expressions import combine, names, variable
from ._integrators import finite, integrate
from ._noise import NORMAL
from ._parser import INPUTS, ParsedModel
from ._pulses import check_mean
from ._sharing import share


@dataclass(frozen=True, eq=False)  # known by its identity, for it holds what cannot be hashed
class Program:
    """A neuron model at given parameter values and step size.

    Parameters
    ----------
    states : tuple of str
        State variables; the first is the membrane (or the rate).
    method : str
        The integrator used.
    stages : tuple of (str, ast.expr)
        Intermediate values of a step.
    updates : dict of str to ast.expr
        New value of each state variable.
    clamps : dict of str to ast.expr
        Value of each variable that stays put while its unit is refractory.
    threshold : ast.expr or None
        The condition of a spike.
    resets : tuple of (str, ast.expr)
        Assignments made at a spike.
    normals : tuple of str
        Standard normal numbers that the updates read, drawn anew in every step.
    pulses : dict of str to float or ndarray of shape (n_units,)
        Mean of each number of pulses that the updates read, drawn anew in every step.
    constants : dict of str to float or ndarray of shape (n_units,)
        The numbers that all of these read by name.
    meanings : dict of str to str
        What each constant was computed from.
    """

    states: tuple[str, ...]
    method: str
    stages: tuple[tuple[str, ast.expr], ...]
    updates: dict[str, ast.expr]
    clamps: dict[str, ast.expr]
    threshold: ast.expr | None
    resets: tuple[tuple[str, ast.expr], ...]
    normals: tuple[str, ...]
    pulses: dict[str, Any]
    constants: dict[str, Any]
    meanings: dict[str, str]

    @property
    def noises(self) -> tuple[str, ...]:
        """The random numbers that the updates read, in the order in which they are drawn."""
        return (*self.normals, *self.pulses)


def build_program(
    model: ParsedModel, parameters: Mapping[str, Any], dt: float, method: str
) -> Program:
    """Integrate a model and compute its constants.

    A variable that ``reset`` sets to an expression of parameters alone is clamped
    there for the refractory period; every other variable goes on.

    Parameters
    ----------
    model : ParsedModel
        Checked expressions.
    parameters : mapping of str to float or ndarray of shape (n_units,)
        Value of each parameter.
    dt : float
        Step (ms).
    method : str
        Name of an integrator, or ``"auto"``.

    Returns
    -------
    Program

    Raises
    ------
    ValueError
        If the method does not apply, or a constant is not finite.
    """
    values = {name: np.asarray(value)[()] for name, value in {**parameters, "dt": dt}.items()}
    used, scheme = integrate(model.derivatives, model.trains, values, method)
    stage_names = {name for name, _ in scheme.stages}
    kept = {name: variable(x) for name, x in model.previous.items()}
    read = set().union(*(names(tree) for tree in scheme.updates.values()))
    normals = tuple(sorted(x for x in read if x.startswith(NORMAL) and x[len(NORMAL) :].isdigit()))
    pulses = {
        name: check_mean(rate, finite(rate, values) * (dt / 1000))
        for name, rate in model.trains.items()
    }
    varying = {*model.states, *INPUTS, *stage_names, *normals, *pulses}
    table = _ConstantTable(varying, values, scheme.constants)
    clamps = {}
    if model.refractory is not None:
        clamps = {x: tree for x, tree in model.resets if names(tree) <= set(parameters)}
    stages = tuple((name, table.fold(tree)) for name, tree in scheme.stages)
    updates = {x: table.fold(tree) for x, tree in {**scheme.updates, **kept}.items()}
    if not stages:  # those of a Runge-Kutta method have little in common
        stages, updates = share(updates)
    return Program(
        states=model.states,
        method=used,
        stages=stages,
        updates=updates,
        clamps={x: table.fold(tree) for x, tree in clamps.items()},
        threshold=None if model.threshold is None else table.fold(model.threshold),
        resets=tuple((x, table.fold(tree)) for x, tree in model.resets),
        normals=normals,
        pulses=pulses,
        constants=table.constants,
        meanings=table.meanings,
    )


@dataclass
class _ConstantTable:
    """Replaces the parts of expressions that do not vary in a run by named numbers."""

    varying: set[str]
    values: dict[str, Any]
    precomputed: dict[str, Any]
    constants: dict[str, Any] = field(default_factory=dict)
    meanings: dict[str, str] = field(default_factory=dict)

    def fold(self, tree: ast.expr) -> ast.expr:
        """Return the expression with its constant parts named and computed."""
        is_condition = isinstance(tree, (ast.Compare, ast.BoolOp))
        if not names(tree) & self.varying and not is_condition:
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

    def _named(self, tree: ast.expr) -> ast.expr:
        meaning = ast.unparse(tree)
        known = {text: name for name, text in self.meanings.items()}
        if meaning not in known:
            name = meaning if meaning in self.precomputed else f"c{len(self.constants)}"
            self.constants[name] = self._computed(tree)
            self.meanings[name] = meaning
            known[meaning] = name
        return variable(known[meaning])

    def _computed(self, tree: ast.expr) -> Any:
        value = np.asarray(finite(tree, {**self.values, **self.precomputed}), dtype=float)
        # one number for all units is read faster than a number for each
        return float(value.flat[0]) if np.all(value == value.flat[0]) else value
