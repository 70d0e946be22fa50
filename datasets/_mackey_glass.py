"""The Mackey-Glass equation: chaos from a delay."""

from __future__ import annotations

import numpy as np
import scipy  # its submodules are read when they are first used
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy.interpolate import CubicHermiteSpline, CubicSpline
from sklearn.utils import check_random_state

from ._checks import AT_LEAST_0, COUNT, POSITIVE, SEED, checked

_LONGEST_STEP = 0.1


@checked(
    {
        "n_timesteps": COUNT,
        "dt": POSITIVE,
        "tau": POSITIVE,
        "beta": POSITIVE,
        "gamma": POSITIVE,
        "exponent": POSITIVE,
        "history": [*AT_LEAST_0, None],
        "transient": AT_LEAST_0,
        "random_state": SEED,
    }
)
def make_mackey_glass(
    n_timesteps: int = 5000,
    *,
    dt: float = 1.0,
    tau: float = 17.0,
    beta: float = 0.2,
    gamma: float = 0.1,
    exponent: float = 10.0,
    history: float | None = None,
    transient: float = 1000.0,
    random_state: int | RandomState | None = None,
) -> NDArray[np.float64]:
    r"""Solve the Mackey-Glass equation.

    .. math:: \frac{dx}{dt} = \frac{\beta\, x(t-\tau)}{1 + x(t-\tau)^n} - \gamma\, x(t)

    Given the delayed term, the equation is linear: in each interval of length :math:`\tau` it
    filters a function of the interval before, represented by a cubic spline on a grid of at
    most 0.1. The result does not depend on ``dt``, except for errors of order 1e-8, which
    chaos then amplifies.

    Parameters
    ----------
    n_timesteps : int, default=5000
        Number of values.
    dt : float, default=1.0
        Time from one value to the next.
    tau : float, default=17.0
        Delay. Chaotic above about 16.8 with the other defaults.
    beta, gamma : float, default=0.2 and 0.1
        Rates of growth and of decay.
    exponent : float, default=10.0
        :math:`n`.
    history : float, default=None
        Value up to the start; None draws it from 1.1 to 1.3.
    transient : float, default=1000.0
        Time dropped at the start.
    random_state : int, RandomState instance or None, default=None
        Seed of the history.

    Returns
    -------
    ndarray of shape (n_timesteps, 1)

    See Also
    --------
    to_forecasting : Splits a series into inputs and targets.
    fetch_mackey_glass : A published series.

    References
    ----------
    M. C. Mackey, L. Glass, "Oscillation and chaos in physiological control systems",
    Science 197, 287-289, 1977.

    Examples
    --------
    >>> from sparcelearn.datasets import make_mackey_glass, to_forecasting
    >>> X, y = to_forecasting(make_mackey_glass(500, random_state=0), horizon=84)
    >>> X.shape, y.shape
    ((416, 1), (416,))
    """
    if history is None:
        history = check_random_state(random_state).uniform(1.1, 1.3)
    times = transient + np.arange(n_timesteps) * dt
    n_steps = int(np.ceil(tau / min(dt, _LONGEST_STEP, tau / 4)))
    grid = np.linspace(0, tau, n_steps + 1)
    decay, moments = _filter(gamma, tau / n_steps)
    values = np.empty(n_timesteps)
    x = np.full(n_steps + 1, float(history))
    for stretch in range(int(times[-1] // tau) + 1):
        growth = beta * x / (1 + x**exponent)
        pieces = moments @ CubicSpline(grid, growth).c
        later = scipy.signal.lfilter([1], [1, -decay], pieces, zi=[decay * x[-1]])[0]
        x = np.concatenate([x[-1:], later])
        inside = slice(*np.searchsorted(times, [stretch * tau, (stretch + 1) * tau]))
        if inside.start < inside.stop:
            solution = CubicHermiteSpline(grid, x, growth - gamma * x)
            values[inside] = solution(times[inside] - stretch * tau)
    return values[:, np.newaxis]


def _filter(gamma: float, step: float) -> tuple[float, NDArray[np.float64]]:
    r"""Return :math:`e^{-\gamma h}` and :math:`\int_0^h e^{-\gamma (h - s)} s^k ds`, k = 3..0."""
    nodes, weights = np.polynomial.legendre.leggauss(12)
    s = step * (1 + nodes) / 2
    kernel = step / 2 * weights * np.exp(-gamma * (step - s))
    return float(np.exp(-gamma * step)), np.array([kernel @ s**k for k in (3, 2, 1, 0)])
