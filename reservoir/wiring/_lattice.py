"""Units in space, connected by distance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import RandomState

from .._rule import check_count, check_fraction
from ._distinct import BLOCK, choose_distinct
from ._topology import Edges, Topology


@dataclass(frozen=True)
class Lattice(Topology):
    r"""Units on a lattice, connected with a probability that falls with distance.

    .. math:: P(i \to j) = C \, e^{-(D_{ij} / \lambda)^2}

    with :math:`C` a constant for the kinds of source and target, and :math:`D` the distance in
    steps of the lattice. Units are placed on its sites at random.

    Parameters
    ----------
    decay_length : float, default=2.0
        :math:`\lambda`, in steps of the lattice.
    probabilities : tuple of 4 floats, default=(0.3, 0.2, 0.4, 0.1)
        :math:`C` from excitatory to excitatory units, excitatory to inhibitory,
        inhibitory to excitatory, and inhibitory to inhibitory.
    shape : tuple of int, default=None
        Sites along each side. None is the smallest cube with room for all units; sites may be
        empty.
    weights : Distribution, default=None
        Distribution of the weights; None: the reservoir chooses.

    References
    ----------
    Maass, Natschlaeger, Markram, "Real-time computing without stable states", Neural
    Computation 14, 2531-2560, 2002.

    Examples
    --------
    >>> from sparcelearn.reservoir import Lattice, SpikingReservoir
    >>> column = Lattice(shape=(15, 3, 3))
    >>> reservoir = SpikingReservoir(135, wiring=column, loop_gain=0.8, random_state=0)
    >>> reservoir.fit([[0.0], [1.0], [2.0]]).recurrent_weights_.shape
    (135, 135)
    """

    decay_length: float = 2.0
    probabilities: tuple[float, float, float, float] = (0.3, 0.2, 0.4, 0.1)
    shape: tuple[int, ...] | None = None

    def _check(self) -> None:
        if isinstance(self.decay_length, bool) or not isinstance(self.decay_length, (int, float)):
            raise TypeError(f"decay_length must be a number, not {self.decay_length!r}.")
        if not self.decay_length > 0:
            raise ValueError(f"decay_length must be above 0, not {self.decay_length}.")
        if not isinstance(self.probabilities, tuple) or len(self.probabilities) != 4:
            raise TypeError(f"probabilities must be 4 numbers, not {self.probabilities!r}.")
        for probability in self.probabilities:
            check_fraction("probabilities", probability)
        if not isinstance(self.shape, tuple | None):
            raise TypeError(f"shape must be a tuple of integers or None, not {self.shape!r}.")
        for side in self.shape or ():
            check_count("shape", side, 1)

    def edges(self, random_state: RandomState, n_units: int, n_excitatory: int) -> Iterator[Edges]:
        side = round(n_units ** (1 / 3))
        side += side**3 < n_units
        shape = np.array(self.shape or (side,) * 3)
        if shape.prod() < n_units:
            raise ValueError(f"shape={self.shape} has {shape.prod()} sites for {n_units} units.")
        unit_at = np.full(shape.prod(), -1)
        unit_at[random_state.permutation(shape.prod())[:n_units]] = np.arange(n_units)
        chances = np.array(self.probabilities).reshape(2, 2)
        highest = chances.max()

        # For each displacement in the lattice: the number of pairs with it, and the number of
        # them that are connected, as if all were of the most probable kind.
        steps = np.stack(np.meshgrid(*(np.arange(1 - n, n) for n in shape), indexing="ij"), axis=-1)
        steps = steps.reshape(-1, len(shape))
        steps = steps[np.any(steps != 0, axis=1)]
        chance = highest * np.exp(-np.sum(steps**2, axis=1) / self.decay_length**2)
        n_pairs = np.prod(shape - np.abs(steps), axis=1)
        n_chosen = random_state.binomial(n_pairs, chance)

        pieces: list[Edges] = [(np.zeros(0, dtype=int), np.zeros(0, dtype=int))]
        n_waiting = 0
        for k in np.flatnonzero(n_chosen):
            pairs = choose_distinct(random_state, 1, int(n_pairs[k]), int(n_chosen[k]))[0]
            box = shape - np.abs(steps[k])
            start = np.stack(np.unravel_index(pairs, box), axis=1) + np.maximum(-steps[k], 0)
            sources = unit_at[np.ravel_multi_index(tuple(start.T), shape)]
            targets = unit_at[np.ravel_multi_index(tuple((start + steps[k]).T), shape)]
            # keep a pair with the relative probability of its kind
            kept = chances[(sources >= n_excitatory) * 1, (targets >= n_excitatory) * 1]
            is_kept = random_state.random_sample(len(pairs)) * highest < kept
            is_kept &= (sources >= 0) & (targets >= 0)
            pieces.append((sources[is_kept], targets[is_kept]))
            n_waiting += len(pairs)
            if n_waiting > BLOCK:
                yield _joined(pieces)
                pieces, n_waiting = pieces[:1], 0
        yield _joined(pieces)


def _joined(pieces: list[Edges]) -> Edges:
    sources, targets = zip(*pieces, strict=True)
    return np.concatenate(sources), np.concatenate(targets)
