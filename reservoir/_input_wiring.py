"""Weights from channels to units."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import RandomState
from scipy import sparse

from .wiring._distinct import choose_distinct
from .wiring._scaling import as_matrix

__all__ = ["draw_input_weights"]


def draw_input_weights(
    random_state: RandomState, shape: tuple[int, int], *, wiring: Any, connectivity: float
) -> sparse.csr_array:
    """Connect every unit to the same number of channels, weights uniform in [-1, 1].

    Parameters
    ----------
    random_state : RandomState
        Source of randomness.
    shape : tuple of (int, int)
        Numbers of channels and of units.
    wiring : sparse matrix, array-like or None
        Weights to take instead.
    connectivity : float
        Share of the channels that a unit is connected to.

    Returns
    -------
    csr_array of the given shape
    """
    if wiring is not None:
        return as_matrix("input_wiring", wiring, shape)
    n_channels, n_units = shape
    degree = max(1, round(connectivity * n_channels))
    channels = choose_distinct(random_state, n_units, n_channels, degree).ravel()
    weights = random_state.uniform(-1, 1, channels.size)
    units = np.repeat(np.arange(n_units), degree)
    return sparse.csr_array(sparse.coo_array((weights, (channels, units)), shape=shape))
