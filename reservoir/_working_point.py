"""How units answer to a constant drive and to a spike: the scales of input and recurrence.

All is measured on the units themselves, uncoupled, so it holds for any model.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.warning import warn

from ._constant_drive import at_constant_drive, unchecked
from ._simulator import Simulator
from .equations import Program
from .equations._expressions import evaluate, names

__all__ = [
    "GIVE_WIRING",
    "WORKING_DRIVES",
    "drive_sign",
    "one_step",
    "rate_slope",
    "rheobase",
    "rheobases",
    "threshold_distance",
    "warn_of_early_spikes",
]

SLOWEST = 20  # in so many of the longest time constant, everything has settled
MIN_STEPS, MAX_STEPS = 100, 20_000
MAX_DOUBLINGS, N_HALVINGS = 40, 20
SMALL, N_SMALL = 1e-3, 100  # a drive at which none spikes, and steps until its sign is seen
ROUNDING = 1e-11  # of the way to the threshold
WORKING_DRIVES = 1.5, 2.5  # times the rheobase
UNSTABLE = 8  # times what it was at half of the time: faster than any power up to 3

GIVE_NUMBERS = "Or set input_scaling to a number, and loop_gain to 0 or wiring to a matrix."
GIVE_WIRING = "Or set loop_gain=0, or give wiring as a matrix of weights."


def rheobase(units: Simulator, longest_tau: float) -> NDArray[np.float64]:
    """Return the least constant drive at which each unit spikes.

    In closed form where the membrane follows the drive linearly, else by bisection. It is
    negative where a drive inhibits, as in ``dv/dt = (-v + drive_up - drive_down) / tau``.

    Parameters
    ----------
    units : Simulator
        The units, without input or recurrence.
    longest_tau : float
        Longest time constant (ms).

    Returns
    -------
    ndarray of shape (n_units,)
        1 where a unit always spikes, and where some units never do.

    Raises
    ------
    ValueError
        If no unit can be made to spike, or the state grows without bound at any drive.
    """
    n_steps = _settling_steps(longest_tau, units.dt)
    program, through = units.program, units.measured_input
    if program.method == "exact" and program.uniforms:
        return _even_odds(units, n_steps)
    if program.method == "exact":
        rest = units.rest.variables.astype(np.float64)
        with np.errstate(all="ignore"):
            early, still = _settled(program, rest, 0.0, n_steps)
            soon, driven = _settled(program, rest, 1.0, n_steps, through)
            margin, moved = _margin(program, still), driven[0] - still[0]
            least = np.where(moved == 0, np.nan, np.abs(margin / moved))
            least = np.where(_margin(program, driven) < margin, -least, least)
            grows = ~(np.abs(moved) <= UNSTABLE * np.abs(soon[0] - early[0]))
            if np.any(grows & (soon[0] != early[0])):
                raise ValueError(
                    f"Units of kind {units.name} have no least drive at which they spike: "
                    f"{program.states[0]}, their first variable, grows without bound at any. "
                    f"{GIVE_NUMBERS}"
                )
    else:
        sign = drive_sign(units)
        least = _bisected(units, n_steps, sign)
        if np.isnan(least).all():  # a drive that is rectified, or turns around
            least = _bisected(units, n_steps, -sign)
    if np.isnan(least).all():
        drive = program.inputs[through]
        raise ValueError(
            f"Units of kind {units.name} never spike, at whatever constant {drive}, or their state "
            f"is no longer finite before they do (dt={units.dt:g} ms, method={program.method!r}). "
            f"Look at the equations, take a smaller dt, or another method. {GIVE_NUMBERS}"
        )
    return np.where(np.isfinite(least) & (least != 0), least, 1.0)


def rheobases(units: Simulator, longest_tau: float) -> NDArray[np.float64]:
    """Return the rheobase through each input of the equations alone, one after another.

    Parameters
    ----------
    units, longest_tau
        As for :func:`rheobase`.

    Returns
    -------
    ndarray of shape (n_inputs * n_units,)
    """
    inputs = range(len(units.program.inputs))
    return np.concatenate([rheobase(replace(units, measured_input=k), longest_tau) for k in inputs])


def rate_slope(units: Simulator, least: NDArray[np.float64], longest_tau: float) -> float:
    """Return by how much the rate rises with the drive beyond the rheobase, away from 0.

    Parameters
    ----------
    units : Simulator
        The units, without input or recurrence, at a step that is fine enough.
    least : ndarray of shape (n_units,)
        The rheobase of each.
    longest_tau : float
        Longest time constant (ms).

    Returns
    -------
    float
        Spikes per ms and unit of drive, on average over units.

    Raises
    ------
    ValueError
        If it does not rise.
    """
    n_steps = 2 * _settling_steps(longest_tau, units.dt)
    low, high = (_spikes(units, factor * least, n_steps)[0] for factor in WORKING_DRIVES)
    rise = (high - low) / (n_steps * units.dt)
    slope = float(np.mean(rise / (np.diff(WORKING_DRIVES) * np.abs(least))))
    if not 0 < slope < np.inf:
        raise ValueError(
            f"loop_gain cannot be reached: the rate of {units.name} does not rise with "
            f"the drive (by {slope:g} spikes per ms and unit of drive, from {WORKING_DRIVES[0]} "
            f"to {WORKING_DRIVES[1]} times the least drive). {GIVE_WIRING}"
        )
    return slope


def _settling_steps(longest_tau: float, dt: float) -> int:
    return int(np.clip(SLOWEST * longest_tau / dt, MIN_STEPS, MAX_STEPS))


def _settled(
    program: Program, state: NDArray[np.float64], drive: float, n_steps: int, through: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the state after half of the steps, and all, at a constant drive without spikes."""
    half = state
    for step in range(n_steps):
        state = one_step(program, state, drive, through)
        half = state if step < n_steps // 2 else half
    return half, state


