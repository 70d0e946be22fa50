"""Weights that are plain numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.jit import inlined

from ._synapse import Synapse, check_number


@dataclass(frozen=True)
class FloatSynapse(Synapse):
    """A weight that takes every change as proposed, within bounds if there are any.

    Without a bound old memories are only masked by new ones; with a bound new ones replace
    them (a palimpsest).

    Parameters
    ----------
    bound : float, default=inf
        Largest magnitude of a weight, above 0.

    Examples
    --------
    >>> from sparcelearn.readouts import DeltaRegressor
    >>> from sparcelearn.readouts.synapses import FloatSynapse
    >>> readout = DeltaRegressor(synapse=FloatSynapse(bound=1.0), random_state=0)
    >>> readout.fit([[1.0], [2.0], [3.0]], [2.0, 4.0, 6.0]).coef_.round(3)
    array([[1.]])
    """

    bound: float = np.inf

    def __post_init__(self) -> None:
        check_number(self, "bound", 0, np.inf, open_low=True)

    @property
    def switches(self) -> dict[str, bool]:
        """Whether weights are bounded."""
        return {"BOUNDED": bool(np.isfinite(self.bound))}

    @property
    def constants(self) -> NDArray[np.float64]:
        """The bound."""
        return np.array([self.bound], dtype=np.float64)


def or_plain(synapse: Synapse | None) -> Synapse:
    """Return the synapse model; None is plain numbers."""
    return _PLAIN if synapse is None else synapse


_PLAIN = FloatSynapse()  # frozen, so one serves all


# --- the text below this line goes into every generated module ---

AGES = False
BOUNDED = True


@inlined
def apply(w, dw, u, i, k, p, seed):
    """Return the sum of weight and change, cut to the bounds."""
    return max(-p[0], min(w + dw, p[0])) if BOUNDED else w + dw
