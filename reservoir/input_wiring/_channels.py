"""Which channels a unit hears: a few, or many."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from ..wiring._distinct import choose_distinct

__all__ = ["choose_channels", "log_uniform"]


def choose_channels(
    random_state: RandomState, n_units: int, n_channels: int, most: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Choose channels for every unit, their number drawn so that its logarithm is uniform.

    Parameters
    ----------
    random_state : RandomState
        Source of randomness.
    n_units, n_channels : int
        Numbers of units and of channels.
    most : int
        Largest number of channels of a unit.

    Returns
    -------
    channels, units : ndarray of shape (n_pairs,)
        Pairs of a channel and a unit that hears it.
    """
    n_heard = log_uniform(random_state, n_units, most)
    channels, units = [], []
    for degree in np.unique(n_heard):
        of_degree = np.flatnonzero(n_heard == degree)
        channels.append(choose_distinct(random_state, len(of_degree), n_channels, degree).ravel())
        units.append(np.repeat(of_degree, degree))
    return np.concatenate(channels), np.concatenate(units)


def log_uniform(random_state: RandomState, size: int, highest: int) -> NDArray[np.int64]:
    """Draw integers from 1 to the highest, small ones more often: their logarithm is uniform.

    Parameters
    ----------
    random_state : RandomState
        Source of randomness.
    size : int
        How many.
    highest : int
        The largest.

    Returns
    -------
    ndarray of shape (size,)
    """
    drawn = np.exp(random_state.uniform(0, np.log(highest + 1), size)).astype(np.int64)
    return np.clip(drawn, 1, highest)
