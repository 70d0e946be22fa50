r"""Finding the strength of recurrence at which one spike brings as many others as it should.

Let one more excitatory spike bring :math:`a` spikes of the network for each spike that it has (so
that a spike of an excitatory unit brings :math:`g = a / f`, with :math:`f` the share of
spikes that are of such units), and an inhibitory one take away :math:`b`. Where all excitatory
weights grow by a small part :math:`\epsilon`, each unit hears as if there were
:math:`\epsilon` more excitatory spikes, and what they bring brings more in its turn: the
rate grows by

.. math::
    x_{exc} = \frac{a}{1 - a + b}, \qquad \text{and by} \qquad
    x_{inh} = \frac{-b}{1 - a + b}

per :math:`\epsilon` where the inhibitory weights do. Both are measured, and
:math:`a = x_{exc} / (1 + x_{exc} + x_{inh})`. No equation of the unit is solved: it holds for any
model and any input, for as long as units are alike on average.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from sparcelearn._core.warning import warn

from ._calibration import TOLERANCE, Trial

__all__ = ["START", "effective_gain", "find_recurrence"]

START = 0.1  # recurrent_scaling that the search begins with
STEPS = (0.2, 0.05, 0.0125)  # by which weights are made stronger and weaker
LARGE = 0.5  # change of the logarithm of a rate
LEAST = 0.05  # of 1 - a + b: beyond it, the network is hardly driven by its input
MAX_DOUBLINGS, MAX_TRIALS = 8, 16


def effective_gain(trial: Trial, n_excitatory: int) -> float:
    """Measure how many spikes one more spike of an excitatory unit brings directly.

    Parameters
    ----------
    trial : Trial
        A network, on samples.
    n_excitatory : int
        How many of its units, the first, are excitatory.

    Returns
    -------
    float
        0 where no excitatory unit spikes.
    """
    gain = trial.input_gain()
    rates = trial.rates(gain)
    share = rates[:n_excitatory].sum() / max(rates.sum(), 1e-12)
    if share == 0:
        return 0.0

    def rate(excitation: float, inhibition: float) -> float:
        network = trial.network.rewired(excitation, inhibition, n_excitatory)
        return max(float(replace(trial, network=network).rates(gain).sum()), 1e-12)

    by_excitation = _growth(lambda factor: rate(factor, 1))
    by_inhibition = _growth(lambda factor: rate(1, factor))
    return by_excitation / max(1 + by_excitation + by_inhibition, LEAST) / share


def _growth(rate: Callable[[float], float]) -> float:
    """Return the part by which a rate grows per part of a factor around 1.

    The larger the steps are, the less chance matters, unless the rate changes much.
    """
    for step in STEPS:
        by = float(np.log(rate(1 + step) / rate(1 - step)))
        if abs(by) < LARGE:
            break
    return by / float(np.log((1 + step) / (1 - step)))


def find_recurrence(trial: Trial, goal: float, n_excitatory: int) -> float:
    """Search for the factor of all recurrent weights at which the effective gain is as wanted.

    The factor is doubled until the gain is as large, and the bracket is then halved until the
    gain is within 5 %.

    Parameters
    ----------
    trial : Trial
        A network of weak recurrence, on samples.
    goal : float
        The effective gain wanted.
    n_excitatory : int
        How many of its units, the first, are excitatory.

    Returns
    -------
    float
        The best factor found.

    Warns
    -----
    UserWarning
        If none comes near enough.
    """

    def measured(factor: float) -> float:
        network = trial.network.rewired(factor, factor, n_excitatory)
        return effective_gain(replace(trial, network=network), n_excitatory)

    gains = {0.0: 0.0}
    low, high = 0.0, 1.0
    for _ in range(MAX_DOUBLINGS):
        gains[high] = measured(high)
        if gains[high] >= goal or gains[high] < gains[low] / 2:  # beyond some strength it falls
            break
        low, high = high, 2 * high
    while True:
        best = min(gains, key=lambda factor: abs(gains[factor] - goal))
        if abs(gains[best] - goal) <= TOLERANCE * goal:
            return best
        if high not in gains or len(gains) > MAX_TRIALS:
            break
        middle = (low + high) / 2
        gains[middle] = measured(middle)
        low, high = (middle, high) if gains[middle] < goal else (low, middle)
    warn(
        f"effective_gain={goal:g} was not reached: the nearest is {gains[best]:.3g}, at "
        f"recurrent_scaling={START * best:.3g}. Lower inhibition, or raise target_rate."
    )
    return best
