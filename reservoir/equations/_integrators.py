"""How a step is taken: each integrator turns derivatives into update expressions.

All numbers that do not change during a run are computed before it. Orders of
convergence hold below threshold and for a drive that is constant over a step;
spikes lie on the time grid, which makes any method first order across a spike.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

from ._affine import affine_system, as_matrix, finite, matrix
from ._algebra import add, exprel, linear_split, multiply, substitute
from ._expressions import names, number
from ._expressions import variable as var
from ._pulses import split_pulses
from ._symbols import inputs_in
from ._white_noise import Factors, exact_noise, exact_terms, numbered, split_noise, stepwise_noise

Derivatives = Mapping[str, ast.expr]
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Scheme:
    """What one step computes.

    Parameters
    ----------
    updates : dict of str to ast.expr
        New value of each state variable.
    stages : tuple of (str, ast.expr)
        Intermediate values, in order, that the updates may read.
    constants : dict of str to float or ndarray of shape (n_units,)
        Numbers computed in advance that stages and updates read by name.
    meanings : dict of str to str
        What they are, and others by how they are computed, where that does not tell.
    names : dict of str to str
        What to call other numbers that stages and updates read, by how they are computed.
    """

    updates: dict[str, ast.expr]
    stages: tuple[tuple[str, ast.expr], ...] = ()
    constants: dict[str, Any] = field(default_factory=dict)
    meanings: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def exact(derivatives: Derivatives, values: Values) -> Scheme | None:
    r"""Solve an affine system exactly for a drive that is constant over the step.

    With :math:`\dot x = A x + b`, one step is
    :math:`x \leftarrow x + A \Phi x + \Phi b`, where :math:`\Phi = \int_0^h e^{As} ds` is
    read off ``expm([[A, I], [0, 0]] h)``. Taking the increment :math:`A \Phi`
    rather than :math:`e^{Ah}` keeps full precision at small steps; equal time
    constants need no special case (Rotter & Diesmann 1999).
    """
    system = affine_system(derivatives, values)
    if system is None:
        return None
    slopes, rests = system
    states = list(derivatives)
    n = len(states)
    inputs = inputs_in(rests.values(), {*states, *values})
    A = as_matrix(slopes, n)
    generator = np.zeros((*A.shape[:-2], 2 * n, 2 * n))
    generator[..., :n, :n] = A
    generator[..., :n, n:] = np.eye(n)
    phi = expm(generator * values["dt"])[..., :n, n:]
    growth = A @ phi

    scheme = Scheme({})
    for row, state in enumerate(states):
        change: ast.expr = number(0)
        for column, source in enumerate(states):
            if np.any(growth[..., row, column]):
                name = f"{state}_from_{source}"
                scheme.constants[name] = growth[..., row, column]
                scheme.meanings[name] = f"what a step adds to {state} per unit of {source}"
                change = add(change, multiply(var(name), var(source)))
            if np.any(phi[..., row, column]):
                name = f"{state}_per_rate_of_{source}"
                scheme.constants[name] = phi[..., row, column]
                scheme.meanings[name] = f"what a step adds to {state} per unit of input to {source}"
                by_input, remainder = _scaled(rests[source], var(name), inputs)
                via = "" if source == state else f"_by_{source}"
                roles = {f"from_{x}": part for x, part in by_input.items()}
                for role, part in {**roles, "offset": remainder}.items():
                    if names(part):
                        scheme.names.setdefault(ast.unparse(part), f"{state}_{role}{via}")
                for x, part in reversed(by_input.items()):
                    remainder = add(multiply(part, var(x)), remainder)
                change = add(change, remainder)
        scheme.updates[state] = add(var(state), change)
    return scheme


def _scaled(
    rest: ast.expr, factor: ast.expr, inputs: Iterable[str]
) -> tuple[dict[str, ast.expr], ast.expr]:
    """Return what multiplies each input in ``factor * rest``, and the remainder.

    All are often numbers known in advance, and the loop holds no division.
    """
    slopes: dict[str, ast.expr] = {}
    for name in inputs:
        split = linear_split(rest, name)
        if split is not None:
            slopes[name], rest = multiply(factor, split[0]), split[1]
    return slopes, multiply(factor, rest)


def exponential_euler(derivatives: Derivatives, values: Values) -> Scheme | None:
    r"""Solve each variable exactly while the others stand still. First order, very stable.

    With :math:`\dot x = a x + b`, :math:`x \leftarrow x + h\,\varphi(ah)(a x + b)`,
    :math:`\varphi(z) = (e^z - 1) / z` and :math:`\varphi(0) = 1`.
    """
    scheme = Scheme({})
    for state, tree in derivatives.items():
        split = linear_split(tree, state)
        if split is None:
            return None
        step = multiply(var("dt"), exprel(multiply(split[0], var("dt"))))
        scheme.names[ast.unparse(step)] = f"{state}_step"
        scheme.updates[state] = add(var(state), multiply(step, tree))
    return scheme


def euler(derivatives: Derivatives, values: Values) -> Scheme:
    r"""Step along the slope: :math:`x \leftarrow x + h f(x)`. First order."""
    return Scheme({x: add(var(x), multiply(var("dt"), f)) for x, f in derivatives.items()})


def heun(derivatives: Derivatives, values: Values) -> Scheme:
    """Average the slopes at both ends of the step. Second order."""
    return _runge_kutta(derivatives, nodes=(0.0, 1.0), weights=(0.5, 0.5))


def rk4(derivatives: Derivatives, values: Values) -> Scheme:
    """Classical Runge-Kutta. Fourth order."""
    return _runge_kutta(
        derivatives, nodes=(0.0, 0.5, 0.5, 1.0), weights=(1 / 6, 1 / 3, 1 / 3, 1 / 6)
    )


def _runge_kutta(
    derivatives: Derivatives, nodes: tuple[float, ...], weights: tuple[float, ...]
) -> Scheme:
    """Explicit method whose every stage starts from the slope before it."""
    stages: list[tuple[str, ast.expr]] = []
    total: dict[str, ast.expr] = dict.fromkeys(derivatives, number(0))
    for k, (node, weight) in enumerate(zip(nodes, weights, strict=True), start=1):
        step = multiply(number(node), var("dt"))
        points = {
            x: add(var(x), multiply(step, var(f"slope{k - 1}_{x}"))) if node else var(x)
            for x in derivatives
        }
        for x, f in derivatives.items():
            stages.append((f"slope{k}_{x}", substitute(f, points)))
            part = multiply(multiply(number(weight), var("dt")), var(f"slope{k}_{x}"))
            total[x] = add(total[x], part)
    updates = {x: add(var(x), total[x]) for x in derivatives}
    scheme = Scheme(updates, tuple(stages))
    for divisor, share in ((2, "half"), (3, "third_of"), (6, "sixth_of")):
        scheme.names[f"{1 / divisor} * dt"] = f"{share}_step"
        scheme.meanings[f"{1 / divisor} * dt"] = f"dt / {divisor}"
    return scheme


METHODS: dict[str, Callable[[Derivatives, Values], Scheme | None]] = {
    "exact": exact,
    "exponential_euler": exponential_euler,
    "rk4": rk4,
    "heun": heun,
    "euler": euler,
}


def integrate(
    derivatives: Derivatives,
    trains: Mapping[str, ast.expr],
    values: Values,
    method: str,
    automatic: Iterable[str] = tuple(METHODS),
) -> tuple[str, Scheme]:
    """Apply a method; ``"auto"`` takes the first of ``automatic`` that applies.

    Pulses of ``trains`` are added to whatever it makes of the rest.

    Returns
    -------
    tuple of (str, Scheme)
        The method used, and its scheme.

    Raises
    ------
    ValueError
        If the method does not apply to these equations.
    """
    smooth, jumps = split_pulses(derivatives, trains)
    drifts, factors = split_noise(smooth)
    for name in automatic if method == "auto" else [method]:
        scheme = _noisy(name, drifts, factors, values) if factors else METHODS[name](drifts, values)
        if scheme is not None:
            updates = {x: add(f, jumps.get(x, number(0))) for x, f in scheme.updates.items()}
            return name, replace(scheme, updates=updates)
    reason = {
        "exact": "the equations are not affine in the state variables, or noise not constant",
        "exponential_euler": "a variable is not linear in its own equation",
    }[method]
    raise ValueError(f"method={method!r} does not apply: {reason}; use 'auto' or 'rk4'.")


def _noisy(method: str, drifts: Derivatives, factors: Factors, values: Values) -> Scheme | None:
    """Return a scheme with what noise does in a step; None if the method cannot."""
    constants: dict[str, Any] = {}
    called: dict[str, str] = {}
    if method == "exact":
        scheme = exact(drifts, values)
        known = set(values)
        if scheme is None or any(
            not names(g) <= known for by_noise in factors.values() for g in by_noise.values()
        ):
            return None
        root = exact_noise(
            matrix(drifts, values), _columns(drifts, factors, values), float(values["dt"])
        )
        terms, constants = exact_terms(root, list(drifts))
    else:
        terms, drives, called = stepwise_noise(method, drifts, factors, values)
        heard = {x: add(f, var(f"noise_{x}")) if x in drives else f for x, f in drifts.items()}
        scheme = METHODS[method](heard, values)
        if scheme is None:
            return None
        stages = tuple((f"noise_{x}", tree) for x, tree in drives.items())
        scheme = replace(scheme, stages=(*stages, *scheme.stages))
    return replace(
        scheme,
        updates={x: add(f, terms.get(x, number(0))) for x, f in scheme.updates.items()},
        constants={**scheme.constants, **constants},
        meanings={**scheme.meanings, **dict.fromkeys(constants, "part of the noise of a step")},
        names={**scheme.names, **called},
    )


def _columns(derivatives: Derivatives, factors: Factors, values: Values) -> NDArray[np.float64]:
    """Return the factor of each noise in each equation, or one such matrix for each unit."""
    given = [
        finite(factors[x][noise], values) if noise in factors.get(x, {}) else np.zeros(())
        for x in derivatives
        for noise in numbered(factors)
    ]
    flat = np.stack(np.broadcast_arrays(*given), axis=-1)
    return flat.reshape(*flat.shape[:-1], len(derivatives), -1)
