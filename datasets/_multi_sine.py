"""A sum of sines."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from ._checks import AT_LEAST_0, COUNT, SEED, checked


@checked(
    {
        "n_timesteps": COUNT,
        "frequencies": ["array-like"],
        "random_phases": ["boolean"],
        "noise": AT_LEAST_0,
        "random_state": SEED,
    }
)
def make_multi_sine(
    n_timesteps: int = 1000,
    *,
    frequencies: ArrayLike = (0.2, 0.311, 0.42, 0.51, 0.63),
    random_phases: bool = False,
    noise: float = 0.0,
    random_state: int | RandomState | None = None,
) -> NDArray[np.float64]:
    r"""Add up sines whose frequencies have no common measure.

    .. math:: x_t = \sum_k \sin(\omega_k t + \varphi_k)

    Known as the task of multiple superimposed oscillators.

    Parameters
    ----------
    n_timesteps : int, default=1000
        Number of values.
    frequencies : array-like, default=(0.2, 0.311, 0.42, 0.51, 0.63)
        :math:`\omega_k`, in radians per step. The usual task of eight adds 0.74, 0.85
        and 0.97.
    random_phases : bool, default=False
        Whether the phases :math:`\varphi_k` are drawn; otherwise they are 0.
    noise : float, default=0.0
        Standard deviation of normal noise.
    random_state : int, RandomState instance or None, default=None
        Seed of phases and noise.

    Returns
    -------
    ndarray of shape (n_timesteps, 1)

    References
    ----------
    Y. Xue, L. Yang, S. Haykin, "Decoupled echo state networks with lateral inhibition",
    Neural Networks 20(3), 365-376, 2007.

    Examples
    --------
    >>> from sparcelearn.datasets import make_multi_sine
    >>> make_multi_sine(4, frequencies=[0.2, 0.311]).ravel().round(3)
    array([0.   , 0.505, 0.972, 1.368])
    """
    rng = check_random_state(random_state)
    omega = np.atleast_1d(np.asarray(frequencies, dtype=np.float64))
    phases = rng.uniform(0, 2 * np.pi, omega.size) if random_phases else np.zeros(omega.size)
    waves = np.sin(np.arange(n_timesteps)[:, np.newaxis] * omega + phases)
    values = waves.sum(axis=1) + noise * rng.standard_normal(n_timesteps)
    return values[:, np.newaxis]
