"""Two-level synapses with depths: the longer they are not reversed, the harder they change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.jit import inlined

from ..kernels.counter_random import uniform
from ._synapse import Response, Synapse, check_count, check_number, markov_response, two_level_start


@dataclass(frozen=True)
class CascadeSynapse(Synapse):
    """A cascade of states: a weight of two levels, each with a ladder of depths [1]_.

    A change dw against the weight's sign reverses it, to the top of the other ladder, with
    probability q of its depth; a change along its sign increases the depth by one with
    probability p. Both are multiplied by ``min(1, |dw|)``, and fall by ``ratio`` from depth to
    depth, i = 1..n::

        q_i = ratio^(i-1), and q_n = ratio^(n-1) / (1 - ratio)      p_i = ratio^i / (1 - ratio)

    Memories decay as a power law, up to about ``ratio^-n`` writes.

    Parameters
    ----------
    n_levels : int, default=8
        Number of depths. With 1 a change always reverses the weight.
    ratio : float, default=0.5
        Ratio of probabilities from one depth to the next, above 0 and at most 0.5.
    bound : float, default=1.0
        Magnitude of the weights, above 0. They start at random signs and depths.

    References
    ----------
    .. [1] S. Fusi, P. J. Drew, L. F. Abbott, "Cascade Models of Synaptically Stored Memories",
       Neuron 45(4), 599-611, 2005.

    Examples
    --------
    >>> from sparcelearn.measures import memory_lifetime
    >>> from sparcelearn.readouts.synapses import CascadeSynapse
    >>> [memory_lifetime(CascadeSynapse(n), 10_000) for n in (4, 8, 12)]
    [18, 91, 59]
    """

    n_levels: int = 8
    ratio: float = 0.5
    bound: float = 1.0

    _writes_by_chance = True

    def __post_init__(self) -> None:
        check_count(self, "n_levels", 1)
        check_number(self, "ratio", 0, 0.5, open_low=True)
        check_number(self, "bound", 0, np.finfo(float).max, open_low=True)

    @property
    def n_hidden(self) -> int:
        """One: the depth, from 0."""
        return 1

    @property
    def constants(self) -> NDArray[np.float64]:
        """Probabilities to reverse at each depth, then to go deeper (0 at the last)."""
        n, x = self.n_levels, self.ratio
        turn = x ** np.arange(n)
        turn[-1] /= 1 - x if n > 1 else 1
        deepen = x ** np.arange(1, n + 1) / (1 - x)
        deepen[-1] = 0.0
        return np.concatenate([turn, deepen])

    def start(
        self, shape: tuple[int, int], random_state: np.random.RandomState
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        weights = two_level_start(shape, self.bound, random_state)
        depths = random_state.randint(0, self.n_levels, size=(*shape, 1))
        return weights, depths.astype(np.float64)

    def check_hidden(self, hidden: NDArray[np.float64]) -> None:
        if not np.all(np.isin(hidden, np.arange(self.n_levels))):
            raise ValueError(f"depths of synapses must be 0 to {self.n_levels - 1}")

    def response(self) -> Response:
        n = self.n_levels
        turn, deepen = self.constants[:n], self.constants[n:]
        up = np.zeros((2 * n, 2 * n))  # weak ones by depth, then strong ones by depth
        i = np.arange(n)
        up[i, i] = 1 - turn
        up[:n, n] = turn
        up[n + i, n + i] = 1 - deepen
        up[n + i[:-1], n + i[1:]] = deepen[:-1]
        down = np.roll(up, n, axis=(0, 1))
        return markov_response(up, down, np.repeat([-self.bound, self.bound], n))


# --- the text below this line goes into every generated module ---

AGES = False


@inlined
def apply(w, dw, u, i, k, p, seed):
    """Reverse the weight or increase its depth, or neither."""
    n, depth = p.size // 2, int(u[i, k, 0])
    if (dw > 0.0) == (w > 0.0):
        if uniform(seed, 0) < p[n + depth] * abs(dw):
            u[i, k, 0] = depth + 1
        return w
    if uniform(seed, 0) >= p[depth] * abs(dw):
        return w
    u[i, k, 0] = 0.0
    return -w
