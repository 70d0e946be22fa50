"""Sampling without replacement, for many units at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

BLOCK = 2**20  # synapses drawn at a time


def choose_distinct(
    random_state: RandomState, n_rows: int, n_choices: int, k: int
) -> NDArray[np.int64]:
    """Choose ``k`` of ``n_choices`` numbers for each row, every subset equally likely.

    Parameters
    ----------
    random_state : RandomState
        Source of randomness.
    n_rows : int
        Number of independent choices.
    n_choices : int
        Numbers ``0 .. n_choices - 1`` to choose from.
    k : int
        How many to choose.

    Returns
    -------
    ndarray of shape (n_rows, k)
        Sorted in each row.

    Examples
    --------
    >>> from numpy.random import RandomState
    >>> from sparcelearn.reservoir.wiring import choose_distinct
    >>> choose_distinct(RandomState(0), n_rows=2, n_choices=5, k=3)
    array([[1, 2, 3],
           [0, 2, 4]])
    """
    if 2 * k > n_choices:  # choose those to leave out: redrawing would take long
        left_out = choose_distinct(random_state, n_rows, n_choices, n_choices - k)
        kept = np.ones((n_rows, n_choices), dtype=bool)
        np.put_along_axis(kept, left_out, False, axis=1)
        return np.nonzero(kept)[1].reshape(n_rows, k)
    chosen = np.sort(random_state.randint(n_choices, size=(n_rows, k)), axis=1)
    while True:
        repeated = np.zeros(chosen.shape, dtype=bool)
        repeated[:, 1:] = chosen[:, 1:] == chosen[:, :-1]
        if not repeated.any():
            return chosen
        chosen[repeated] = random_state.randint(n_choices, size=repeated.sum())
        chosen.sort(axis=1)


def make_distinct(
    targets: NDArray[np.int64],
    itself: NDArray[np.int64],
    redraw: Callable[[NDArray[np.int64]], NDArray[np.int64]],
) -> NDArray[np.int64]:
    """Redraw until no row contains a target twice, or its own unit.

    Parameters
    ----------
    targets : ndarray of shape (n_rows, k)
        Changed in place; sorted in each row on return.
    itself : ndarray of shape (n_rows,)
        The unit of each row.
    redraw : callable
        Given the rows, with repetition, returns a new target for each.

    Returns
    -------
    ndarray of shape (n_rows, k)
    """
    while True:
        targets.sort(axis=1)
        wrong = targets == itself[:, np.newaxis]
        wrong[:, 1:] |= targets[:, 1:] == targets[:, :-1]
        if not wrong.any():
            return targets
        targets[wrong] = redraw(np.nonzero(wrong)[0])


def blocks(units: NDArray[np.int64], degree: int) -> Iterator[NDArray[np.int64]]:
    """Split units into blocks of about a million synapses, with ``degree`` synapses each.

    Parameters
    ----------
    units : ndarray of shape (n_units,)
        The units.
    degree : int
        Synapses per unit.

    Yields
    ------
    ndarray
        The next units.
    """
    size = max(1, BLOCK // max(1, degree))
    for first in range(0, len(units), size):
        yield units[first : first + size]
