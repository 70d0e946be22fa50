"""Delays: every unit hears a few values of the past."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import RandomState

from .._rule import check_count
from ..wiring._distinct import choose_distinct
from ._input_wiring import InputWiring, Synapses

__all__ = ["Delays"]


@dataclass(frozen=True)
class Delays(InputWiring):
    r"""Every unit hears a few channels, one now and the others earlier: memory without noise.

    .. math:: z(t) = \sum_{k=1}^{n} w_k\, x_{c_k}(t - l_k), \qquad w_k \sim \mathcal{N}(0, 1)

    with :math:`n` different pairs of channel :math:`c_k` and lag :math:`l_k`, drawn from
    :math:`0, 1, \dots, l_{max}`; the first lag is 0, so that every unit joins the present with the
    past. What is on its way keeps the past, in axons as on chips.

    Parameters
    ----------
    n_taps : int, default=3
        Number of pairs of channel and lag that a unit hears; fewer where there are fewer.
    max_lag : int, default=19
        The longest lag (rows, or of events ms); 0 is the present alone.

    References
    ----------
    Izhikevich, "Polychronization: Computation with spikes", Neural Computation 18(2), 245-282,
    2006.

    Examples
    --------
    >>> from numpy.random import RandomState
    >>> from sparcelearn.reservoir.input_wiring import Delays
    >>> Delays(n_taps=2).synapses(RandomState(0), n_channels=1, n_units=2, n_rows=50).lags
    array([ 0, 13,  0, 16])
    """

    n_taps: int = 3
    max_lag: int = 19

    def _check(self) -> None:
        check_count("n_taps", self.n_taps, 1)
        check_count("max_lag", self.max_lag, 0)

    def synapses(
        self, random_state: RandomState, n_channels: int, n_units: int, n_rows: int
    ) -> Synapses:
        n_pairs = n_channels * (self.max_lag + 1)
        n_taps = min(self.n_taps, n_pairs)
        now = random_state.randint(n_channels, size=(n_units, 1))  # pair c is channel c at lag 0
        others = choose_distinct(random_state, n_units, n_pairs - 1, n_taps - 1)
        pairs = np.hstack([now, others + (others >= now)]).ravel()
        weights = random_state.normal(size=pairs.size)
        units = np.repeat(np.arange(n_units), n_taps)
        return Synapses(pairs % n_channels, units, pairs // n_channels, weights)
