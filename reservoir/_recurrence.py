r"""Recurrent wiring whose strength is the gain of the loop, in rates.

If the rates of all units rise by a vector :math:`r`, what drives them rises by :math:`q\,r W`, with
:math:`q` the drive, summed over time, that a spike of weight 1 brings; and their rates by
:math:`s\,q\,r W`, with :math:`s` the slope of the rate over the drive. So one round of the loop
multiplies by :math:`s\,q\,W`, and its spectral radius is the gain. Of ``SoftResetLIF`` it is
:math:`\rho(W)\,\tau_{syn} / \tau_{mem}`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import RandomState
from scipy import sparse

from ._channels import by_channel
from ._distributions import Normal, Uniform
from ._loop_gain import loop_strength
from .equations import Program
from .wiring import FixedInDegree, Topology
from .wiring._scaling import as_matrix

__all__ = ["draw_recurrence", "is_given"]

POSITIVE = Uniform(0.5, 1.5)


def draw_recurrence(
    random_state: RandomState, network: Any, program: Program
) -> list[sparse.csr_array]:
    """Return recurrent weights of the gain that is asked for, of each channel or of all.

    Matrices that are given stay as they are, unless a gain is given, too.

    Parameters
    ----------
    random_state : RandomState
        Source of randomness.
    network : SpikingNetwork
        A network whose units are drawn, and their rheobase measured.
    program : Program
        Its units.

    Returns
    -------
    list of csr_array of shape (n_units, n_units)
        Weights from row to column.

    Raises
    ------
    ValueError
        If a matrix is not as it must be, or the gain cannot be reached.
    """
    channels, n_units = network.channels_, network.n_units
    wirings = by_channel("wiring", network.wiring, channels)
    if is_given(network) and network.loop_gain is None:
        return [_given(wiring, n_units) for wiring in wirings]
    strength = loop_strength(network, program, channels or (network.neuron_.excitatory,))
    if strength.radius == 0 and not is_given(network):
        return [sparse.csr_array((n_units, n_units)) for _ in wirings]
    drawn = []
    for wiring in wirings:
        topology = FixedInDegree(float(network.connectivity)) if wiring is None else wiring
        if not isinstance(topology, Topology):
            drawn.append(_given(topology, n_units))
        elif channels:  # the equations say which of them inhibit
            drawn.append(topology.sample(random_state, n_units, weights=POSITIVE))
        else:
            drawn.append(_signed(random_state, network, topology))
    return strength.scale(drawn)


def is_given(network: Any) -> bool:
    """Whether all recurrent weights are given as matrices."""
    wirings = by_channel("wiring", network.wiring, network.channels_)
    return not any(wiring is None or isinstance(wiring, Topology) for wiring in wirings)


def _given(matrix: Any, n_units: int) -> sparse.csr_array:
    return as_matrix("wiring", matrix, (n_units, n_units))


def _signed(random_state: RandomState, network: Any, topology: Topology) -> sparse.csr_array:
    """Draw weights that have their signs from their sources, or each its own."""
    n_units, fraction = network.n_units, network.excitatory_fraction
    if fraction is None:
        return topology.sample(random_state, n_units, weights=Normal(0.0, 1.0))
    n_excitatory = round(fraction * n_units)
    matrix = topology.sample(random_state, n_units, n_excitatory, POSITIVE)
    np.abs(matrix.data, out=matrix.data)
    split = matrix.indptr[n_excitatory]
    excitation, inhibited = matrix.data[:split].sum(), matrix.data[split:].sum()
    if excitation > 0 and inhibited > 0:
        matrix.data[split:] *= network.inhibition * excitation / inhibited
    matrix.data[split:] *= -1
    return matrix
