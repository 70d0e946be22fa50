"""What a synapse gives; all that writes to synapses is checked against this."""

import numpy as np

from .layout import Array

AGES = False
"""Whether a synapse changes when nothing is written to it, and is visited at every sample."""


def apply(w: float, dw: float, u: Array, i: int, k: int, p: Array, seed: np.uint64) -> float:
    """Return what becomes of weight w under a proposed change dw.

    A synapse knows itself alone: its weight, its hidden variables ``u[i, k]``, which it may
    change, the parameters p of its kind, and a seed of its own for each update. Unless
    ``AGES``, a dw of 0 changes nothing.
    """
    raise NotImplementedError
