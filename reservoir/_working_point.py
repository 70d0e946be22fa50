"""How units answer to a constant drive and to a spike: the scales of input and recurrence.

All is measured on the units themselves, uncoupled, so it holds for any model.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.sequences import Events, Sequences

from ._simulator import Simulator
from .equations import Program
from .equations._expressions import evaluate

__all__ = ["charge_per_spike", "rate_slope", "rheobase", "threshold_distance"]

SLOWEST = 20  # in so many of the longest time constant, everything has settled
MIN_STEPS, MAX_STEPS = 100, 20_000
MAX_DOUBLINGS, N_HALVINGS = 40, 20
WORKING_DRIVES = 1.5, 2.5  # times the rheobase


def rheobase(units: Simulator, longest_tau: float) -> NDArray[np.float64]:
    """Return the least constant drive at which each unit spikes.

    In closed form where the membrane follows the drive linearly, else by bisection.

    Parameters
    ----------
    units : Simulator
        The units, without input or recurrence.
    longest_tau : float
        Longest time constant (ms).

    Returns
    -------
    ndarray of shape (n_units,)
        1 where a unit never spikes, or always.
    """
    n_steps = _settling_steps(longest_tau, units.dt)
    program = units.program
    if program.method == "exact":
        rest = units.rest.variables.astype(np.float64)
        still, driven = (_settled(program, rest, drive, n_steps) for drive in (0.0, 1.0))
        with np.errstate(all="ignore"):
            least = threshold_distance(program, still) / (driven[0] - still[0])
    else:
        least = _bisected(units, n_steps)
    return np.where(np.isfinite(least) & (least > 0), least, 1.0)


def rate_slope(units: Simulator, least: NDArray[np.float64], longest_tau: float) -> float:
    """Return by how much the rate rises with the drive, above the rheobase.

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
    """
    n_steps = 2 * _settling_steps(longest_tau, units.dt)
    low, high = (_spikes(units, factor * least, n_steps) for factor in WORKING_DRIVES)
    rise = (high - low) / (n_steps * units.dt)
    return float(np.mean(rise / (np.diff(WORKING_DRIVES) * least)))


def charge_per_spike(program: Program, rest: NDArray[Any], channel: str, dt: float) -> float:
    """Return the drive, summed over time, that moves the membrane as a spike of weight 1 does.

    Parameters
    ----------
    program : Program
        The units.
    rest : ndarray of shape (n_states, n_units)
        Their state at rest.
    channel : str
        State variable to which a spike is added.
    dt : float
        Step (ms).

    Returns
    -------
    float
        In units of drive times ms, the median over units.
    """
    row = program.states.index(channel)
    start = np.stack([rest, rest, rest])  # undisturbed, after a spike, after a pulse of drive
    start[1, row] += 1.0
    areas = np.zeros((2, rest.shape[1]))
    state = list(start)
    with np.errstate(all="ignore"):
        for step in range(MAX_STEPS):
            drives = (0.0, 0.0, 1.0 if step == 0 else 0.0)
            state = [_step(program, x, drive) for x, drive in zip(state, drives, strict=True)]
            moved = np.stack([state[1][0], state[2][0]]) - state[0][0]
            areas += moved
            if step > MIN_STEPS and np.all(np.abs(moved) <= 1e-9 * np.abs(areas)):
                break
        ratio = np.nanmedian(np.abs(areas[0] / areas[1]))
    return float(ratio * dt) if np.isfinite(ratio) and ratio > 0 else 1.0


def _settling_steps(longest_tau: float, dt: float) -> int:
    return int(np.clip(SLOWEST * longest_tau / dt, MIN_STEPS, MAX_STEPS))


def _settled(
    program: Program, state: NDArray[np.float64], drive: float, n_steps: int
) -> NDArray[np.float64]:
    """Return the state after so many steps at a constant drive, if nothing spikes."""
    for _ in range(n_steps):
        state = _step(program, state, drive)
    return state


def _bisected(units: Simulator, n_steps: int) -> NDArray[np.float64]:
    """Search for the least drive of each unit, all at once."""
    low, high = np.zeros(units.n_units), np.full(units.n_units, 1e-3)
    for _ in range(MAX_DOUBLINGS):
        is_silent = _spikes(units, high, n_steps) == 0
        if not is_silent.any():
            break
        low, high = np.where(is_silent, high, low), np.where(is_silent, 2 * high, high)
    for _ in range(N_HALVINGS):
        middle = (low + high) / 2
        is_silent = _spikes(units, middle, n_steps) == 0
        low, high = np.where(is_silent, middle, low), np.where(is_silent, high, middle)
    return high


def _spikes(units: Simulator, drive: NDArray[np.float64], n_steps: int) -> NDArray[np.int64]:
    """Count the spikes of each unit at a constant drive of its own."""
    network = units.network._replace(bias=drive.astype(units.network.bias.dtype))
    n_rows = -(-n_steps // (network.steps_per_input if units.form == "rows" else 1))
    starts = np.array([0, n_rows])
    samples: Sequences | Events
    if units.form == "events":
        samples = Events(np.zeros(0, np.int32), np.zeros(n_rows + 1, np.int64), starts)
    else:
        samples = Sequences(np.zeros((n_rows, units.n_channels)), starts)
    return replace(units, network=network).run(samples)[1]


def _step(program: Program, state: NDArray[Any], drive: float) -> NDArray[Any]:
    """Return the state a step later, without noise or spikes."""
    values: dict[str, Any] = {**program.constants, **_named(program, state), "drive": drive}
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
    condition = program.threshold
    if isinstance(condition, ast.BoolOp):
        condition = condition.values[0]
    assert isinstance(condition, ast.Compare)
    values = {**program.constants, **_named(program, state)}
    right, left = evaluate(condition.comparators[0], values), evaluate(condition.left, values)
    return np.broadcast_to(np.abs(right - left), state.shape[1:])


def _named(program: Program, state: NDArray[Any]) -> dict[str, Any]:
    return dict(zip(program.states, state, strict=True))
