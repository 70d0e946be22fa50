"""Weights of limited precision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.jit import inlined

from ..kernels.counter_random import uniform
from ..kernels.levels import to_level
from ._synapse import Response, Synapse, check_count, check_number, markov_response, two_level_start

ROUNDINGS = ("stochastic", "nearest")


@dataclass(frozen=True)
class QuantizedSynapse(Synapse):
    """A weight that is rounded to evenly spaced levels after every change.

    Stochastic rounding rounds up with the fractional part as probability, so that changes much
    smaller than a level are kept on average. Rounding to the nearest level loses changes of
    less than half a level.

    Parameters
    ----------
    n_levels : int, default=255
        Levels from ``-bound`` to ``bound``, at least 2; ``2^B - 1`` for B bits with a sign.
    bound : float, default=1.0
        Largest magnitude of a weight, above 0.
    rounding : {"stochastic", "nearest"}, default="stochastic"
        How a weight is rounded to a level.

    References
    ----------
    .. [1] S. Gupta, A. Agrawal, K. Gopalakrishnan, P. Narayanan, "Deep Learning with Limited
       Numerical Precision", ICML 2015.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.readouts import DeltaClassifier
    >>> from sparcelearn.readouts.synapses import QuantizedSynapse
    >>> X = np.random.default_rng(0).normal(size=(300, 20))
    >>> four_bits = QuantizedSynapse(n_levels=15, bound=0.7)
    >>> readout = DeltaClassifier(synapse=four_bits, random_state=0)
    >>> codes = readout.fit(X, X[:, 0] > X[:, 1]).coef_ / 0.1
    >>> bool(np.allclose(codes, codes.round()))
    True
    """

    n_levels: int = 255
    bound: float = 1.0
    rounding: str = "stochastic"

    def __post_init__(self) -> None:
        check_count(self, "n_levels", 2)
        check_number(self, "bound", 0, np.finfo(float).max, open_low=True)
        if self.rounding not in ROUNDINGS:
            raise ValueError(
                f"rounding of QuantizedSynapse must be one of {ROUNDINGS}, got {self.rounding!r}"
            )

    @property
    def constants(self) -> NDArray[np.float64]:
        """The number of levels, their distance, and whether rounding is stochastic."""
        spacing = 2 * self.bound / (self.n_levels - 1)
        return np.array([self.n_levels, spacing, self.rounding == "stochastic"], dtype=np.float64)

    def start(
        self, shape: tuple[int, int], random_state: np.random.RandomState
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        half = 0.5 * self.constants[1] * (self.n_levels % 2 == 0)
        return two_level_start(shape, half, random_state), np.zeros((*shape, 0))

    def response(self) -> Response:
        values = np.linspace(-self.bound, self.bound, self.n_levels)
        return markov_response(self._transitions(1.0), self._transitions(-1.0), values)

    def _transitions(self, write: float) -> NDArray[np.float64]:
        """Return the probabilities of moving from level to level by a write."""
        n, levels = self.n_levels, np.arange(self.n_levels)
        aim = levels + write / self.constants[1]
        low = np.floor(aim if self.rounding == "stochastic" else aim + 0.5)
        share = aim - low if self.rounding == "stochastic" else np.zeros(n)
        chances = np.zeros((n, n))
        for target, chance in ((low, 1 - share), (low + 1, share)):
            np.add.at(chances, (levels, np.clip(target, 0, n - 1).astype(int)), chance)
        return chances


# --- the text below this line goes into every generated module ---

AGES = False


@inlined
def apply(w, dw, u, i, k, p, seed):
    """Round the sum of weight and change to a level."""
    if dw == 0.0:
        return w
    return to_level(w + dw, p[0], p[1], uniform(seed, 0) if p[2] != 0.0 else 0.5)
