"""Recurrent weights that give a loop through the network a gain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sparcelearn._core.warning import warn

from ._spike_charge import charge_per_spike
from ._working_point import GIVE_WIRING, rate_slope
from .equations import Program
from .wiring._scaling import largest_eigenvalue

__all__ = ["LoopStrength", "loop_strength"]


class LoopStrength(NamedTuple):
    """How strong recurrent weights must be.

    Parameters
    ----------
    radius : float
        Spectral radius of the sum of the weights, each channel times its charge.
    charges : ndarray of shape (n_channels,)
        What a spike brings to the membrane through each channel, relative to the one that
        brings most; negative where it inhibits.
    """

    radius: float
    charges: NDArray[np.float64]

    def scale(self, matrices: list[sparse.csr_array]) -> list[sparse.csr_array]:
        """Return the weights of all channels times one factor; as they are if none form a loop."""
        pairs = zip(self.charges, matrices, strict=True)
        largest = largest_eigenvalue(sparse.csr_array(sum(q * matrix for q, matrix in pairs)))
        factor = self.radius / largest if largest > 1e-12 else 1.0
        return [matrix * factor for matrix in matrices]


def loop_strength(network: Any, program: Program, channels: tuple[str, ...]) -> LoopStrength:
    """Return the strength of the weights at which a loop has the gain of a network.

    One round multiplies small changes of rates by the slope of the rate, times the charge of a
    spike, times weights, summed over channels. The gain is the spectral radius of that.

    Parameters
    ----------
    network : SpikingNetwork
        A network whose units are drawn, and their rheobase measured.
    program : Program
        Its units.
    channels : tuple of str
        State variables that spikes are added to.

    Returns
    -------
    LoopStrength
        Of radius 0, with a warning, where units have no gain and none was asked for.

    Raises
    ------
    ValueError
        If a gain was asked for that cannot be reached.
    """
    nothing = LoopStrength(0.0, np.ones(len(channels)))
    if not network._loop_gain:
        return nothing
    try:
        return _measured(network, program, channels)
    except ValueError as error:
        if network.loop_gain is not None:
            raise
        warn(f"There is no recurrence: {error}")
        return nothing


def _measured(network: Any, program: Program, channels: tuple[str, ...]) -> LoopStrength:
    values = network.neuron_parameters_.items()
    fastest = min((float(np.min(v)) for k, v in values if k.startswith("tau")), default=1.0)
    dt = min(network._step, fastest / 20)  # fine enough, however coarse the simulation is
    units = replace(network._make_simulator(network._program(dt), dt), backend="numba")
    slope = rate_slope(units, network.rheobase_[: units.n_units], network._longest_tau)
    charges = np.array(
        [charge_per_spike(program, network.rest_, x, network._step) for x in channels]
    )
    most = float(np.abs(charges).max())
    if most == 0:
        raise ValueError(
            f"loop_gain cannot be reached: a spike, which is added to {' and '.join(channels)}, "
            f"does not reach {program.states[0]}, the first variable of the neuron. {GIVE_WIRING}"
        )
    return LoopStrength(float(network._loop_gain / (slope * most)), charges / most)
