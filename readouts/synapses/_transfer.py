"""Chains of two-level synapses: the first learns, each of the others copies the one before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.jit import inlined

from ..kernels.counter_random import uniform
from ._synapse import Response, Synapse, check_number, check_rates, two_level_start


@dataclass(frozen=True)
class TransferSynapse(Synapse):
    """Partitioned memory: a chain of stages, of which the first learns and the others copy.

    Stage 1 takes the sign of a proposed change dw with probability ``min(1, rates[0] * |dw|)``.
    At every update, also at those without a change, each later stage copies the old state of the
    stage before it with probability ``rates[k]``. The weight is the mean of the stages [1]_.
    Memories move to slower stages before they are overwritten.

    Parameters
    ----------
    rates : tuple of float, default=(0.5, 0.05, 0.005)
        Probability for each stage, above 0 and at most 1.
    bound : float, default=1.0
        Magnitude of the weight if all stages agree, above 0. Stages start at random signs.

    References
    ----------
    .. [1] A. Roxin, S. Fusi, "Efficient Partitioning of Memory Systems and Its Importance for
       Memory Consolidation", PLoS Computational Biology 9(7), e1003146, 2013.

    Examples
    --------
    >>> from sparcelearn.measures import memory_lifetime
    >>> from sparcelearn.readouts.synapses import TransferSynapse
    >>> [memory_lifetime(TransferSynapse((0.03,) * n), 10_000) for n in (1, 2, 4)]
    [36, 60, 107]
    """

    rates: tuple[float, ...] = (0.5, 0.05, 0.005)
    bound: float = 1.0

    _writes_by_chance = True

    def __post_init__(self) -> None:
        check_rates(self)
        check_number(self, "bound", 0, np.finfo(float).max, open_low=True)

    @property
    def n_hidden(self) -> int:
        """One for each stage: its sign."""
        return len(self.rates)

    @property
    def constants(self) -> NDArray[np.float64]:
        """The rates, and the contribution of a stage to the weight."""
        return np.array([*self.rates, self.bound / len(self.rates)])

    def start(
        self, shape: tuple[int, int], random_state: np.random.RandomState
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        stages = two_level_start((*shape, self.n_hidden), 1.0, random_state)
        return stages.sum(axis=2) * self.constants[-1], stages

    def components(
        self, weights: NDArray[np.float64], hidden: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        return hidden.T

    def response(self) -> Response:
        rates = np.array(self.rates)
        n = rates.size
        entry = np.zeros(n)
        entry[0] = rates[0]
        transition = np.diag(1 - rates) + np.diag(rates[1:], k=-1)
        return Response(transition, entry, np.eye(n), np.ones(n), np.ones(n))


# --- the text below this line goes into every generated module ---

AGES = True


@inlined
def apply(w, dw, u, i, k, p, seed):
    """Let the stages copy, the last one first, and the first one learn."""
    n = u.shape[2]
    total = 0.0
    for j in range(n - 1, 0, -1):
        if uniform(seed, j) < p[j]:
            u[i, k, j] = u[i, k, j - 1]
        total += u[i, k, j]
    if uniform(seed, 0) < p[0] * abs(dw):
        u[i, k, 0] = 1.0 if dw > 0.0 else -1.0
    return (total + u[i, k, 0]) * p[n]
