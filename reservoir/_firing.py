"""How a network fires, and warnings where that is of no use."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.warning import warn

from ._neuron_model import NeuronModel
from .kernels.layout import Network

__all__ = ["check_spiking", "firing_rates", "warn_of_extremes"]

SATURATED = 0.75  # of the highest rate that refractoriness allows
FEW = 0.5  # of the units
SHORT = 10.0  # ms: samples of events that were perhaps told in seconds


def check_spiking(neuron: NeuronModel) -> None:
    """Raise ValueError where units do not spike, or spikes would not be heard.

    Parameters
    ----------
    neuron : NeuronModel
        The units.
    """
    if not neuron.is_spiking:
        raise ValueError(f"neuron={neuron!r} has no threshold; use EchoStateReservoir.")
    if neuron.excitatory is None and not neuron.channels:
        raise ValueError(
            f"neuron={neuron!r} does not say what spikes act on. Name a state variable in it, as "
            f"in excitatory={neuron.parsed.states[0]!r}; any will do where no units are connected."
        )


def firing_rates(
    counts: NDArray[np.int64], steps: NDArray[np.int64], dt: float
) -> NDArray[np.float64]:
    """Return the rate of each unit (Hz).

    Parameters
    ----------
    counts : ndarray of shape (n_units,)
        Spikes of each.
    steps : ndarray of shape (n_samples,)
        Steps of each sample.
    dt : float
        Step (ms).

    Returns
    -------
    ndarray of shape (n_units,)
    """
    return counts / (steps.sum() * dt / 1000)


def warn_of_extremes(
    rates: NDArray[np.float64], longest: int, network: Network, dt: float, form: str = "rows"
) -> None:
    """Warn of a reservoir that is silent or saturated, and name the parameters to change.

    Parameters
    ----------
    rates : ndarray of shape (n_units,)
        Rate of each unit (Hz).
    longest : int
        Steps of the longest sample.
    network : Network
        The network.
    dt : float
        Step (ms).
    form : {"rows", "events"}, default="rows"
        What the input consists of.
    """
    # spikes that fit into a sample at most, each followed by its refractory steps
    most = np.ceil(longest / (1 + network.refractory_steps)).mean()
    highest = 1000 * most / (longest * dt)
    silent = float(np.mean(rates == 0))
    cure = "Raise drive_spread or input_scaling"
    if form == "rows":
        cure += ", or hold inputs longer with steps_per_input"
    elif longest * dt < SHORT:
        cure = f"The longest sample lasts {longest * dt:g} ms: are times in ms, not in s? {cure}"
    if silent == 1:
        warn(f"The reservoir is silent: no unit spiked on the data given to fit. {cure}.")
    elif np.mean(rates) > SATURATED * highest:
        warn(
            f"The reservoir is saturated: units spike at {np.mean(rates):.0f} Hz of at most "
            f"{highest:.0f} Hz on the data given to fit. Lower drive_spread, input_scaling or "
            "loop_gain, or raise excitability."
        )
    elif silent > FEW:
        warn(f"{silent:.0%} of the units did not spike on the data given to fit. {cure}.")
