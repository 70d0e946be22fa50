"""The logistic map."""

from __future__ import annotations

from numbers import Real

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from ._checks import COUNT, SEED, checked, whole


@checked({"n_timesteps": COUNT, "r": [Real], "n_discard": whole(0), "random_state": SEED})
def make_logistic_map(
    n_timesteps: int = 5000,
    *,
    r: float = 3.9,
    n_discard: int = 100,
    random_state: int | RandomState | None = None,
) -> NDArray[np.float64]:
    r"""Iterate the logistic map.

    .. math:: x_{t+1} = r\,x_t\,(1 - x_t)

    Parameters
    ----------
    n_timesteps : int, default=5000
        Number of rows.
    r : float, default=3.9
        Constant of the map, from 0 to 4; chaotic for most values above 3.57.
    n_discard : int, default=100
        Rows dropped at the start, which is drawn from 0.1 to 0.9.
    random_state : int, RandomState instance or None, default=None
        Seed of the start.

    Returns
    -------
    ndarray of shape (n_timesteps, 1)
        :math:`x` in each row.

    Raises
    ------
    ValueError
        If ``r`` is not from 0 to 4, where values would leave the interval from 0 to 1.

    References
    ----------
    R. M. May, "Simple mathematical models with very complicated dynamics", Nature 261,
    459-467, 1976.

    Examples
    --------
    >>> from sparcelearn.datasets import make_logistic_map
    >>> make_logistic_map(100, random_state=0).shape
    (100, 1)
    """
    if not 0 <= r <= 4:
        raise ValueError(f"r={r} must be from 0 to 4.")
    x = float(check_random_state(random_state).uniform(0.1, 0.9))
    rows = []
    for _ in range(n_discard + n_timesteps):
        x = r * x * (1 - x)
        rows.append(x)
    return np.array(rows[n_discard:])[:, np.newaxis]
