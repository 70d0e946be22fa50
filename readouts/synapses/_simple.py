"""Weights of a few levels that move by one level with a given probability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.jit import inlined

from ..kernels.counter_random import uniform
from ..kernels.levels import to_level
from ._synapse import Response, Synapse, check_count, check_number, markov_response


@dataclass(frozen=True)
class SimpleSynapse(Synapse):
    """A bounded weight of a few levels; it moves by one level with some probability.

    A change dw moves the weight one level in its direction with probability
    ``min(1, rate * |dw|)``, within the bounds. With two levels and writes of size 1, a memory's
    signal after t others is ``rate * (1 - rate)^t``: fast learning forgets fast, slow learning
    hardly learns, which is the stability-plasticity dilemma [1]_.

    Parameters
    ----------
    rate : float, default=0.5
        Probability that a change of size 1 moves the weight, above 0 and at most 1.
    n_levels : int, default=2
        Number of levels, evenly spaced from ``-bound`` to ``bound``; at least 2. Weights start
        at random levels.
    bound : float, default=1.0
        Largest magnitude of a weight, above 0.

    References
    ----------
    .. [1] D. J. Amit, S. Fusi, "Learning in Neural Networks with Material Synapses", Neural
       Computation 6(5), 957-982, 1994.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.readouts import DeltaClassifier
    >>> from sparcelearn.readouts.synapses import SimpleSynapse
    >>> X = np.random.default_rng(0).normal(size=(300, 20))
    >>> readout = DeltaClassifier(0.02, synapse=SimpleSynapse(n_levels=2), random_state=0)
    >>> np.unique(readout.fit(X, X[:, 0] > X[:, 1]).coef_)
    array([-1.,  1.])
    """

    rate: float = 0.5
    n_levels: int = 2
    bound: float = 1.0

    _writes_by_chance = True

    def __post_init__(self) -> None:
        check_number(self, "rate", 0, 1, open_low=True)
        check_count(self, "n_levels", 2)
        check_number(self, "bound", 0, np.finfo(float).max, open_low=True)

    @property
    def constants(self) -> NDArray[np.float64]:
        """The rate, and the number and distance of levels."""
        return np.array([self.rate, self.n_levels, 2 * self.bound / (self.n_levels - 1)])

    def start(
        self, shape: tuple[int, int], random_state: np.random.RandomState
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        levels = random_state.randint(0, self.n_levels, size=shape)
        return levels * self.constants[2] - self.bound, np.zeros((*shape, 0))

    def response(self) -> Response:
        n = self.n_levels
        up = (1 - self.rate) * np.eye(n) + self.rate * np.eye(n, k=1)
        up[-1, -1] = 1.0
        return markov_response(up, up[::-1, ::-1], np.linspace(-self.bound, self.bound, n))


# --- the text below this line goes into every generated module ---

AGES = False


@inlined
def apply(w, dw, u, i, k, p, seed):
    """Move the weight by one level, or not."""
    rate, n_levels, spacing = p[0], p[1], p[2]
    if uniform(seed, 0) >= rate * abs(dw):
        return w
    return to_level(w + (spacing if dw > 0.0 else -spacing), n_levels, spacing, 0.5)
