"""What a spike brings to the membrane, measured on uncoupled units near rest."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._working_point import GIVE_WIRING, one_step
from .equations import Program

__all__ = ["charge_per_spike", "growth", "slopes"]


def charge_per_spike(program: Program, rest: NDArray[Any], channel: str, dt: float) -> float:
    """Return the drive, summed over time, that moves the membrane as a spike of weight 1 does.

    Near rest, where small deviations add up and fade as those of a linear system. It is negative
    where a spike inhibits, and 0 where it does not reach the membrane.

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

    Raises
    ------
    ValueError
        If a spike moves the first variable without bound.
    """
    row, n_states = program.states.index(channel), len(program.states)
    at_rest, ratio = rest.astype(np.float64), np.nan
    with np.errstate(all="ignore"):
        map_ = _step_map(program, at_rest)
        pulse = slopes(program, at_rest, None).T
        after = np.stack([map_[:, :, row], pulse], axis=2)  # a step after a spike, after a pulse
        if np.isfinite(map_).all() and _largest_eigenvalue(map_) < 1 + 1e-6:
            # the sum of a deviation over all steps that follow; integrators get a leak that is none
            sums = np.linalg.solve((1 + 1e-9) * np.eye(n_states) - map_, after)
            ratios = sums[:, 0, 0] / sums[:, 0, 1]
            ratios = ratios[~np.isnan(ratios)]
            ratio = float(np.median(ratios)) if len(ratios) else np.nan
    if not np.isfinite(ratio):
        raise ValueError(
            f"loop_gain cannot be reached: a spike, which is added to {channel}, has no lasting "
            f"measure in {program.states[0]}, the first variable of the neuron. {GIVE_WIRING}"
        )
    return ratio * dt


def slopes(program: Program, state: NDArray[np.float64], row: int | None) -> NDArray[np.float64]:
    """Return the derivatives of the state a step later, by a state variable or the drive.

    Parameters
    ----------
    program : Program
        The units.
    state : ndarray of shape (n_states, n_units)
        Where.
    row : int or None
        The variable; None is the drive, through the first input.

    Returns
    -------
    ndarray of shape (n_states, n_units)
    """
    size = np.ones(state.shape[1]) if row is None else 1 + np.abs(state[row])
    h, moved = 1e-5 * size, [state.copy(), state.copy()]
    if row is not None:
        moved[0][row] += h
        moved[1][row] -= h
    drives = (h, -h) if row is None else (0.0, 0.0)
    up, down = (one_step(program, x, drive) for x, drive in zip(moved, drives, strict=True))
    return np.asarray((up - down) / (2 * h))


def growth(program: Program, rest: NDArray[Any]) -> float:
    """Return the largest factor by which a small deviation from rest grows in a step.

    Parameters
    ----------
    program : Program
        The units.
    rest : ndarray of shape (n_states, n_units)
        Their state at rest.

    Returns
    -------
    float
        Over all units; NaN if a step is not finite.
    """
    with np.errstate(all="ignore"):
        maps = _step_map(program, rest.astype(np.float64))
    return _largest_eigenvalue(maps) if np.isfinite(maps).all() else np.nan


def _step_map(program: Program, rest: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what a step makes of small deviations, a matrix for each unit."""
    columns = [slopes(program, rest, k) for k in range(len(program.states))]
    return np.moveaxis(np.stack(columns, axis=1), 2, 0)


def _largest_eigenvalue(maps: NDArray[np.float64]) -> float:
    return float(np.abs(np.linalg.eigvals(maps)).max())
