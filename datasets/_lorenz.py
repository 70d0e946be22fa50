"""The Lorenz attractor."""

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
        "sigma": POSITIVE,
        "rho": POSITIVE,
        "beta": POSITIVE,
        "initial_state": ["array-like", None],
        "transient": AT_LEAST_0,
        "random_state": SEED,
    }
)
def make_lorenz(
    n_timesteps: int = 5000,
    *,
    dt: float = 0.02,
    sigma: float = 10.0,
    rho: float = 28.0,
    beta: float = 8 / 3,
    initial_state: ArrayLike | None = None,
    transient: float = 20.0,
    random_state: int | RandomState | None = None,
) -> NDArray[np.float64]:
    r"""Solve the Lorenz equations.

    .. math::
        \dot x = \sigma (y - x) \qquad \dot y = x (\rho - z) - y \qquad \dot z = x y - \beta z

    With the defaults, small differences grow by a factor e in a time of 1 / 0.906.

    Parameters
    ----------
    n_timesteps : int, default=5000
        Number of rows.
    dt : float, default=0.02
        Time from one row to the next. It does not change the solution.
    sigma, rho, beta : float, default=10.0, 28.0 and 8/3
        Constants of the equations.
    initial_state : array-like of shape (3,), default=None
        Initial state; None draws each of the three from 0 to 1.
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
    E. N. Lorenz, "Deterministic nonperiodic flow", Journal of the Atmospheric Sciences
    20(2), 130-141, 1963.

    Examples
    --------
    >>> from sparcelearn.datasets import make_lorenz
    >>> make_lorenz(100, random_state=0).shape
    (100, 3)
    """

    def field(_: float, state: list[float]) -> list[float]:
        x, y, z = state
        return [sigma * (y - x), x * (rho - z) - y, x * y - beta * z]

    return sample_flow(field, initial_state, n_timesteps, dt, transient, random_state)
