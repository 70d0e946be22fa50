"""The random wiring of a spiking reservoir to which none is given."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy import sparse

from .equations import Program
from .wiring import fixed_in_degree, synaptic_response


def draw_balanced(
    random_state: RandomState,
    n_units: int,
    *,
    probe: Program,
    rest: NDArray[np.float64],
    channels: tuple[str | None, str | None],
    connectivity: float,
    excitatory_fraction: float,
    recurrent_scaling: float,
    inhibition: float,
) -> sparse.csr_array:
    """Wire at random; weights vary uniformly by half of their mean to either side.

    Parameters
    ----------
    random_state : RandomState
        Source of randomness.
    n_units : int
        Number of units; the first are the excitatory ones.
    probe : Program
        The units, at a step that is fine enough to measure a synapse.
    rest : ndarray of shape (n_states, n_units)
        Their state at rest.
    channels : tuple of (str, str or None)
        Variables to which excitatory and inhibitory spikes add their weights.
    connectivity, excitatory_fraction, recurrent_scaling, inhibition : float
        As in :class:`~sparcelearn.reservoir.SpikingReservoir`.

    Returns
    -------
    sparse array of shape (n_units, n_units)
        Weights from row to column.
    """
    n_excitatory = round(excitatory_fraction * n_units)
    excitatory = channels[0] or ""  # given: the caller saw to it
    units = np.arange(n_units)
    pools = (
        (units[:n_excitatory], excitatory, recurrent_scaling),
        (units[n_excitatory:], channels[1] or excitatory, -recurrent_scaling * inhibition),
    )
    parts = []
    for pool, channel, total in pools:
        # even a small network hears both: without inhibition it would run away
        degree = min(max(1, round(connectivity * len(pool))), len(pool) - 1)
        if degree < 1 or total == 0 or connectivity == 0:
            continue
        sources, targets = fixed_in_degree(random_state, pool, n_units, degree)
        response = synaptic_response(probe, rest, channel)
        weights = random_state.uniform(0.5, 1.5, len(sources)) * total / (degree * response)
        parts.append((weights, sources, targets))
    weights, sources, targets = (
        map(np.concatenate, zip(*parts, strict=True))
        if parts
        else (np.zeros(0), np.zeros(0, dtype=int), np.zeros(0, dtype=int))
    )
    return sparse.csr_array(sparse.coo_array((weights, (sources, targets)), (n_units, n_units)))
