"""A cycle with regular jumps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.random import RandomState
from scipy import sparse

from .._distributions import Constant, Distribution
from .._rule import check_count
from ._topology import Edges, Topology


@dataclass(frozen=True)
class CycleWithJumps(Topology):
    """Every unit sends to the next, and every so many units are joined in both directions.

    The cycle is that of :class:`Ring`. Jumps lead from unit 0 to unit ``jump``, from there to
    ``2 * jump`` and so on, and back; the last leads to unit 0 if it ends there. There is nothing
    random: a reservoir has three numbers, the weight of the cycle, of jumps, and of input.

    Parameters
    ----------
    jump : int, default=10
        How many units a jump passes, at least 2.
    jump_weight : float, default=0.5
        Weight of a jump, in multiples of those of the cycle.
    weights : Distribution, default=Constant(1.0)
        Distribution of the weights.

    References
    ----------
    Rodan, Tino, "Simple deterministically constructed cycle reservoirs with regular jumps",
    Neural Computation 24(7), 1822-1852, 2012.

    Examples
    --------
    >>> from numpy.random import RandomState
    >>> from sparcelearn.reservoir import CycleWithJumps
    >>> CycleWithJumps(jump=2).sample(RandomState(0), n_units=4).toarray()
    array([[0. , 1. , 0.5, 0. ],
           [0. , 0. , 1. , 0. ],
           [0.5, 0. , 0. , 1. ],
           [1. , 0. , 0. , 0. ]])
    """

    jump: int = 10
    jump_weight: float = 0.5
    weights: Distribution | None = field(default=Constant(1.0), kw_only=True)

    def _check(self) -> None:
        check_count("jump", self.jump, 2)
        if not np.isfinite(self.jump_weight):
            raise ValueError(f"jump_weight={self.jump_weight} must be finite.")

    def edges(self, random_state: RandomState, n_units: int, n_excitatory: int) -> Iterator[Edges]:
        sources = np.arange(n_units if n_units > 1 else 0)
        yield sources, (sources + 1) % max(1, n_units)
        yield self._jumps(n_units)

    def sample(
        self,
        random_state: RandomState,
        n_units: int,
        n_excitatory: int | None = None,
        weights: Distribution | None = None,
    ) -> sparse.csr_array:
        matrix = super().sample(random_state, n_units, n_excitatory, weights)
        sources, targets = self._jumps(n_units)
        is_jump = sparse.csr_array(
            (np.ones(len(sources)), (sources, targets)), shape=(n_units, n_units)
        )
        scaled = sparse.csr_array(matrix + (self.jump_weight - 1) * matrix.multiply(is_jump))
        scaled.sort_indices()
        return scaled

    def _jumps(self, n_units: int) -> Edges:
        stops = np.arange(0, n_units, self.jump)
        here, there = stops[:-1], stops[1:]
        if len(stops) > 2 and n_units % self.jump == 0:  # the last one closes the circle
            here, there = np.append(here, stops[-1]), np.append(there, 0)
        return np.concatenate([here, there]), np.concatenate([there, here])
