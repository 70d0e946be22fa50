"""A cycle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.random import RandomState

from .._distributions import Constant, Distribution
from ._topology import Edges, Topology


@dataclass(frozen=True)
class Ring(Topology):
    """Every unit sends to the next, and the last to the first.

    Parameters
    ----------
    weights : Distribution, default=Constant(1.0)
        Distribution of the weights.

    References
    ----------
    Rodan, Tino, "Minimum complexity echo state network", IEEE Transactions on Neural
    Networks 22, 131-144, 2011.

    Examples
    --------
    >>> from sparcelearn.reservoir import EchoStateReservoir, Ring
    >>> reservoir = EchoStateReservoir(n_units=3, wiring=Ring(), random_state=0).fit([[1.0]])
    >>> reservoir.recurrent_weights_.toarray()
    array([[0. , 0.9, 0. ],
           [0. , 0. , 0.9],
           [0.9, 0. , 0. ]])
    """

    weights: Distribution | None = field(default=Constant(1.0), kw_only=True)

    def edges(self, random_state: RandomState, n_units: int, n_excitatory: int) -> Iterator[Edges]:
        sources = np.arange(n_units if n_units > 1 else 0)
        yield sources, (sources + 1) % max(1, n_units)
