"""Finding the input gain at which a reservoir fires as it should."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.sequences import Events, Sequences
from sparcelearn._core.warning import warn

from ._simulation_cache import recall
from ._simulator import Simulator
from .kernels.layout import State

MAX_SAMPLES = 64
MAX_STEPS = 20_000  # simulation steps in all
MIN_STEPS = 200  # of a stream: in fewer, a network that starts from rest hardly fires
TOLERANCE = 0.05  # of the target rate
SATURATED = 0.5  # of the highest rate that refractoriness allows


@dataclass(frozen=True)
class Trial:
    """A network, and samples to try it on.

    Parameters
    ----------
    network : Simulator
        The network, at input gain 1.
    samples : Sequences or Events
        Some of what is given to ``fit``.
    start : State or None
        Where a stream starts; None where samples are independent.
    target_rate : float or None
        Mean rate to find the input gain for (Hz).
    gain : float
        The input gain, where there is no target.
    memory : str, path-like, joblib.Memory or None
        Where simulations are remembered.
    """

    network: Simulator
    samples: Sequences | Events
    start: State | None
    target_rate: float | None
    gain: float
    memory: Any

    @property
    def steps(self) -> NDArray[np.int64]:
        """Simulation steps of each sample."""
        return self.samples.lengths * self.network.steps_per_row(self.samples)

    def rates(self, gain: float) -> NDArray[np.float64]:
        """Return the rate of each unit at an input gain (Hz)."""
        run = self.network.probe(gain).run
        counts = recall(self.memory, run, self.samples, start=self.start)[1]
        return counts / (self.steps.sum() * self.network.dt / 1000)

    def input_gain(self) -> float:
        """Return the gain given, or that at which units fire at the target rate."""
        if self.target_rate is None:
            return self.gain
        return find_gain(lambda gain: float(self.rates(gain).mean()), self.target_rate)


def trial(
    network: Simulator,
    samples: Sequences | Events,
    *,
    input_scaling: float | str,
    target_rate: float,
    is_stream: bool,
    memory: Any,
) -> Trial:
    """Choose the samples to try a network on.

    Parameters
    ----------
    network : Simulator
        The network, at input gain 1.
    samples : Sequences or Events
        What is given to ``fit``; some of it is used.
    input_scaling : float or "auto"
        The gain, or ``"auto"`` where it is to be found.
    target_rate : float
        Mean rate to find it for (Hz).
    is_stream : bool
        Whether samples follow one another in time.
    memory : str, path-like, joblib.Memory or None
        Where simulations are remembered.

    Returns
    -------
    Trial
    """
    is_given = input_scaling != "auto"
    return Trial(
        network,
        calibration_samples(samples, network.steps_per_row(samples), is_stream),
        network.rest if is_stream else None,
        None if is_given else target_rate,
        float(input_scaling) if is_given else 1.0,
        memory,
    )


def calibrate(trial: Trial) -> tuple[float, NDArray[np.float64]]:
    """Find the input gain, look at how the network fires, and warn if that is too little or much.

    Parameters
    ----------
    trial : Trial
        The network on its samples.

    Returns
    -------
    tuple of (float, ndarray of shape (n_units,))
        The gain and the rate of each unit at it (Hz).
    """
    gain = trial.input_gain()
    firing_rates = trial.rates(gain)
    longest, network = trial.steps.max(), trial.network
    # spikes that fit into a sample at most, each followed by its refractory steps
    most = np.ceil(longest / (1 + network.network.refractory_steps)).mean()
    warn_of_extremes(firing_rates, 1000 * most / (longest * network.dt))
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
        warn(
            "The reservoir is silent: no unit spiked on the data given to fit. Raise "
            "input_scaling or bias_scaling, or hold inputs longer with steps_per_input."
        )
    elif np.mean(rates) > SATURATED * highest_rate:
        warn(
            f"The reservoir is saturated: units spike at {np.mean(rates):.0f} Hz of at most "
            f"{highest_rate:.0f} Hz on the data given to fit. Lower input_scaling, bias_scaling or "
            "recurrent_scaling."
        )
