"""Random projection: every unit hears a mix of channels at this moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import RandomState

from .._rule import check_fraction
from ..wiring._distinct import choose_distinct
from ._channels import choose_channels
from ._input_wiring import InputWiring, Synapses

__all__ = ["Projection"]


@dataclass(frozen=True)
class Projection(InputWiring):
    """Every unit hears some channels as they are now, with random weights.

    Parameters
    ----------
    connectivity : float, default=None
        Fraction of the channels that every unit hears, at least one, with weights uniform in
        [-1, 1]. None: each unit hears another number of channels, from one to all; the logarithm
        of that number is uniform.

    References
    ----------
    Jaeger, "The 'echo state' approach to analysing and training recurrent neural
    networks", GMD report 148, 2001.

    Examples
    --------
    >>> from numpy.random import RandomState
    >>> from sparcelearn.reservoir.input_wiring import Projection
    >>> synapses = Projection(0.5).synapses(RandomState(0), n_channels=4, n_units=3, n_rows=1)
    >>> synapses.channels
    array([0, 3, 0, 1, 1, 3])
    """

    connectivity: float | None = None

    def _check(self) -> None:
        if self.connectivity is not None:
            check_fraction("connectivity", self.connectivity)

    def synapses(
        self, random_state: RandomState, n_channels: int, n_units: int, n_rows: int
    ) -> Synapses:
        if self.connectivity is None:
            channels, units = choose_channels(random_state, n_units, n_channels, n_channels)
        else:
            degree = max(1, round(self.connectivity * n_channels))
            channels = choose_distinct(random_state, n_units, n_channels, degree).ravel()
            units = np.repeat(np.arange(n_units), degree)
        weights = random_state.uniform(-1, 1, channels.size)
        return Synapses(channels, units, np.zeros(channels.size, dtype=np.int64), weights)
