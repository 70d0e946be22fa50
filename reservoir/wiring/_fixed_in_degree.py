"""Random wiring in which every unit receives from the same number of others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from ._distinct import blocks, choose_distinct
from ._topology import Edges, Topology, check_degree, check_room


@dataclass(frozen=True)
class FixedInDegree(Topology):
    """Every unit receives from the same number of others, chosen at random.

    The number is divided among excitatory and inhibitory sources in proportion to their
    numbers, at least one of each, so that all units have the same balance.

    Parameters
    ----------
    degree : int or float, default=0.1
        Sources of each unit: their number, or, as a float from 0 to 1, their fraction.
    weights : Distribution, default=None
        Distribution of the weights; None: the reservoir chooses.

    Examples
    --------
    >>> from sparcelearn.reservoir import FixedInDegree, SpikingReservoir
    >>> reservoir = SpikingReservoir(50, wiring=FixedInDegree(5), loop_gain=0.8, random_state=0)
    >>> reservoir.fit([[0.0], [1.0], [2.0]]).recurrent_weights_.nnz
    250
    """

    degree: int | float = 0.1

    def _check(self) -> None:
        check_degree(self.degree)

    def edges(self, random_state: RandomState, n_units: int, n_excitatory: int) -> Iterator[Edges]:
        units = np.arange(n_units)
        if not isinstance(self.degree, float):
            check_room(self.degree, n_units)
        for pool in (units[:n_excitatory], units[n_excitatory:]):
            share = self.degree * len(pool) / (1 if isinstance(self.degree, float) else n_units)
            # both kinds even in a small network: without inhibition activity would grow
            degree = min(max(1, round(share)), len(pool) - 1)
            if self.degree > 0 and degree > 0:
                for targets in blocks(units, degree):
                    yield fixed_in_degree(random_state, pool, targets, degree)


def fixed_in_degree(
    random_state: RandomState, sources: NDArray[np.int64], targets: NDArray[np.int64], degree: int
) -> Edges:
    """Connect every target to ``degree`` of the sources, never to itself.

    Parameters
    ----------
    random_state : RandomState
        Source of randomness.
    sources : ndarray of shape (n_sources,)
        Sorted indices of possible sources.
    targets : ndarray of shape (n_targets,)
        The targets.
    degree : int
        Sources for each target; at most ``n_sources - 1``.

    Returns
    -------
    tuple of ndarray of shape (n_targets * degree,)
        Source and target of each synapse.
    """
    itself = np.isin(targets, sources)
    places = np.empty((len(targets), degree), dtype=np.int64)
    places[~itself] = choose_distinct(random_state, (~itself).sum(), len(sources), degree)
    others = choose_distinct(random_state, itself.sum(), len(sources) - 1, degree)
    own_place = np.searchsorted(sources, targets[itself])[:, np.newaxis]
    places[itself] = others + (others >= own_place)
    return sources[places.ravel()], np.repeat(targets, degree)
