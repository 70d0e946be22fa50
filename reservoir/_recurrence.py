r"""Recurrent wiring whose strength is the gain of the loop, in rates.

If the rates of all units rise by a vector :math:`r`, what drives them rises by :math:`q\,r W`, with
:math:`q` the drive, summed over time, that a spike of weight 1 brings; and their rates by
:math:`s\,q\,r W`, with :math:`s` the slope of the rate over the drive. So one round of the loop
multiplies by :math:`s\,q\,W`, and its spectral radius is the gain. Of ``SoftResetLIF`` it is
:math:`\rho(W)\,\tau_{syn} / \tau_{mem}`.
"""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from scipy import sparse

from ._distributions import Normal, Uniform
from .wiring import Topology
from .wiring._scaling import scale_spectral_radius

__all__ = ["draw_recurrence"]


def draw_recurrence(
    random_state: RandomState,
    n_units: int,
    *,
    topology: Topology,
    excitatory_fraction: float | None,
    inhibition: float,
    radius: float,
) -> sparse.csr_array:
    """Wire by a topology, with the signs and the spectral radius asked for.

    Parameters
    ----------
    random_state : RandomState
        Source of randomness.
    n_units : int
        Number of units.
    topology : Topology
        Who sends to whom, and perhaps with what weights.
    excitatory_fraction : float or None
        Fraction of units, the first, that are excitatory; None: every weight has its own sign.
    inhibition : float
        Total inhibition over total excitation, where units are of one kind each.
    radius : float
        Spectral radius of the weights.

    Returns
    -------
    sparse array of shape (n_units, n_units)
        Weights from row to column.
    """
    if radius == 0:
        return sparse.csr_array((n_units, n_units))
    if excitatory_fraction is None:
        matrix = topology.sample(random_state, n_units, weights=Normal(0.0, 1.0))
    else:
        n_excitatory = round(excitatory_fraction * n_units)
        matrix = topology.sample(random_state, n_units, n_excitatory, Uniform(0.5, 1.5))
        np.abs(matrix.data, out=matrix.data)
        split = matrix.indptr[n_excitatory]
        excitation, inhibited = matrix.data[:split].sum(), matrix.data[split:].sum()
        if excitation > 0 and inhibited > 0:
            matrix.data[split:] *= inhibition * excitation / inhibited
        matrix.data[split:] *= -1
    matrix = scale_spectral_radius(matrix, radius)
    matrix.eliminate_zeros()
    return matrix
