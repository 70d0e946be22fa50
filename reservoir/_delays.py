"""How long a spike travels: one delay for all, one for each source, or one for each synapse."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy import sparse

from sparcelearn._core.steps import tell_rounding, whole_steps

from ._distributions import Distribution

MAX_DELAY = 100_000  # steps; every step of delay takes a list of spikes


def joined_delays(
    delays: list[Any], random_state: RandomState, matrices: list[sparse.csr_array], dt: float
) -> NDArray[np.int64]:
    """Return the delay of each synapse of several matrices, one matrix after another.

    Parameters
    ----------
    delays : list
        Of each matrix, as :func:`draw_delays` takes it.
    random_state : RandomState
        Source of randomness.
    matrices : list of csr_array
        Weights.
    dt : float
        Step (ms).

    Returns
    -------
    ndarray of shape (n_synapses,), or (1,) where there is one matrix of one delay
    """
    pairs = zip(delays, matrices, strict=True)
    steps = [draw_delays(delay, random_state, weights, dt) for delay, weights in pairs]
    if len(steps) == 1:
        return steps[0]
    sizes = [weights.nnz for weights in matrices]
    return np.concatenate([np.broadcast_to(x, n) for x, n in zip(steps, sizes, strict=True)])


def draw_delays(
    delay: Any, random_state: RandomState, weights: sparse.csr_array, dt: float
) -> NDArray[np.int64]:
    """Return the delay of each synapse in steps, in the order in which ``weights`` stores them.

    Parameters
    ----------
    delay : float, ndarray of shape (n_units,), sparse matrix or Distribution
        One for all, one for each source, one for each synapse, or what to draw one
        for each synapse from; a drawn delay below one step is one step (ms).
    random_state : RandomState
        Source of randomness.
    weights : sparse array of shape (n_units, n_units)
        Weights from row (source) to column (target), in compressed rows.
    dt : float
        Step (ms).

    Returns
    -------
    ndarray of shape (n_synapses,), or (1,) where all are the same

    Raises
    ------
    ValueError
        If a delay is shorter than one step or longer than there may be, or ``delay`` is
        not of the structure of the weights.
    """
    if isinstance(delay, Distribution):
        drawn = delay.sample(random_state, weights.nnz)
        return _in_steps("delay", np.maximum(drawn, dt), dt, is_drawn=True)
    if sparse.issparse(delay):
        return _in_steps("delay", _of_synapses(delay, weights), dt)
    if np.ndim(delay) == 0:
        return _in_steps("delay", np.array([delay], dtype=float), dt)
    of_sources = np.asarray(delay, dtype=float)
    if of_sources.shape != (weights.shape[0],):
        raise ValueError(
            f"delay has shape {of_sources.shape}; an array gives one delay for each of the "
            f"{weights.shape[0]} units, a sparse matrix one for each synapse."
        )
    return np.repeat(_in_steps("delay", of_sources, dt), np.diff(weights.indptr))


def _of_synapses(delay: Any, weights: sparse.csr_array) -> NDArray[np.float64]:
    given = sparse.csr_array(delay, dtype=np.float64, copy=True)
    given.sum_duplicates()
    is_alike = given.shape == weights.shape and np.array_equal(given.indptr, weights.indptr)
    if not is_alike or not np.array_equal(given.indices, weights.indices):
        raise ValueError(
            f"delay is a sparse matrix of shape {given.shape} with {given.nnz} entries; it must "
            f"have an entry for each synapse of the wiring, which is {weights.shape} with "
            f"{weights.nnz}, and no other."
        )
    return given.data


def _in_steps(
    name: str, values: NDArray[np.float64], dt: float, *, is_drawn: bool = False
) -> NDArray[np.int64]:
    steps = whole_steps(values, dt)
    if not np.all((steps >= 1) & (steps <= MAX_DELAY)):  # NaN is not either
        shown = values[0] if len(values) == 1 else f"{values.min()} to {values.max()}"
        raise ValueError(f"{name}={shown} must be from 1 to {MAX_DELAY} steps of dt={dt}.")
    if not is_drawn:
        tell_rounding(name, values, dt)
    return steps.astype(np.int64)
