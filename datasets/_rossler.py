"""The Roessler attractor."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray

from ._checks import AT_LEAST_0, COUNT, POSITIVE, SEED, checked
from ._flow import sample_flow


@checked(
    {
        "n_timesteps": COUNT,
        "dt": POSITIVE,
        "a": POSITIVE,
        "b": POSITIVE,
        "c": POSITIVE,
        "initial_state": ["array-like", None],
        "transient": AT_LEAST_0,
        "random_state": SEED,
    }
)
def make_rossler(
    n_timesteps: int = 5000,
    *,
    dt: float = 0.1,
    a: float = 0.2,
    b: float = 0.2,
    c: float = 5.7,
    initial_state: ArrayLike | None = None,
    transient: float = 100.0,
    random_state: int | RandomState | None = None,
) -> NDArray[np.float64]:
    r"""Solve the Roessler equations.

    .. math:: \dot x = -y - z \qquad \dot y = x + a y \qquad \dot z = b + z (x - c)

    Parameters
    ----------
    n_timesteps : int, default=5000
        Number of rows.
    dt : float, default=0.1
        Time from one row to the next. It does not change the solution.
    a, b, c : float, default=0.2, 0.2 and 5.7
        Constants of the equations.
    initial_state : array-like of shape (3,), default=None
        Initial state; None draws each of the three from 0 to 1.
    transient : float, default=100.0
        Time dropped at the start.
    random_state : int, RandomState instance or None, default=None
        Seed of the initial state.

    Returns
    -------
    ndarray of shape (n_timesteps, 3)
        :math:`x, y, z` in each row.

    References
    ----------
    O. E. Roessler, "An equation for continuous chaos", Physics Letters A 57(5), 397-398,
    1976.

    Examples
    --------
    >>> from sparcelearn.datasets import make_rossler
    >>> make_rossler(100, random_state=0).shape
    (100, 3)
    """

    def field(_: float, state: list[float]) -> list[float]:
        x, y, z = state
        return [-y - z, x + a * y, b + z * (x - c)]

    return sample_flow(field, initial_state, n_timesteps, dt, transient, random_state)
