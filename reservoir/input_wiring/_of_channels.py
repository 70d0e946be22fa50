"""Another rule, for some of the channels."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.random import RandomState

from .._rule import check_count
from ._input_wiring import InputWiring, Synapses
from ._projection import Projection

__all__ = ["OfChannels"]


@dataclass(frozen=True)
class OfChannels(InputWiring):
    """A rule that is drawn as if X had some of its channels alone.

    So units hear some columns of rows in one way, and others in another:
    ``input_wiring={"drive": OfChannels((0, 1), Delays()), "g_ampa": OfChannels((2, 3))}``.

    Parameters
    ----------
    channels : tuple of int
        Numbers of the channels, counted from 0, each once.
    wiring : InputWiring, default=Projection()
        The rule.

    Raises
    ------
    ValueError
        If there is no channel, one is below 0, or is there twice; by ``fit``, if X has not so many.
    TypeError
        If a channel is no integer, or ``wiring`` is no rule.

    Examples
    --------
    >>> from numpy.random import RandomState
    >>> from sparcelearn.reservoir.input_wiring import OfChannels, Projection
    >>> rule = OfChannels((1, 3), Projection(1.0))
    >>> rule.synapses(RandomState(0), n_channels=4, n_units=2, n_rows=1).channels
    array([1, 3, 1, 3])
    """

    channels: tuple[int, ...]
    wiring: InputWiring = field(default_factory=Projection)

    def _check(self) -> None:
        try:
            given = tuple(self.channels)
        except TypeError:
            raise TypeError(
                f"channels must be numbers of channels, not {self.channels!r}."
            ) from None
        for channel in given:
            check_count("channels", channel, 0)
        if not given or len(set(given)) < len(given):
            raise ValueError(f"channels={given!r} must name at least one channel, each once.")
        object.__setattr__(self, "channels", tuple(map(int, given)))  # frozen for everyone else
        if not isinstance(self.wiring, InputWiring):
            raise TypeError(f"wiring must be an InputWiring, not {self.wiring!r}.")

    def synapses(
        self, random_state: RandomState, n_channels: int, n_units: int, n_rows: int
    ) -> Synapses:
        if max(self.channels) >= n_channels:
            raise ValueError(
                f"input_wiring={self!r} needs at least {max(self.channels) + 1} channels; X has "
                f"{n_channels}."
            )
        drawn = self.wiring.synapses(random_state, len(self.channels), n_units, n_rows)
        return drawn._replace(channels=np.array(self.channels)[drawn.channels])