def _even_odds(units: Simulator, n_steps: int) -> NDArray[np.float64]:
    """Return the least drive at which units that spike at random do so in every other step."""
    rest, program = units.rest.variables.astype(np.float64), units.program
    still, driven = (
        _settled(program, rest, drive, n_steps, units.measured_input)[1] for drive in (0.0, 1.0)
    )
    drawn = {**dict.fromkeys(program.noises, 0.0), **dict.fromkeys(program.uniforms, 0.5)}
    assert program.threshold is not None
    low, high = np.zeros(units.n_units), np.full(units.n_units, drive_sign(units) * SMALL)
    for k in range(MAX_DOUBLINGS + N_HALVINGS):
        drive = high if k < MAX_DOUBLINGS else (low + high) / 2
        values = {**program.constants, **drawn, **_named(program, still + drive * (driven - still))}
        spikes = np.broadcast_to(evaluate(program.threshold, values), drive.shape)
        low = np.where(spikes, low, drive)
        high = np.where(spikes, drive, 2 * high if k < MAX_DOUBLINGS else high)
    return high


def drive_sign(units: Simulator) -> int:
    """Return -1 where drive inhibits: where it first moves units from their threshold; else 1."""
    program, still = units.program, units.rest.variables.astype(np.float64)
    driven = still
    with np.errstate(all="ignore"):
        for _ in range(N_SMALL):
            still = one_step(program, still, 0.0)
            driven = one_step(program, driven, SMALL, units.measured_input)
            margin = _margin(program, still)
            moved = float(np.median(_margin(program, driven) - margin))
            if abs(moved) > ROUNDING * np.median(np.abs(margin)):
                return -1 if moved < 0 else 1
    return 1


