"""Sequences of odours whose class depends on both context and odour."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_array, check_random_state

from ._checks import AT_LEAST_0, COUNT, SEED, checked, whole

N_ODOURS = 3  # in a sequence


@checked(
    {
        "odours": ["array-like"],
        "n_basis": COUNT,
        "n_classes": whole(2),
        "n_draws": COUNT,
        "steps_per_odour": whole(1),
        "noise": AT_LEAST_0,
        "random_state": SEED,
    }
)
def make_odour_sequences(
    odours: ArrayLike,
    *,
    n_basis: int = 4,
    n_classes: int = 2,
    n_draws: int = 1,
    steps_per_odour: int = 10,
    noise: float = 0.0,
    random_state: int | RandomState | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Combine odours, or any rows, into sequences of three.

    ``n_basis`` sequences are drawn for each of ``n_classes`` contexts. Each is copied with
    one of its odours replaced, at each of the three places by each of ``n_classes`` others.
    All contexts share the replacements, but replacement ``r`` in context ``c`` gives class
    ``(r + c) % n_classes``: as with exclusive or, both must be known.

    Parameters
    ----------
    odours : array-like of shape (n_odours, n_channels)
        A row for each odour, such as the responses of receptors. They are divided by the
        largest value.
    n_basis : int, default=4
        Sequences drawn for each context; more make the task larger.
    n_classes : int, default=2
        Number of classes, contexts and replacements at each place.
    n_draws : int, default=1
        How often each sequence is presented, each time with new noise.
    steps_per_odour : int, default=10
        Time steps for which an odour is held.
    noise : float, default=0.0
        Standard deviation of normal noise: each channel of each presented odour is
        multiplied by 1 plus noise.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    X : ndarray of shape (n_draws * n_sequences, 3 * steps_per_odour, n_channels)
        All ``n_sequences = 3 * n_classes**2 * n_basis`` sequences, ``n_draws`` times. The
        first draws may be used for learning and the others for testing.
    y : ndarray of shape (n_draws * n_sequences,)
        Their classes.

    Raises
    ------
    ValueError
        If there are fewer odours than ``3 + n_classes``, or none is above 0.

    References
    ----------
    L. Manneschi, A. C. Lin, E. Vasilaki, "SpaRCe: Improved Learning of Reservoir
    Computing Systems Through Sparse Representations", IEEE Transactions on Neural
    Networks and Learning Systems 34(2), 824-838, 2023.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.datasets import make_odour_sequences
    >>> odours = np.random.RandomState(0).uniform(size=(100, 24))
    >>> X, y = make_odour_sequences(odours, n_draws=5, noise=0.2, random_state=0)
    >>> X.shape, np.bincount(y)
    ((240, 30, 24), array([120, 120]))
    """
    rows = check_array(odours, dtype=np.float64, input_name="odours")
    if len(rows) < N_ODOURS + n_classes or rows.max() <= 0:
        raise ValueError(
            f"odours must have at least {N_ODOURS + n_classes} rows and a value above 0, not "
            f"{len(rows)} rows of at most {rows.max()}."
        )
    rng = check_random_state(random_state)
    sequences, y = _sequences(rng, len(rows), n_basis, n_classes)
    presented = np.tile(rows[sequences] / rows.max(), (n_draws, 1, 1))
    presented = presented * (1 + noise * rng.standard_normal(presented.shape))
    return np.repeat(presented, steps_per_odour, axis=1), np.tile(y, n_draws)


def _sequences(
    rng: RandomState, n_odours: int, n_basis: int, n_classes: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return numbers of odours, of shape (n_sequences, 3), and classes."""
    sequences, y = [], []
    for _ in range(n_basis):
        contexts = [rng.choice(n_odours, N_ODOURS, replace=False) for _ in range(n_classes)]
        for place in range(N_ODOURS):
            used = np.unique([context[place] for context in contexts])
            others = rng.permutation(np.setdiff1d(np.arange(n_odours), used))[:n_classes]
            for c, context in enumerate(contexts):
                for r, odour in enumerate(others):
                    copy = context.copy()
                    copy[place] = odour
                    sequences.append(copy)
                    y.append((r + c) % n_classes)
    return np.array(sequences), np.array(y, dtype=np.int64)
