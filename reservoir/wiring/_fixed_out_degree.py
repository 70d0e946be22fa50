"""Random wiring in which every unit sends to the same number of others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import RandomState

from ._distinct import blocks, choose_distinct
from ._topology import Edges, Topology, check_degree, check_room


@dataclass(frozen=True)
class FixedOutDegree(Topology):
    """Every unit sends to the same number of others, chosen at random.

    Parameters
    ----------
    degree : int or float, default=0.1
        Targets of each unit: their number, or, as a float from 0 to 1, their fraction.
    weights : Distribution, default=None
        Distribution of the weights; None: the reservoir chooses.

    Examples
    --------
    >>> from numpy.random import RandomState
    >>> from sparcelearn.reservoir import FixedOutDegree
    >>> FixedOutDegree(2).sample(RandomState(0), n_units=4).sum(axis=1)
    array([2., 2., 2., 2.])
    """

    degree: int | float = 0.1

    def _check(self) -> None:
        check_degree(self.degree)

    def edges(self, random_state: RandomState, n_units: int, n_excitatory: int) -> Iterator[Edges]:
        degree = self.degree
        if isinstance(degree, float):
            degree = round(degree * (n_units - 1))
        check_room(degree, n_units)
        for sources in blocks(np.arange(n_units if n_units > 1 else 0), degree):
            others = choose_distinct(random_state, len(sources), n_units - 1, degree)
            targets = others + (others >= sources[:, np.newaxis])
            yield np.repeat(sources, degree), targets.ravel()
