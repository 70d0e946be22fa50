"""Lorenz's model of 1996: a ring of sites, each driven by its neighbours."""

from __future__ import annotations

from numbers import Real

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from ._checks import AT_LEAST_0, COUNT, POSITIVE, SEED, checked, whole
from ._flow import sample_flow


@checked(
    {
        "n_timesteps": COUNT,
        "n_sites": whole(4),
        "dt": POSITIVE,
        "forcing": [Real],
        "initial_state": ["array-like", None],
        "transient": AT_LEAST_0,
        "random_state": SEED,
    }
)
def make_lorenz96(
    n_timesteps: int = 5000,
    *,
    n_sites: int = 40,
    dt: float = 0.05,
    forcing: float = 8.0,
    initial_state: ArrayLike | None = None,
    transient: float = 20.0,
    random_state: int | RandomState | None = None,
) -> NDArray[np.float64]:
    r"""Solve Lorenz's equations of 1996 on a ring of sites.

    .. math:: \dot x_i = (x_{i+1} - x_{i-2})\,x_{i-1} - x_i + F

    Parameters
    ----------
    n_timesteps : int, default=5000
        Number of rows.
    n_sites : int, default=40
        Number of sites, at least 4.
    dt : float, default=0.05
        Time from one row to the next. It does not change the solution.
    forcing : float, default=8.0
        The constant :math:`F`; chaotic at 8.
    initial_state : array-like of shape (n_sites,), default=None
        Initial state; None draws it near ``forcing``, which is a fixed point.
    transient : float, default=20.0
        Time dropped at the start.
    random_state : int, RandomState instance or None, default=None
        Seed of the initial state.

    Returns
    -------
    ndarray of shape (n_timesteps, n_sites)
        The sites in each row.

    References
    ----------
    E. N. Lorenz, "Predictability: a problem partly solved" (1996), chapter 3 of "Predictability
    of Weather and Climate", Cambridge University Press, 2006.

    Examples
    --------
    >>> from sparcelearn.datasets import make_lorenz96
    >>> make_lorenz96(100, n_sites=8, random_state=0).shape
    (100, 8)
    """
    if initial_state is None:
        initial_state = forcing + check_random_state(random_state).uniform(-1, 1, n_sites)

    def field(_: float, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return (np.roll(x, -1) - np.roll(x, 2)) * np.roll(x, 1) - x + forcing

    return sample_flow(
        field, initial_state, n_timesteps, dt, transient, random_state, n_variables=n_sites
    )
