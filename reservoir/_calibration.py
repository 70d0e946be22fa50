"""Finding the input gain at which a reservoir fires as it should."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._sequences import Events, Sequences

from ._memory import recall
from ._simulator import Simulator

MAX_SAMPLES = 64
MAX_STEPS = 20_000  # simulation steps in all
MIN_STEPS = 200  # of a stream: in fewer, a network that starts from rest hardly fires
TOLERANCE = 0.05  # of the target rate
SATURATED = 0.5  # of the highest rate that refractoriness allows


def calibrate(
    network: Simulator,
    samples: Sequences | Events,
    gain: float,
    target_rate: float | None,
    *,
    is_stream: bool,
    memory: Any,
) -> tuple[float, NDArray[np.float64]]:
    """Find the input gain, look at how the network fires, and warn if that is too little or much.

    Parameters
    ----------
    network : Simulator
        The network, at gain 1.
    samples : Sequences or Events
        What is given to ``fit``; some of it is used.
    gain : float
        The gain, where there is no target.
    target_rate : float or None
        Mean rate to find the gain for (Hz).
    is_stream : bool
        Whether samples follow one another in time.
    memory : str, path-like, joblib.Memory or None
        Where simulations are remembered.

    Returns
    -------
    tuple of (float, ndarray of shape (n_units,))
        The gain and the rate of each unit at it (Hz).
    """
    chosen = calibration_samples(samples, network.steps_per_row(samples), is_stream)
    start = network.rest if is_stream else None
    steps = chosen.lengths * network.steps_per_row(chosen)

    def rates(gain: float) -> NDArray[np.float64]:
        counts = recall(memory, network.probe(gain).run, chosen, start=start)[1]
        return counts / (steps.sum() * network.dt / 1000)

    if target_rate is not None:
        gain = find_gain(lambda g: float(rates(g).mean()), target_rate)
    firing_rates = rates(gain)
    # spikes that fit into a sample at most, each followed by its refractory steps
    most = np.ceil(steps.max() / (1 + network.network.refractory_steps)).mean()
    warn_of_extremes(firing_rates, 1000 * most / (steps.max() * network.dt))
    return gain, firing_rates


def calibration_samples(
    sequences: Sequences | Events, steps_per_row: int, is_stream: bool
) -> Sequences | Events:
    """Choose the samples to calibrate on: evenly spaced, or the start of a stream.

    A stream that is given row by row starts with one row; that is repeated.
    """
    n_rows = max(1, MAX_STEPS // steps_per_row)
    if is_stream:
        last = np.searchsorted(sequences.starts, n_rows, side="right") - 1
        chosen = np.arange(max(1, int(last)))
        repeats = -(-MIN_STEPS // (int(sequences.starts[len(chosen)]) * steps_per_row))
        return sequences.take(np.tile(chosen, repeats))
    n_samples = min(len(sequences), MAX_SAMPLES, max(1, n_rows // int(sequences.lengths.max())))
    return sequences.take(np.linspace(0, len(sequences) - 1, n_samples).astype(int))


def find_gain(mean_rate: Callable[[float], float], target_rate: float) -> float:
    """Search for the gain at which the mean rate meets its target.

    Steps of a factor of 4 bracket the target, then the bracket is halved on a
    logarithmic scale until the rate is within 5 %.

    Parameters
    ----------
    mean_rate : callable
        Mean rate (Hz) of the units at a gain.
    target_rate : float
        The rate wanted (Hz).

    Returns
    -------
    float
        The best gain found; 1.0 where input moves nothing.
    """
    rates = {1.0: mean_rate(1.0)}
    low = high = 1.0
    for _ in range(20):
        if rates[high] >= target_rate:
            break
        low, high = high, 4 * high
        rates[high] = mean_rate(high)
    for _ in range(20):
        if rates[low] <= target_rate:
            break
        low, high = low / 4, low
        rates[low] = mean_rate(low)
    for _ in range(16):
        gain = min(rates, key=lambda g: abs(rates[g] - target_rate))
        if abs(rates[gain] - target_rate) <= TOLERANCE * target_rate:
            return gain
        middle = float(np.sqrt(low * high))
        rates[middle] = mean_rate(middle)
        low, high = (middle, high) if rates[middle] < target_rate else (low, middle)
    return min(rates, key=lambda g: (abs(rates[g] - target_rate), abs(np.log(g))))


def warn_of_extremes(rates: NDArray[np.float64], highest_rate: float) -> None:
    """Warn of a reservoir that is silent or saturated, and name what to turn.

    Parameters
    ----------
    rates : ndarray of shape (n_units,)
        Rate of each unit (Hz).
    highest_rate : float
        The rate of a unit that spikes as often as its refractory period allows (Hz).
    """
    if not rates.any():
        warnings.warn(
            "The reservoir is silent: no unit spiked on the data given to fit. Raise "
            "input_scaling or bias_scaling, or hold inputs longer with steps_per_input.",
            UserWarning,
            stacklevel=9,
        )
    elif np.mean(rates) > SATURATED * highest_rate:
        warnings.warn(
            f"The reservoir is saturated: units spike at {np.mean(rates):.0f} Hz of at most "
            f"{highest_rate:.0f} Hz on the data given to fit. Lower input_scaling, bias_scaling or "
            "recurrent_scaling.",
            UserWarning,
            stacklevel=9,
        )
