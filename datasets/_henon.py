"""The Henon map."""

from __future__ import annotations

from numbers import Real

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from ._checks import COUNT, SEED, checked, whole

_BOUND = 100.0  # beyond this, the map diverges


@checked(
    {"n_timesteps": COUNT, "a": [Real], "b": [Real], "n_discard": whole(0), "random_state": SEED}
)
def make_henon(
    n_timesteps: int = 5000,
    *,
    a: float = 1.4,
    b: float = 0.3,
    n_discard: int = 100,
    random_state: int | RandomState | None = None,
) -> NDArray[np.float64]:
    r"""Iterate the Henon map.

    .. math:: x_{t+1} = 1 - a x_t^2 + y_t \qquad y_{t+1} = b x_t

    Parameters
    ----------
    n_timesteps : int, default=5000
        Number of rows.
    a, b : float, default=1.4 and 0.3
        Constants of the map.
    n_discard : int, default=100
        Rows dropped at the start, which is drawn from -0.1 to 0.1.
    random_state : int, RandomState instance or None, default=None
        Seed of the start.

    Returns
    -------
    ndarray of shape (n_timesteps, 2)
        :math:`x, y` in each row.

    Raises
    ------
    ValueError
        If the map diverges.

    References
    ----------
    M. Henon, "A two-dimensional mapping with a strange attractor", Communications in
    Mathematical Physics 50, 69-77, 1976.

    Examples
    --------
    >>> from sparcelearn.datasets import make_henon
    >>> make_henon(100, random_state=0).shape
    (100, 2)
    """
    x, y = check_random_state(random_state).uniform(-0.1, 0.1, 2).tolist()
    rows = []
    for _ in range(n_discard + n_timesteps):
        x, y = 1 - a * x * x + y, b * x
        if not abs(x) < _BOUND:
            raise ValueError(f"The map diverges with a={a}, b={b}.")
        rows.append((x, y))
    return np.array(rows[n_discard:])
