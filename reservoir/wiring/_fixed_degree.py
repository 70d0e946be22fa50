"""Random wiring in which every unit hears the same number of others."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray


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
        Rising in each row.

    Examples
    --------
    >>> from numpy.random import RandomState
    >>> from sparcelearn.reservoir.wiring import choose_distinct
    >>> choose_distinct(RandomState(0), n_rows=2, n_choices=5, k=3)
    array([[1, 2, 3],
           [0, 2, 4]])
    """
    if 2 * k > n_choices:  # choose what to leave out: redrawing would take long
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


def fixed_in_degree(
    random_state: RandomState, sources: NDArray[np.int64], n_targets: int, degree: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Connect every unit to ``degree`` of the sources, never to itself.

    Parameters
    ----------
    random_state : RandomState
        Source of randomness.
    sources : ndarray of shape (n_sources,)
        Rising indices of the units that may be heard.
    n_targets : int
        Units ``0 .. n_targets - 1`` listen.
    degree : int
        Sources for each target; at most ``n_sources - 1``.

    Returns
    -------
    tuple of ndarray of shape (n_targets * degree,)
        Source and target of each synapse.
    """
    targets = np.arange(n_targets)
    itself = np.isin(targets, sources)
    places = np.empty((n_targets, degree), dtype=np.int64)
    places[~itself] = choose_distinct(random_state, (~itself).sum(), len(sources), degree)
    others = choose_distinct(random_state, itself.sum(), len(sources) - 1, degree)
    own_place = np.searchsorted(sources, targets[itself])[:, np.newaxis]
    places[itself] = others + (others >= own_place)
    return sources[places.ravel()], np.repeat(targets, degree)
