"""The double scroll of an electronic circuit."""

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
        "r1": POSITIVE,
        "r2": POSITIVE,
        "r4": POSITIVE,
        "ir": POSITIVE,
        "beta": POSITIVE,
        "initial_state": ["array-like", None],
        "transient": AT_LEAST_0,
        "random_state": SEED,
    }
)
def make_double_scroll(
    n_timesteps: int = 5000,
    *,
    dt: float = 0.25,
    r1: float = 1.2,
    r2: float = 3.44,
    r4: float = 0.193,
    ir: float = 2.25e-5,
    beta: float = 11.6,
    initial_state: ArrayLike | None = None,
    transient: float = 100.0,
    random_state: int | RandomState | None = None,
) -> NDArray[np.float64]:
    r"""Solve the equations of a circuit whose attractor is a double scroll.

    .. math::
        \dot V_1 = V_1 / R_1 - g \qquad \dot V_2 = g - I \qquad \dot I = V_2 - R_4 I
        \qquad g = \Delta V / R_2 + 2 I_r \sinh(\beta\,\Delta V), \quad \Delta V = V_1 - V_2

    All is without units. The attractor is odd: with a solution, its negative is one too.

    Parameters
    ----------
    n_timesteps : int, default=5000
        Number of rows.
    dt : float, default=0.25
        Time from one row to the next. It does not change the solution.
    r1, r2, r4, ir, beta : float, default=1.2, 3.44, 0.193, 2.25e-5 and 11.6
        Constants of the equations.
    initial_state : array-like of shape (3,), default=None
        Initial state; None draws it near (0.37, 0.06, -0.08), on the attractor.
    transient : float, default=100.0
        Time dropped at the start.
    random_state : int, RandomState instance or None, default=None
        Seed of the initial state.

    Returns
    -------
    ndarray of shape (n_timesteps, 3)
        :math:`V_1, V_2, I` in each row.

    References
    ----------
    D. J. Gauthier, E. Bollt, A. Griffith, W. A. S. Barbosa, "Next generation reservoir
    computing", Nature Communications 12, 5564, 2021.

    Examples
    --------
    >>> from sparcelearn.datasets import make_double_scroll
    >>> make_double_scroll(100, random_state=0).shape
    (100, 3)
    """
    if initial_state is None:
        moved = check_random_state(random_state).uniform(-0.05, 0.05, 3)
        initial_state = np.array([0.37, 0.06, -0.08]) + moved

    def field(_: float, state: list[float]) -> list[float]:
        v1, v2, current = state
        g = (v1 - v2) / r2 + 2 * ir * np.sinh(beta * (v1 - v2))
        return [v1 / r1 - g, g - current, v2 - r4 * current]

    return sample_flow(field, initial_state, n_timesteps, dt, transient, random_state)
