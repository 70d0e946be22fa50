"""The equations of Rabinovich and Fabrikant."""

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
        "alpha": POSITIVE,
        "gamma": POSITIVE,
        "initial_state": ["array-like", None],
        "transient": AT_LEAST_0,
        "random_state": SEED,
    }
)
def make_rabinovich_fabrikant(
    n_timesteps: int = 5000,
    *,
    dt: float = 0.05,
    alpha: float = 1.1,
    gamma: float = 0.87,
    initial_state: ArrayLike | None = None,
    transient: float = 50.0,
    random_state: int | RandomState | None = None,
) -> NDArray[np.float64]:
    r"""Solve the equations of Rabinovich and Fabrikant.

    .. math::
        \dot x = y (z - 1 + x^2) + \gamma x \qquad \dot y = x (3 z + 1 - x^2) + \gamma y \qquad
        \dot z = -2 z (\alpha + x y)

    Parameters
    ----------
    n_timesteps : int, default=5000
        Number of rows.
    dt : float, default=0.05
        Time from one row to the next. It does not change the solution.
    alpha, gamma : float, default=1.1 and 0.87
        Constants of the equations.
    initial_state : array-like of shape (3,), default=None
        Initial state; None draws it near (-1, 0, 0.5).
    transient : float, default=50.0
        Time dropped at the start.
    random_state : int, RandomState instance or None, default=None
        Seed of the initial state.

    Returns
    -------
    ndarray of shape (n_timesteps, 3)
        :math:`x, y, z` in each row.

    References
    ----------
    M. I. Rabinovich, A. L. Fabrikant, "Stochastic self-modulation of waves in nonequilibrium
    media", Soviet Journal of Experimental and Theoretical Physics 50, 311, 1979.

    Examples
    --------
    >>> from sparcelearn.datasets import make_rabinovich_fabrikant
    >>> make_rabinovich_fabrikant(100, random_state=0).shape
    (100, 3)
    """
    if initial_state is None:
        moved = check_random_state(random_state).uniform(-0.05, 0.05, 3)
        initial_state = np.array([-1.0, 0.0, 0.5]) + moved

    def field(_: float, state: list[float]) -> list[float]:
        x, y, z = state
        return [
            y * (z - 1 + x * x) + gamma * x,
            x * (3 * z + 1 - x * x) + gamma * y,
            -2 * z * (alpha + x * y),
        ]

    return sample_flow(field, initial_state, n_timesteps, dt, transient, random_state)
