"""How a step is taken: each integrator turns derivatives into update expressions.

All numbers that do not change during a run are computed before it. Orders of
convergence hold below threshold and for a drive that is constant over a step;
spikes lie on the time grid, which makes any method first order across a spike.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

from ._algebra import add, exprel, linear_split, multiply, substitute
from ._expressions import evaluate, names, number
from ._expressions import variable as var
from ._pulses import split_pulses
from ._white_noise import exact_noise, exact_terms, split_noise, stepwise_noise

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
    system = _affine_system(derivatives, values)
    if system is None:
        return None
    slopes, rests = system
    states = list(derivatives)
    n = len(states)
    A = _as_matrix(slopes, n)
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
                by_drive, remainder = _scaled(rests[source], var(name))
                via = "" if source == state else f"_by_{source}"
                for part, role in ((by_drive, "from_drive"), (remainder, "offset")):
                    if names(part):
                        scheme.names.setdefault(ast.unparse(part), f"{state}_{role}{via}")
                change = add(change, add(multiply(by_drive, var("drive")), remainder))
        scheme.updates[state] = add(var(state), change)
    return scheme


def finite(tree: ast.expr, values: Values) -> Any:
    """Evaluate an expression of parameters.

    Parameters
    ----------
    tree : ast.expr
        The expression.
    values : mapping of str to numpy scalar or ndarray
        What its names stand for.

    Returns
    -------
    numpy scalar or ndarray

    Raises
    ------
    ValueError
        If the result is not finite.
    """
    with np.errstate(all="ignore"):
        value = evaluate(tree, values)
    if not np.all(np.isfinite(value)):
        raise ValueError(f"{ast.unparse(tree)!r} is not finite with the parameters and dt given.")
    return value


def _affine_system(
    derivatives: Derivatives, values: Values
) -> tuple[dict[tuple[int, int], Any], dict[str, ast.expr]] | None:
    """Return the matrix of slopes and what is left of each derivative; None if not affine."""
    slopes: dict[tuple[int, int], Any] = {}
    rests: dict[str, ast.expr] = {}
    for row, (state, tree) in enumerate(derivatives.items()):
        rest = tree
        for column, source in enumerate(derivatives):
            split = linear_split(rest, source)
            if split is None or not names(split[0]) <= set(values):
                return None
            slopes[row, column] = finite(split[0], values)
            rest = split[1]
        rests[state] = rest
    return slopes, rests


def _scaled(rest: ast.expr, factor: ast.expr) -> tuple[ast.expr, ast.expr]:
    """Return what multiplies the drive in ``factor * rest``, and the remainder.

    Both are often numbers known in advance, and the loop holds no division.
    """
    split = linear_split(rest, "drive")
    if split is None:
        return number(0), multiply(factor, rest)
    slope, remainder = split
    return multiply(factor, slope), multiply(factor, remainder)


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
    derivatives: Derivatives, trains: Mapping[str, ast.expr], values: Values, method: str
) -> tuple[str, Scheme]:
    """Apply a method; ``"auto"`` takes the first in :data:`METHODS` that applies.

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
    for name in METHODS if method == "auto" else [method]:
        scheme = METHODS[name](drifts, values)
        if scheme is not None and factors:
            scheme = _with_noise(name, scheme, drifts, factors, values)
        if scheme is not None:
            updates = {x: add(f, jumps.get(x, number(0))) for x, f in scheme.updates.items()}
            return name, replace(scheme, updates=updates)
    reason = {
        "exact": "the equations are not affine in the state variables, or noise not constant",
        "exponential_euler": "a variable is not linear in its own equation",
    }[method]
    raise ValueError(f"method={method!r} does not apply: {reason}; use 'auto' or 'rk4'.")


def _with_noise(
    method: str, scheme: Scheme, drifts: Derivatives, factors: Derivatives, values: Values
) -> Scheme | None:
    """Add to a scheme what noise does in a step; None if the method cannot."""
    constants: dict[str, Any] = {}
    called: dict[str, str] = {}
    if method == "exact":
        if any(not names(factor) <= set(values) for factor in factors.values()):
            return None
        zero = np.zeros(())
        given = [finite(factors[x], values) if x in factors else zero for x in drifts]
        columns = np.stack(np.broadcast_arrays(*given), axis=-1)
        root = exact_noise(_matrix(drifts, values), columns, float(values["dt"]))
        terms, constants = exact_terms(root, list(drifts))
    else:
        terms, called = stepwise_noise(method, drifts, factors)
    return replace(
        scheme,
        updates={x: add(f, terms.get(x, number(0))) for x, f in scheme.updates.items()},
        constants={**scheme.constants, **constants},
        meanings={**scheme.meanings, **dict.fromkeys(constants, "part of the noise of a step")},
        names={**scheme.names, **called},
    )


def _matrix(derivatives: Derivatives, values: Values) -> NDArray[np.float64]:
    """Return the slopes of an affine system as a matrix, or one for each unit."""
    system = _affine_system(derivatives, values)
    assert system is not None
    return _as_matrix(system[0], len(derivatives))


def _as_matrix(slopes: Mapping[tuple[int, int], Any], n: int) -> NDArray[np.float64]:
    A = np.empty((*np.broadcast_shapes(*(np.shape(s) for s in slopes.values()), ()), n, n))
    for (row, column), slope in slopes.items():
        A[..., row, column] = slope
    return A
