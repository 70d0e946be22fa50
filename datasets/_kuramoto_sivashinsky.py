"""The equation of Kuramoto and Sivashinsky: chaos in space and time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from ._checks import AT_LEAST_0, COUNT, POSITIVE, SEED, checked, whole

Modes = NDArray[np.complex128]

N_CONTOUR = 32  # points on the circle over which coefficients are averaged


@checked(
    {
        "n_timesteps": COUNT,
        "n_sites": whole(8),
        "length": POSITIVE,
        "dt": POSITIVE,
        "steps_per_row": whole(1),
        "transient": AT_LEAST_0,
        "random_state": SEED,
    }
)
def make_kuramoto_sivashinsky(
    n_timesteps: int = 5000,
    *,
    n_sites: int = 64,
    length: float = 22.0,
    dt: float = 0.25,
    steps_per_row: int = 1,
    transient: float = 200.0,
    random_state: int | RandomState | None = None,
) -> NDArray[np.float64]:
    r"""Solve the Kuramoto-Sivashinsky equation on a ring.

    .. math:: u_t = -u\,u_x - u_{xx} - u_{xxxx}, \qquad u(x + L, t) = u(x, t)

    Solved by Fourier modes in space and an exponential Runge-Kutta method of fourth order in time
    (ETDRK4) [1]_. The mean of :math:`u` is 0 and stays 0.

    Parameters
    ----------
    n_timesteps : int, default=5000
        Number of rows.
    n_sites : int, default=64
        Number of places, equally spaced; even, and at least 8.
    length : float, default=22.0
        Length :math:`L` of the ring. Chaos grows with it: its dimension is proportional.
    dt : float, default=0.25
        Time from one row to the next.
    steps_per_row : int, default=1
        Steps of the method for each row.
    transient : float, default=200.0
        Time dropped at the start.
    random_state : int, RandomState instance or None, default=None
        Seed of the initial field, which has mean 0.

    Returns
    -------
    ndarray of shape (n_timesteps, n_sites)
        The field in each row.

    Raises
    ------
    ValueError
        If ``n_sites`` is odd, or the solution diverges.

    References
    ----------
    .. [1] A.-K. Kassam, L. N. Trefethen, "Fourth-order time-stepping for stiff PDEs", SIAM
       Journal on Scientific Computing 26(4), 1214-1233, 2005.

    Examples
    --------
    >>> from sparcelearn.datasets import make_kuramoto_sivashinsky
    >>> make_kuramoto_sivashinsky(100, random_state=0).shape
    (100, 64)
    """
    if n_sites % 2:
        raise ValueError(f"n_sites={n_sites} must be even.")
    advance = stepper(n_sites, length, dt / steps_per_row)
    field = check_random_state(random_state).normal(0, 0.5, n_sites)
    v = np.fft.rfft(field - field.mean())
    v[n_sites // 6 :] = 0.0  # smooth
    n_before, rows = int(np.ceil(transient / dt)), np.empty((n_timesteps, n_sites))
    for row in range(n_before + n_timesteps):
        if row >= n_before:
            rows[row - n_before] = np.fft.irfft(v, n_sites)
        for _ in range(steps_per_row):
            v = advance(v)
        if not np.isfinite(v[1]):
            raise ValueError("The solution diverges: more steps_per_row may help.")
    return rows


def stepper(n_sites: int, length: float, step: float) -> Callable[[Modes], Modes]:
    """Return what moves the Fourier modes of a field, (n_sites // 2 + 1,), by a step of time.

    Parameters
    ----------
    n_sites : int
        Number of places, even.
    length : float
        Length of the ring.
    step : float
        The step.

    Returns
    -------
    callable
    """
    wave = 2 * np.pi / length * np.arange(n_sites // 2 + 1)
    wave_odd = np.where(np.arange(n_sites // 2 + 1) < n_sites // 2, wave, 0.0)
    half, whole_step, q, f1, f2, f3 = _coefficients(step * (wave**2 - wave**4), step)

    def bend(v: Modes) -> Modes:
        return -0.5j * wave_odd * np.fft.rfft(np.fft.irfft(v, n_sites) ** 2)

    def advance(v: Modes) -> Modes:
        now = bend(v)
        a = half * v + q * now
        at_a = bend(a)
        at_b = bend(half * v + q * at_a)
        at_c = bend(half * a + q * (2 * at_b - now))
        return whole_step * v + f1 * now + 2 * f2 * (at_a + at_b) + f3 * at_c

    return advance


def _coefficients(z: NDArray[np.float64], step: float) -> tuple[NDArray[np.float64], ...]:
    """Return the factors of ETDRK4, as means over a circle, where nothing cancels."""
    circle = np.exp(1j * np.pi * (np.arange(1, N_CONTOUR + 1) - 0.5) / N_CONTOUR)
    r = z[:, np.newaxis] + circle
    q = step * np.mean((np.exp(r / 2) - 1) / r, axis=1).real
    f1 = step * np.mean((-4 - r + np.exp(r) * (4 - 3 * r + r**2)) / r**3, axis=1).real
    f2 = step * np.mean((2 + r + np.exp(r) * (r - 2)) / r**3, axis=1).real
    f3 = step * np.mean((-4 - 3 * r - r**2 + np.exp(r) * (4 - r)) / r**3, axis=1).real
    return np.exp(z / 2), np.exp(z), q, f1, f2, f3
