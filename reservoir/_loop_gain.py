"""Recurrent weights that give a loop through the network a gain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sparcelearn._core.warning import warn

from ._working_point import charge_per_spike, rate_slope
from .equations import Program

__all__ = ["radius_of_gain"]


def radius_of_gain(network: Any, program: Program) -> float:
    """Return the spectral radius of the weights at which a loop has the gain of a network.

    Parameters
    ----------
    network : SpikingNetwork
        A network whose units are drawn, and their rheobase measured.
    program : Program
        Its units.

    Returns
    -------
    float
        0, with a warning, where units have no gain and none was asked for.

    Raises
    ------
    ValueError
        If a gain was asked for that cannot be reached.
    """
    if not network._loop_gain:
        return 0.0
    try:
        return float(network._loop_gain / _unit_gain(network, program))
    except ValueError as error:
        if network.loop_gain is not None:
            raise
        warn(f"There is no recurrence: {error}")
        return 0.0


def _unit_gain(network: Any, program: Program) -> float:
    """Return the gain of a loop of weight 1: charge per spike times slope of the rate."""
    values = network.neuron_parameters_.items()
    fastest = min((float(np.min(v)) for k, v in values if k.startswith("tau")), default=1.0)
    dt = min(network._step, fastest / 20)  # fine enough, however coarse the simulation is
    units = replace(network._make_simulator(network._program(dt), dt), backend="numba")
    slope = rate_slope(units, network.rheobase_, network._longest_tau)
    channel = network.neuron_.excitatory or ""  # checked before
    return slope * charge_per_spike(program, network.rest_, channel, network._step)
