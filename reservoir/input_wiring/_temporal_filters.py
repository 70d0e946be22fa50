"""Filters in time: every unit hears a random convolution of a few channels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import RandomState

from .._rule import check_count
from ._channels import choose_channels, log_uniform
from ._input_wiring import InputWiring, Synapses

__all__ = ["TemporalFilters"]


@dataclass(frozen=True)
class TemporalFilters(InputWiring):
    r"""Every unit hears a few channels through a random filter in time.

    .. math:: z(t) = \sum_c \sum_{k=0}^{n-1} w_{ck}\, x_c(t - k d), \qquad \sum_k w_{ck} = 0

    The dilation :math:`d` of a unit is drawn so that its logarithm is uniform, from 1 to what
    makes the filter as long as a sample; the number of its channels likewise, from 1 to all. A
    unit that spikes at a threshold of :math:`z`, and whose spikes are counted, is a random
    convolution with pooling, as in ROCKET.

    Parameters
    ----------
    n_taps : int, default=9
        Number of weights of a filter, from 2; fewer where samples are shorter.
    max_dilation : int, default=None
        Longest step from tap to tap (rows, or of events ms). None: as long as samples allow.
    max_channels : int, default=None
        Largest number of channels that a unit hears; None: all.

    References
    ----------
    Dempster, Petitjean, Webb, "ROCKET: exceptionally fast and accurate time series
    classification using random convolutional kernels", Data Mining and Knowledge Discovery 34,
    1454-1495, 2020.

    Examples
    --------
    >>> from numpy.random import RandomState
    >>> from sparcelearn.reservoir.input_wiring import TemporalFilters
    >>> rule = TemporalFilters(n_taps=3)
    >>> synapses = rule.synapses(RandomState(0), n_channels=1, n_units=2, n_rows=20)
    >>> synapses.lags
    array([ 0,  3,  6,  0,  5, 10])
    """

    n_taps: int = 9
    max_dilation: int | None = None
    max_channels: int | None = None

    def _check(self) -> None:
        check_count("n_taps", self.n_taps, 2)
        for name in ("max_dilation", "max_channels"):
            if getattr(self, name) is not None:
                check_count(name, getattr(self, name), 1)

    def synapses(
        self, random_state: RandomState, n_channels: int, n_units: int, n_rows: int
    ) -> Synapses:
        n_taps = max(1, min(self.n_taps, n_rows))
        longest = max((n_rows - 1) // max(n_taps - 1, 1), 1)
        longest = min(longest, self.max_dilation or longest)
        dilations = log_uniform(random_state, n_units, longest)
        most = min(n_channels, self.max_channels or n_channels)
        flat, unit = choose_channels(random_state, n_units, n_channels, most)
        weights = random_state.normal(size=(len(flat), n_taps))
        if n_taps > 1:
            weights -= weights.mean(axis=1, keepdims=True)
        return Synapses(
            np.repeat(flat, n_taps),
            np.repeat(unit, n_taps),
            (dilations[unit][:, np.newaxis] * np.arange(n_taps)).ravel(),
            weights.ravel(),
        )
