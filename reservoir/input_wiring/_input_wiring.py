"""Base of input wirings: a rule that draws what each unit hears."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, NamedTuple

from numpy.random import RandomState
from numpy.typing import NDArray

from .._rule import Rule


class Synapses(NamedTuple):
    """Input synapses, one after another; no channel, lag and unit twice.

    Parameters
    ----------
    channels, units : ndarray of shape (n_synapses,), of integers
        From which channel to which unit.
    lags : ndarray of shape (n_synapses,)
        How much later a value of the channel acts: in rows of input, or of events in ms.
    weights : ndarray of shape (n_synapses,)
        Weights.
    """

    channels: NDArray[Any]
    units: NDArray[Any]
    lags: NDArray[Any]
    weights: NDArray[Any]


@dataclass(frozen=True)
class InputWiring(Rule, ABC):
    """A rule by which units hear channels of the input.

    Searches can set its numbers, as in ``{"input_wiring__n_taps": [5, 9]}``. A new rule
    implements :meth:`synapses`.
    """

    def __post_init__(self) -> None:
        self._check()

    def _check(self) -> None:
        """Raise TypeError or ValueError where a number is not valid."""

    @abstractmethod
    def synapses(
        self, random_state: RandomState, n_channels: int, n_units: int, n_rows: int
    ) -> Synapses:
        """Draw the input synapses.

        Only the ratios of a unit's weights count where the reservoir calibrates its units.

        Parameters
        ----------
        random_state : RandomState
            Source of randomness.
        n_channels : int
            Number of channels.
        n_units : int
            Number of units.
        n_rows : int
            How long a sample typically is: in rows of input, or of events in ms.

        Returns
        -------
        Synapses
        """
