"""A random permutation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.random import RandomState

from .._distributions import Constant, Distribution
from ._topology import Edges, Topology


@dataclass(frozen=True)
class Permutation(Topology):
    """Every unit sends to one other unit and receives from one.

    With equal weights the matrix is a multiple of an orthogonal one: all activity in it decays
    at one rate.

    Parameters
    ----------
    weights : Distribution, default=Constant(1.0)
        Distribution of the weights.

    References
    ----------
    Boedecker, Obst, Mayer, Asada, "Initialization and self-organized optimization of
    recurrent neural network connectivity", HFSP Journal 3, 340-349, 2009.

    Examples
    --------
    >>> from numpy.random import RandomState
    >>> from sparcelearn.reservoir import Permutation
    >>> Permutation().sample(RandomState(0), n_units=3).toarray()
    array([[0., 0., 1.],
           [1., 0., 0.],
           [0., 1., 0.]])
    """

    weights: Distribution | None = field(default=Constant(1.0), kw_only=True)

    def edges(self, random_state: RandomState, n_units: int, n_excitatory: int) -> Iterator[Edges]:
        sources = np.arange(n_units if n_units > 1 else 0)
        targets = sources.copy()
        while np.any(targets == sources):  # one in e permutations has no fixed point
            targets = random_state.permutation(len(sources))
        yield sources, targets
