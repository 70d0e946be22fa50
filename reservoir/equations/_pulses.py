r"""Random pulses in equations: the term ``poisson(rate)``.

``poisson(rate)`` is a train of pulses that arrive at a unit at random, ``rate`` of them in a
second: :math:`\sum_k \delta(t - t_k)`. In :math:`dx/dt = f + w \, \text{poisson(rate)}` each
adds :math:`w` to :math:`x`. A method treats :math:`f` as it would without pulses; those that fall
into a step are added at its end, where spikes arrive, their number drawn from a Poisson
distribution of mean ``rate * dt / 1000``. Every unit has trains of its own. The same rate, as text,
is the same train wherever it stands in a unit's equations; another name is another train.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

import numpy as np

from ._algebra import add, linear_split, multiply
from ._expressions import POISSON, names, number, variable
from ._hints import quoted
from ._white_noise import noises_in

PULSES = "pulses"  # pulses0, pulses1, ... are the numbers of pulses in a step
MAX_MEAN = 700.0  # pulses in a step: exp(-mean) is then a number above 0


def name_trains(
    derivatives: Mapping[str, ast.expr],
) -> tuple[dict[str, ast.expr], dict[str, ast.expr]]:
    """Replace each ``poisson(rate)`` by the name of its train.

    Parameters
    ----------
    derivatives : mapping of str to ast.expr
        Right-hand sides.

    Returns
    -------
    tuple of (dict, dict)
        Right-hand sides by state variable, and rates (1/s) by train.
    """
    trains: dict[str, tuple[str, ast.expr]] = {}

    class Name(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.expr:
            if ast.unparse(node.func) != POISSON:
                node.args = [self.visit(argument) for argument in node.args]
                return node
            (rate,) = node.args
            name, _ = trains.setdefault(ast.unparse(rate), (f"{PULSES}{len(trains)}", rate))
            return variable(name)

    named = {state: Name().visit(tree) for state, tree in derivatives.items()}
    return named, dict(trains.values())


def split_pulses(
    derivatives: Mapping[str, ast.expr], trains: Mapping[str, ast.expr]
) -> tuple[dict[str, ast.expr], dict[str, ast.expr]]:
    """Split each derivative into what it is without pulses and what the pulses add in a step.

    Parameters
    ----------
    derivatives : mapping of str to ast.expr
        Right-hand sides, with trains as names.
    trains : mapping of str to ast.expr
        Rate of each train.

    Returns
    -------
    tuple of (dict, dict)
        Both by state variable; the second only where there are pulses.

    Raises
    ------
    ValueError
        If a derivative is not linear in each train.
    """
    drifts: dict[str, ast.expr] = {}
    jumps: dict[str, ast.expr] = {}
    for state, tree in derivatives.items():
        rest: ast.expr = tree
        jump: ast.expr = number(0)
        for name, rate in trains.items():
            split = linear_split(rest, name)
            if split is None or names(split[0]) & set(trains) or noises_in(split[0]):
                raise ValueError(
                    f"'d{state}/dt' in equations must be linear in "
                    f"{quoted(f'{POISSON}({ast.unparse(rate)})')}, a train of pulses."
                )
            jump, rest = add(jump, multiply(split[0], variable(name))), split[1]
        drifts[state] = rest
        if names(jump):
            jumps[state] = jump
    return drifts, jumps


def check_mean(rate: ast.expr, mean: Any) -> Any:
    """Return how many pulses a step holds on average, if that is a number that can be drawn.

    Parameters
    ----------
    rate : ast.expr
        What it was computed from, for messages.
    mean : float or ndarray of shape (n_units,)
        The mean.

    Returns
    -------
    float or ndarray of shape (n_units,)

    Raises
    ------
    ValueError
        If it is below 0 or too large.
    """
    if np.any(mean < 0) or np.any(mean > MAX_MEAN):
        raise ValueError(
            f"{quoted(f'{POISSON}({ast.unparse(rate)})')} must have from 0 to {MAX_MEAN:g} pulses "
            f"in a step, not {np.min(mean):g} to {np.max(mean):g}; its rate is in Hz."
        )
    return mean
