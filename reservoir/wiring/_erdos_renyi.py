"""Random wiring in which every pair is connected with the same probability."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import RandomState

from .._rule import check_fraction
from ._distinct import BLOCK
from ._topology import Edges, Topology


@dataclass(frozen=True)
class ErdosRenyi(Topology):
    """Every ordered pair of units is connected with the same probability.

    The distances between synapses in the list of pairs are drawn, so that time and memory are
    proportional to the number of synapses, not of pairs.

    Parameters
    ----------
    probability : float, default=0.1
        Probability of a synapse.
    weights : Distribution, default=None
        Distribution of the weights; None: the reservoir chooses.

    References
    ----------
    Batagelj, Brandes, "Efficient generation of large random networks", Physical Review
    E 71, 036113, 2005.

    Examples
    --------
    >>> from numpy.random import RandomState
    >>> from sparcelearn.reservoir import ErdosRenyi
    >>> ErdosRenyi(0.5).sample(RandomState(0), n_units=10).nnz
    39
    """

    probability: float = 0.1

    def _check(self) -> None:
        check_fraction("probability", self.probability)

    def edges(self, random_state: RandomState, n_units: int, n_excitatory: int) -> Iterator[Edges]:
        n_pairs = n_units * (n_units - 1)
        last = -1
        while self.probability > 0 and last < n_pairs:
            expected = int(self.probability * (n_pairs - last)) + 16
            leaps = random_state.geometric(self.probability, size=min(BLOCK, expected))
            pairs = last + np.cumsum(leaps)
            last = int(pairs[-1])
            pairs = pairs[pairs < n_pairs]
            sources, others = np.divmod(pairs, max(1, n_units - 1))
            yield sources, others + (others >= sources)
