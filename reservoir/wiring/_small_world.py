"""A ring with shortcuts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import RandomState

from .._rule import check_count, check_fraction
from ._distinct import blocks, make_distinct
from ._topology import Edges, Topology, check_room


@dataclass(frozen=True)
class SmallWorld(Topology):
    """Units on a ring send to their nearest neighbours; some synapses are shortcuts.

    Parameters
    ----------
    degree : int, default=10
        Targets of each unit, half of them on each side.
    rewiring : float, default=0.1
        Probability that a synapse goes to a random other unit instead.
    weights : Distribution, default=None
        Distribution of the weights; None: the reservoir chooses.

    References
    ----------
    Watts, Strogatz, "Collective dynamics of 'small-world' networks", Nature 393,
    440-442, 1998.

    Examples
    --------
    >>> from numpy.random import RandomState
    >>> from sparcelearn.reservoir import SmallWorld
    >>> SmallWorld(2, rewiring=0.0).sample(RandomState(0), n_units=4).toarray()
    array([[0., 1., 0., 1.],
           [1., 0., 1., 0.],
           [0., 1., 0., 1.],
           [1., 0., 1., 0.]])
    """

    degree: int = 10
    rewiring: float = 0.1

    def _check(self) -> None:
        check_count("degree", self.degree, 0)
        check_fraction("rewiring", self.rewiring)

    def edges(self, random_state: RandomState, n_units: int, n_excitatory: int) -> Iterator[Edges]:
        check_room(self.degree, n_units)
        steps = np.arange(self.degree)
        offsets = (steps // 2 + 1) * np.where(steps % 2, -1, 1)  # 1, -1, 2, -2, ...
        for sources in blocks(np.arange(n_units if n_units > 1 else 0), self.degree):
            targets = (sources[:, np.newaxis] + offsets) % n_units
            leaves = random_state.random_sample(targets.shape) < self.rewiring
            targets[leaves] = random_state.randint(n_units, size=leaves.sum())
            make_distinct(
                targets, sources, lambda rows: random_state.randint(n_units, size=len(rows))
            )
            yield np.repeat(sources, self.degree), targets.ravel()
