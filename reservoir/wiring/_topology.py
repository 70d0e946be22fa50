"""Base of topologies: a rule that draws synapses, with a distribution of weights."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy import sparse

from .._distributions import Constant, Distribution
from .._rule import Rule, check_count, check_fraction

Edges = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True)
class Topology(Rule, ABC):
    """A rule by which units are connected.

    Searches can set the numbers of a topology, as in ``{"wiring__degree": [10, 30]}``. A new
    topology implements :meth:`edges`.

    Parameters
    ----------
    weights : Distribution, default=None
        Distribution of the weights; None: the reservoir chooses.
    """

    weights: Distribution | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if not isinstance(self.weights, Distribution | None):
            raise TypeError(f"weights must be a Distribution or None, not {self.weights!r}.")
        self._check()

    def _check(self) -> None:
        """Raise TypeError or ValueError where a number is not valid."""

    @abstractmethod
    def edges(self, random_state: RandomState, n_units: int, n_excitatory: int) -> Iterator[Edges]:
        """Draw the synapses, piece by piece, so that large networks need little memory.

        Parameters
        ----------
        random_state : RandomState
            Source of randomness.
        n_units : int
            Number of units.
        n_excitatory : int
            Number of excitatory units, which are the first.

        Yields
        ------
        tuple of ndarray of shape (n,)
            Source and target of each synapse of the piece; no pair twice.
        """

    def sample(
        self,
        random_state: RandomState,
        n_units: int,
        n_excitatory: int | None = None,
        weights: Distribution | None = None,
    ) -> sparse.csr_array:
        """Draw a network.

        Parameters
        ----------
        random_state : RandomState
            Source of randomness.
        n_units : int
            Number of units.
        n_excitatory : int, default=None
            Number of excitatory units, which are the first; all by default.
        weights : Distribution, default=None
            Distribution of the weights, if the topology has none; 1 by default.

        Returns
        -------
        sparse array of shape (n_units, n_units)
            Weights from row (source) to column (target).
        """
        chosen = self.weights or weights or Constant(1.0)
        pool = n_units if n_excitatory is None else n_excitatory

        def pieces(random_state: RandomState) -> Iterator[tuple[NDArray[Any], ...]]:
            for sources, targets in self.edges(random_state, n_units, pool):
                yield sources, targets, chosen.sample(random_state, len(sources))

        # Drawn twice, first to count them and then to store them: the synapses of a large
        # network should not be in memory twice.
        counts = np.zeros(n_units, dtype=np.int64)
        for sources, _, _ in pieces(deepcopy(random_state)):
            counts += np.bincount(sources, minlength=n_units)
        starts = np.concatenate([[0], np.cumsum(counts)])
        columns = np.empty(starts[-1], dtype=np.int32)
        data = np.empty(starts[-1])
        free = starts[:-1].copy()
        for sources, targets, drawn in pieces(random_state):
            order = np.argsort(sources, kind="stable")
            counts = np.bincount(sources, minlength=n_units)
            places = np.arange(len(order)) + np.repeat(free - np.cumsum(counts) + counts, counts)
            columns[places], data[places] = targets[order], drawn[order]
            free += counts
        index = np.int32 if starts[-1] < 2**31 else np.int64
        parts = data, columns.astype(index, copy=False), starts.astype(index)
        matrix = sparse.csr_array(parts, (n_units, n_units))
        matrix.sort_indices()
        return matrix


def check_degree(degree: Any) -> None:
    """Raise if a degree is neither a number of units nor a fraction of them.

    Parameters
    ----------
    degree : object
        The value.
    """
    if isinstance(degree, float):
        check_fraction("degree", degree)
    else:
        check_count("degree", degree, 0)


def check_room(degree: int, n_units: int) -> None:
    """Raise if there are fewer other units than the degree.

    Parameters
    ----------
    degree : int
        Partners of each unit.
    n_units : int
        Number of units.
    """
    if degree >= n_units > 1:
        raise ValueError(f"degree={degree} is more than the other units of {n_units}.")
