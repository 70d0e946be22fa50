"""Modules within modules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.random import RandomState

from .._rule import check_count, check_fraction
from ._distinct import blocks, make_distinct
from ._topology import Edges, Topology, check_room


@dataclass(frozen=True)
class Hierarchical(Topology):
    """Modules within modules: most synapses stay close, some reach further.

    The network is divided into ``branching`` modules of equal size, each of these again, and so
    on for ``n_levels`` levels. A synapse stays in the smallest module of its source with
    probability ``locality``; if not, in the next larger one with the same probability, and so
    on. Units are assigned to modules at random, so that all contain inhibitory ones.

    Parameters
    ----------
    degree : int, default=10
        Targets of each unit.
    n_levels : int, default=2
        Number of levels of modules.
    branching : int, default=4
        Modules within a module.
    locality : float, default=0.7
        Probability to stay in a module rather than leave it, below 1.
    weights : Distribution, default=None
        Distribution of the weights; None: the reservoir chooses.

    References
    ----------
    Kaiser, Hilgetag, "Optimal hierarchical modular topologies for producing limited sustained
    activation of neural networks", Frontiers in Neuroinformatics 4, 8, 2010.

    Examples
    --------
    >>> from numpy.random import RandomState
    >>> from sparcelearn.reservoir import Hierarchical
    >>> Hierarchical(5).sample(RandomState(0), n_units=100).nnz
    500
    """

    degree: int = 10
    n_levels: int = 2
    branching: int = 4
    locality: float = 0.7

    def _check(self) -> None:
        check_count("degree", self.degree, 0)
        check_count("n_levels", self.n_levels, 0)
        check_count("branching", self.branching, 2)
        check_fraction("locality", self.locality)
        if self.locality == 1:
            raise ValueError("locality must be below 1: modules may be smaller than the degree.")

    def edges(self, random_state: RandomState, n_units: int, n_excitatory: int) -> Iterator[Edges]:
        check_room(self.degree, n_units)
        unit_at = random_state.permutation(n_units)

        def draw(sites: np.ndarray) -> np.ndarray:
            leaves = random_state.geometric(max(self.locality, 1e-9), size=len(sites)) - 1
            n_modules = self.branching ** np.maximum(self.n_levels - leaves, 0)
            module = sites * n_modules // n_units
            first = -(-module * n_units // n_modules)
            last = -(-(module + 1) * n_units // n_modules)
            places = random_state.random_sample(len(sites)) * (last - first)
            return first + places.astype(int)

        for sites in blocks(np.arange(n_units if n_units > 1 else 0), self.degree):
            starts = np.repeat(sites, self.degree).reshape(len(sites), self.degree)
            targets = draw(starts.ravel()).reshape(starts.shape)
            make_distinct(targets, sites, partial(_redraw, draw, sites))
            yield unit_at[starts.ravel()], unit_at[targets.ravel()]


def _redraw(
    draw: Callable[[np.ndarray], np.ndarray], sites: np.ndarray, rows: np.ndarray
) -> np.ndarray:
    return draw(sites[rows])