def _bisected(units: Simulator, n_steps: int, sign: int) -> NDArray[np.float64]:
    """Search for the least drive of each unit on one side of 0; NaN where none makes it spike."""
    low, high = np.zeros(units.n_units), np.full(units.n_units, sign * SMALL)
    is_silent = np.ones(units.n_units, dtype=bool)
    for _ in range(MAX_DOUBLINGS):
        counts, is_sound = _spikes(units, high, n_steps)
        is_silent = counts == 0
        goes_on = is_silent & is_sound  # a state that is not finite will not spike
        if not goes_on.any():
            break
        low, high = np.where(goes_on, high, low), np.where(goes_on, 2 * high, high)
    never = is_silent
    for _ in range(N_HALVINGS):
        middle = (low + high) / 2
        is_silent = _spikes(units, middle, n_steps)[0] == 0
        low, high = np.where(is_silent, middle, low), np.where(is_silent, high, middle)
    return np.where(never, np.nan, high)


def _spikes(
    units: Simulator, drive: NDArray[np.float64], n_steps: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Count the spikes of each unit at a constant drive, and say whose state stays finite."""
    driven, samples = at_constant_drive(units, drive, n_steps)
    _, state, counts = unchecked(driven, samples, is_recorded=False)
    return counts, np.asarray(np.isfinite(state.variables).all(axis=0))


def one_step(program: Program, state: NDArray[Any], drive: Any, through: int = 0) -> NDArray[Any]:
    """Return the state a step later, without noise, spikes or recurrence.

    The drive comes through one of the inputs of the equations.
    """
    values: dict[str, Any] = {**program.constants, **_named(program, state), "recurrent": 0.0}
    values.update(dict.fromkeys(program.inputs, 0.0))
    values[program.inputs[through]] = drive
    values.update(dict.fromkeys(program.noises, 0.0))
    for name, tree in program.stages:
        values[name] = evaluate(tree, values)
    shape = state.shape[1:]
    return np.stack([np.broadcast_to(evaluate(f, values), shape) for f in program.updates.values()])


def threshold_distance(program: Program, state: NDArray[Any]) -> NDArray[Any]:
    """Return by how much the (first) threshold condition is missed in a state.

    Parameters
    ----------
    program : Program
        The units.
    state : ndarray of shape (n_states, n_units)
        Their state.

    Returns
    -------
    ndarray of shape (n_units,)
    """
    return np.abs(_margin(program, state))


def _margin(program: Program, state: NDArray[Any]) -> NDArray[Any]:
    """Return by how much the (first) threshold condition is exceeded; below 0 where it is not."""
    assert program.threshold is not None
    condition = next(x for x in ast.walk(program.threshold) if isinstance(x, ast.Compare))
    values = {**program.constants, **_named(program, state)}
    values.update({**dict.fromkeys(program.noises, 0.0), **dict.fromkeys(program.uniforms, 0.5)})
    left, right = (evaluate(x, values) for x in (condition.left, condition.comparators[0]))
    is_below = isinstance(condition.ops[0], ast.Lt | ast.LtE)
    margin = right - left if is_below else left - right
    return np.broadcast_to(margin, state.shape[1:])


def warn_of_early_spikes(units: Simulator) -> None:
    """Warn where units begin beyond their threshold, as of a model in mV that starts at 0.

    Parameters
    ----------
    units : Simulator
        The units.
    """
    program, rest = units.program, units.rest.variables
    assert program.threshold is not None
    told_by = names(program.threshold)
    if told_by & set(program.noises) or not told_by & set(program.states):
        return  # whether they spike is chance, or does not depend on where they begin
    begins = evaluate(program.threshold, {**program.constants, **_named(program, rest)})
    if np.any(begins):
        first = program.states[0]
        start = rest[0][np.broadcast_to(begins, rest.shape[1:])][0]
        warn(
            f"Units of kind {units.name} spike as soon as they begin: they start beyond their "
            f"threshold, with {first}={start:g}. Say in the model where they rest, as in "
            f"initial={{{first!r}: ...}}: a number, or an expression of parameters."
        )


def _named(program: Program, state: NDArray[Any]) -> dict[str, Any]:
    return dict(zip(program.states, state, strict=True))
