"""Finding the input gain at which a reservoir fires as it should."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sparcelearn._sequences import Sequences

MAX_SAMPLES = 64
MAX_STEPS = 20_000  # simulation steps in all
MIN_STEPS = 200  # of a stream: in fewer, a network that starts from rest hardly fires
TOLERANCE = 0.05  # of the target rate
SATURATED = 0.5  # of the highest rate that refractoriness allows


def calibration_samples(sequences: Sequences, steps_per_input: int, is_stream: bool) -> Sequences:
    """Choose the samples to calibrate on: evenly spaced, or the start of a stream.

    A stream that is given row by row starts with one row; that is repeated.
    """
    n_rows = max(1, MAX_STEPS // steps_per_input)
    if is_stream:
        last = np.searchsorted(sequences.starts, n_rows, side="right") - 1
        chosen = np.arange(max(1, int(last)))
        repeats = -(-MIN_STEPS // (int(sequences.starts[len(chosen)]) * steps_per_input))
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
            stacklevel=6,
        )
    elif np.mean(rates) > SATURATED * highest_rate:
        warnings.warn(
            f"The reservoir is saturated: units spike at {np.mean(rates):.0f} Hz of at most "
            f"{highest_rate:.0f} Hz on the data given to fit. Lower input_scaling, bias_scaling or "
            "recurrent_scaling.",
            UserWarning,
            stacklevel=6,
        )
