"""Two-level synapses of several populations with different learning rates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.jit import inlined

from ..kernels.counter_random import uniform
from ._synapse import Response, Synapse, check_number, check_rates, two_level_start


@dataclass(frozen=True)
class HeterogeneousSynapse(Synapse):
    """Two-level synapses, some fast and some slow, that do not interact.

    Synapses are assigned to populations in turn; one of population k takes the sign of a
    proposed change dw with probability ``min(1, rates[k] * |dw|)``. Every memory is written to
    all populations: fast ones remember it strongly, slow ones for long.

    Parameters
    ----------
    rates : tuple of float, default=(0.5, 0.05, 0.005)
        Probability, above 0 and at most 1, that a change of size 1 is taken, by population.
    bound : float, default=1.0
        Magnitude of the weights, above 0. They start at random signs.

    Examples
    --------
    >>> from sparcelearn.measures import memory_lifetime
    >>> from sparcelearn.readouts.synapses import HeterogeneousSynapse
    >>> [memory_lifetime(HeterogeneousSynapse(r), 40_000) for r in ((0.5,), (0.5, 0.15, 0.045))]
    [6, 35]
    """

    rates: tuple[float, ...] = (0.5, 0.05, 0.005)
    bound: float = 1.0

    _writes_by_chance = True

    def __post_init__(self) -> None:
        check_rates(self)
        check_number(self, "bound", 0, np.finfo(float).max, open_low=True)

    @property
    def n_hidden(self) -> int:
        """One: the rate of the synapse, which never changes."""
        return 1

    def start(
        self, shape: tuple[int, int], random_state: np.random.RandomState
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        rates = np.resize(self.rates, shape)[..., None]
        return two_level_start(shape, self.bound, random_state), rates

    def components(
        self, weights: NDArray[np.float64], hidden: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        return np.where(hidden[:, 0] == np.unique(self.rates)[:, None], weights, 0.0)

    def response(self) -> Response:
        rates, counts = np.unique(self.rates, return_counts=True)
        variance = np.full(rates.size, float(self.bound) ** 2)
        entry = self.bound * rates
        return Response(
            np.diag(1 - rates), entry, np.eye(rates.size), variance, counts / len(self.rates)
        )


# --- the text below this line goes into every generated module ---

AGES = False


@inlined
def apply(w, dw, u, i, k, p, seed):
    """Take the sign of the change, or not."""
    if uniform(seed, 0) >= u[i, k, 0] * abs(dw):
        return w
    return abs(w) if dw > 0.0 else -abs(w)
