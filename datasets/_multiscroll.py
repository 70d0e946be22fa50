"""Chen's attractor, of two scrolls."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

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
def make_multiscroll(
    n_timesteps: int = 5000,
    *,
    dt: float = 0.01,
    a: float = 40.0,
    b: float = 3.0,
    c: float = 28.0,
    initial_state: ArrayLike | None = None,
    transient: float = 20.0,
    random_state: int | RandomState | None = None,
) -> NDArray[np.float64]:
    r"""Solve Chen's equations, whose attractor has several scrolls.

    .. math::
        \dot x = a (y - x) \qquad \dot y = (c - a) x - x z + c y \qquad \dot z = x y - b z

    Parameters
    ----------
    n_timesteps : int, default=5000
        Number of rows.
    dt : float, default=0.01
        Time from one row to the next. It does not change the solution.
    a, b, c : float, default=40.0, 3.0 and 28.0
        Constants of the equations.
    initial_state : array-like of shape (3,), default=None
        Initial state; None draws it near (-0.1, 0.5, -0.6).
    transient : float, default=20.0
        Time dropped at the start.
    random_state : int, RandomState instance or None, default=None
        Seed of the initial state.

    Returns
    -------
    ndarray of shape (n_timesteps, 3)
        :math:`x, y, z` in each row.

    References
    ----------
    G. Chen, T. Ueta, "Yet another chaotic attractor", International Journal of Bifurcation
    and Chaos 9(7), 1465-1466, 1999.

    Examples
    --------
    >>> from sparcelearn.datasets import make_multiscroll
    >>> make_multiscroll(100, random_state=0).shape
    (100, 3)
    """
    if initial_state is None:
        moved = check_random_state(random_state).uniform(-0.05, 0.05, 3)
        initial_state = np.array([-0.1, 0.5, -0.6]) + moved

    def field(_: float, state: list[float]) -> list[float]:
        x, y, z = state
        return [a * (y - x), (c - a) * x - x * z + c * y, x * y - b * z]

    return sample_flow(field, initial_state, n_timesteps, dt, transient, random_state)
