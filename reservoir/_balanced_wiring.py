"""Dale's law and the balance of excitation and inhibition, on any topology."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy import sparse

from ._distributions import Uniform
from .equations import Program
from .wiring import Topology
from .wiring._scaling import synaptic_responses


def draw_balanced(
    random_state: RandomState,
    n_units: int,
    *,
    topology: Topology,
    probe: Program,
    rest: NDArray[np.float64],
    channels: tuple[str | None, str | None],
    excitatory_fraction: float,
    recurrent_scaling: float,
    inhibition: float,
) -> sparse.csr_array:
    """Wire by a topology; all weights of a unit have its sign, and the scale that is asked for.

    Where the topology has no weights of its own, they vary uniformly by half of their
    mean to either side.

    Parameters
    ----------
    random_state : RandomState
        Source of randomness.
    n_units : int
        Number of units; the first are the excitatory ones.
    topology : Topology
        Who sends to whom. Its weights are relative: where their mean is 1,
        the scale is exactly as asked.
    probe : Program
        The units, at a step that is fine enough to measure a synapse.
    rest : ndarray of shape (n_states, n_units)
        Their state at rest.
    channels : tuple of (str, str or None)
        Variables to which excitatory and inhibitory spikes add their weights.
    excitatory_fraction, recurrent_scaling, inhibition : float
        As in :class:`~sparcelearn.reservoir.SpikingReservoir`.

    Returns
    -------
    sparse array of shape (n_units, n_units)
        Weights from row to column.
    """
    n_excitatory = round(excitatory_fraction * n_units)
    excitatory = channels[0] or ""  # the caller has checked that it is given
    matrix = topology.sample(random_state, n_units, n_excitatory, Uniform(0.5, 1.5))
    np.abs(matrix.data, out=matrix.data)
    split = matrix.indptr[n_excitatory]
    responses = synaptic_responses(probe, rest, (excitatory, channels[1] or excitatory))
    for synapses, response, total in (
        (matrix.data[:split], responses[0], recurrent_scaling),
        (matrix.data[split:], responses[1], -recurrent_scaling * inhibition),
    ):
        if len(synapses):
            in_degree = len(synapses) / n_units  # on average
            np.multiply(synapses, total / (in_degree * response), out=synapses)
    matrix.eliminate_zeros()
    return matrix
