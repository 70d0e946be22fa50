"""Strength of the recurrence."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import ArpackError, eigs

from ..equations import Program
from ..equations._expressions import evaluate

MAX_UNITS = 64  # units whose response is measured
N_DISPLACED = 4  # of these units are displaced
N_PARTS = 32  # in so many steps up to the threshold
PARTS = np.arange(1, N_PARTS + 1) / N_PARTS


def as_matrix(name: str, matrix: Any, shape: tuple[int, int]) -> sparse.csr_array:
    """Check a matrix of weights, and return a copy as compressed sparse rows.

    Parameters
    ----------
    name : str
        Name in messages.
    matrix : sparse matrix or ndarray
        The weights.
    shape : tuple of (int, int)
        The shape it must have.

    Returns
    -------
    sparse array of the shape given

    Raises
    ------
    ValueError
        If it has another shape, or holds NaN or infinity.
    """
    if matrix.shape != shape:
        raise ValueError(f"{name} has shape {matrix.shape}; it must be {shape}.")
    if matrix.dtype.kind not in "buif":
        raise ValueError(f"{name} must hold real numbers, not {matrix.dtype}.")
    matrix = sparse.csr_array(matrix, dtype=np.float64, copy=True)
    if not np.all(np.isfinite(matrix.data)):
        raise ValueError(f"{name} contains NaN or infinity.")
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix


def scale_spectral_radius(matrix: sparse.csr_array, spectral_radius: float) -> sparse.csr_array:
    """Scale a matrix to a given spectral radius.

    A matrix without cycles has only the eigenvalue 0 and is returned unchanged.

    Parameters
    ----------
    matrix : sparse array of shape (n, n)
        The weights.
    spectral_radius : float
        Largest modulus of an eigenvalue.

    Returns
    -------
    sparse array of shape (n, n)
    """
    largest = _largest_eigenvalue(matrix)
    return matrix * (spectral_radius / largest) if largest > 1e-12 else matrix


def _largest_eigenvalue(matrix: sparse.csr_array) -> float:
    n = matrix.shape[0]
    n_strong = connected_components(matrix, connection="strong", return_labels=False)
    if n_strong == n and not matrix.diagonal().any():  # no cycle
        return 0.0
    if n > 500:
        try:  # a fixed start vector: with a random one results differ in the last bits
            values = eigs(matrix, k=1, v0=np.ones(n), maxiter=20 * n, return_eigenvectors=False)
            return float(np.abs(values).max())
        except ArpackError:  # did not converge
            pass
    return float(np.abs(np.linalg.eigvals(matrix.toarray())).max(initial=0.0))


def synaptic_responses(
    program: Program, rest: np.ndarray, channels: Sequence[str], n_steps: int = 500
) -> list[float]:
    """Return the peak of the potential that a spike of weight 1 evokes, relative to threshold.

    The median over units of ``max |v(t) - v_rest(t)| / distance``, from simulations with and
    without one spike. The distance is that from the resting potential to the threshold; if the
    equations themselves produce the spike, it is the smallest displacement that causes one.

    Parameters
    ----------
    program : Program
        The units.
    rest : ndarray of shape (n_states, n_units)
        Their state at rest.
    channels : sequence of str
        State variables to which the spike is added, one at a time.
    n_steps : int, default=500
        Number of steps to simulate.

    Returns
    -------
    list of float
        One for each channel.
    """
    some = _spread(rest.shape[1], MAX_UNITS)
    few = some[_spread(len(some), N_DISPLACED)]
    is_affine = program.method == "exact"  # its equations do not produce spikes
    displaced = np.zeros(0, dtype=int) if is_affine else np.tile(few, N_PARTS)
    # simulated together: undisturbed units, units with each spike, and displaced ones
    n_kicked = (1 + len(channels)) * len(some)
    lanes = np.concatenate([np.tile(some, 1 + len(channels)), displaced])
    program, state = _units(program, lanes), rest[:, lanes]
    distance = _distance_to_threshold(program, state)
    for k, channel in enumerate(channels, 1):
        state[program.states.index(channel), k * len(some) : (k + 1) * len(some)] += 1.0
    displacements = distance[n_kicked:] * np.repeat(PARTS, len(displaced) // N_PARTS)
    state[0, n_kicked:] += displacements
    peaks = np.zeros((len(channels), len(some)))
    has_spiked = displacements == distance[n_kicked:]  # by definition
    with np.errstate(all="ignore"):  # values beyond the threshold may overflow
        for step in range(n_steps + 1):
            state = _step(program, state) if step else state
            potential = state[0, :n_kicked].reshape(-1, len(some))
            peaks = np.maximum(peaks, np.abs(potential[1:] - potential[0]))
            has_spiked = has_spiked | (_crosses(program, state)[n_kicked:] & (step > 0))
    if is_affine:
        return [float(np.median(peak / distance[: len(some)])) for peak in peaks]
    smallest = np.where(has_spiked, displacements, np.inf).reshape(N_PARTS, -1).min(axis=0)
    return [float(np.median(peak) / np.median(smallest)) for peak in peaks]


def _spread(n: int, n_chosen: int) -> np.ndarray:
    """Return evenly spaced indices below n: a sample is enough for a median."""
    return np.linspace(0, n - 1, min(n, n_chosen)).astype(int)


def _units(program: Program, units: np.ndarray) -> Program:
    constants = {
        k: c if isinstance(c, float) else np.asarray(c)[units] for k, c in program.constants.items()
    }
    return replace(program, constants=constants)


def _step(program: Program, state: np.ndarray) -> np.ndarray:
    values: dict[str, Any] = {**program.constants, **_named(program, state), "drive": 0.0}
    values.update(dict.fromkeys(program.noises, 0.0))
    for name, tree in program.stages:
        values[name] = evaluate(tree, values)
    shape = state.shape[1:]
    return np.stack([np.broadcast_to(evaluate(f, values), shape) for f in program.updates.values()])


def _distance_to_threshold(program: Program, rest: np.ndarray) -> np.ndarray:
    """Return the distance of both sides of the (first) threshold condition at rest."""
    condition = program.threshold
    if isinstance(condition, ast.BoolOp):
        condition = condition.values[0]
    assert isinstance(condition, ast.Compare)
    values = {**program.constants, **_named(program, rest)}
    distance = np.abs(evaluate(condition.comparators[0], values) - evaluate(condition.left, values))
    return np.broadcast_to(np.where(distance > 0, distance, 1.0), rest.shape[1:])


def _crosses(program: Program, state: np.ndarray) -> np.ndarray:
    assert program.threshold is not None
    crosses = evaluate(program.threshold, {**program.constants, **_named(program, state)})
    return np.broadcast_to(crosses, state.shape[1:])


def _named(program: Program, state: np.ndarray) -> dict[str, Any]:
    return dict(zip(program.states, state, strict=True))
