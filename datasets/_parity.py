"""Parity of the last bits of a stream: nonlinear memory."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from ._checks import COUNT, SEED, checked, whole


@checked({"n_timesteps": COUNT, "order": whole(1), "delay": whole(0), "random_state": SEED})
def make_temporal_parity(
    n_timesteps: int = 2000,
    *,
    order: int = 3,
    delay: int = 0,
    random_state: int | RandomState | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Draw bits; the label is 1 if an odd number of the last ``order`` bits are 1.

    Parameters
    ----------
    n_timesteps : int, default=2000
        Number of rows.
    order : int, default=3
        Number of successive bits. 2 is exclusive or.
    delay : int, default=0
        How many steps ago the last of these bits was.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    X : ndarray of shape (n_timesteps, 1)
        Bits as -1 and 1.
    y : ndarray of shape (n_timesteps,)
        0 or 1. Bits before the first row are drawn, too.

    References
    ----------
    N. Bertschinger, T. Natschlaeger, "Real-time computation at the edge of chaos in
    recurrent neural networks", Neural Computation 16(7), 1413-1436, 2004.

    Examples
    --------
    >>> from sparcelearn.datasets import make_temporal_parity
    >>> X, y = make_temporal_parity(50, order=2, random_state=0)
    >>> bool(((X[1:, 0] != X[:-1, 0]) == y[1:]).all())
    True
    """
    n_before = order - 1 + delay
    bits = check_random_state(random_state).randint(0, 2, n_before + n_timesteps)
    windows = np.lib.stride_tricks.sliding_window_view(bits, order)
    y = windows[:n_timesteps].sum(axis=1) % 2
    return 2.0 * bits[n_before:, np.newaxis] - 1, y.astype(np.int64)
