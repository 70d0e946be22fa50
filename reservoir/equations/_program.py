"""Everything one step does, with all constants computed: what both backends run."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._affine import finite
from ._constants import ConstantTable
from ._expressions import FUNCTIONS, names, variable
from ._integrators import METHODS, integrate
from ._parser import ParsedModel
from ._pulses import check_mean
from ._sharing import share
from ._symbols import INPUTS, RESERVED
from ._white_noise import NORMAL


@dataclass(frozen=True, eq=False)  # known by its identity, for it holds what cannot be hashed
class Program:
    """A neuron model at given parameter values and step size.

    Parameters
    ----------
    states : tuple of str
        State variables; the first is the membrane (or the rate).
    equations : tuple of str
        The model as it was written, a line for each thing that it says.
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
        Standard normal numbers that a step reads, drawn anew in every step.
    pulses : dict of str to float or ndarray of shape (n_units,)
        Mean of each number of pulses that the updates read, drawn anew in every step.
    uniforms : tuple of str
        Numbers from 0 to 1 that threshold and reset read, drawn anew in every step.
    constants : dict of str to float or ndarray of shape (n_units,)
        The numbers that all of these read by name.
    meanings : dict of str to str
        What each constant was computed from.
    literals : dict of str to ast.expr
        The constants that the equations themselves give, such as 4 and 1 / 18.
    inputs : tuple of str
        The inputs that a step reads; what drives the units has a column for each unit, input by
        input.
    """

    states: tuple[str, ...]
    equations: tuple[str, ...]
    method: str
    stages: tuple[tuple[str, ast.expr], ...]
    updates: dict[str, ast.expr]
    clamps: dict[str, ast.expr]
    threshold: ast.expr | None
    resets: tuple[tuple[str, ast.expr], ...]
    normals: tuple[str, ...]
    pulses: dict[str, Any]
    uniforms: tuple[str, ...]
    constants: dict[str, Any]
    meanings: dict[str, str]
    literals: dict[str, ast.expr]
    inputs: tuple[str, ...]

    @property
    def noises(self) -> tuple[str, ...]:
        """The random numbers that a step reads, in the order in which they are drawn."""
        return (*self.normals, *self.pulses, *self.uniforms)


def build_program(
    model: ParsedModel, parameters: Mapping[str, Any], dt: float, method: str
) -> Program:
    """Integrate a model and compute its constants.

    A variable that is held stays where the reset left it for the refractory period; every other
    variable goes on.

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
    # a spike that the equations make is missed or late by the first order of exponential Euler
    makes_spikes = model.threshold is not None and not model.resets
    automatic = ("exact", "rk4") if makes_spikes else tuple(METHODS)
    used, scheme = integrate(model.derivatives, model.trains, values, method, automatic)
    stage_names = {name for name, _ in scheme.stages}
    kept = {name: variable(x) for name, x in model.previous.items()}
    kept |= {name: variable(name) for name in model.saved}
    saved = [(name, variable(x)) for name, x in model.saved.items()]
    written = [*scheme.updates.values(), *(tree for _, tree in scheme.stages)]
    read = set().union(*map(names, written))
    normals = sorted(x for x in read if x.startswith(NORMAL) and x[len(NORMAL) :].isdigit())
    normals += model.normals
    pulses = {
        name: check_mean(rate, finite(rate, values) * (dt / 1000))
        for name, rate in model.trains.items()
    }
    varying = {*model.states, *INPUTS, *model.inputs, *stage_names}
    varying |= {*normals, *pulses, *model.uniforms}
    taken = {*varying, *parameters, *model.shorthands, *RESERVED, *FUNCTIONS}
    table = ConstantTable(varying, values, scheme, taken)
    stages = tuple((name, table.fold(tree)) for name, tree in scheme.stages)
    updates = {x: table.fold(tree) for x, tree in {**scheme.updates, **kept}.items()}
    if not stages:  # those of a Runge-Kutta method have little in common
        stages, updates = share(updates, table.recognised(model.shorthands))
    return Program(
        states=model.states,
        equations=model.lines,
        method=used,
        stages=stages,
        updates=updates,
        clamps={x: table.fold(tree) for x, tree in model.clamps.items()},
        threshold=None if model.threshold is None else table.fold(model.threshold),
        resets=tuple((x, table.fold(tree)) for x, tree in [*model.resets, *saved]),
        normals=tuple(normals),
        pulses=pulses,
        uniforms=model.uniforms,
        constants=table.constants,
        meanings=table.meanings,
        literals=table.literals,
        inputs=model.inputs,
    )
