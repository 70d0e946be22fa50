"""Memory: recall the input of some steps ago."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from ._checks import COUNT, SEED, checked


@checked({"n_timesteps": COUNT, "delays": ["array-like"], "random_state": SEED})
def make_delayed_recall(
    n_timesteps: int = 2000,
    *,
    delays: ArrayLike = (1, 2, 5, 10, 20),
    random_state: int | RandomState | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw independent numbers to be recalled later: the task of memory capacity.

    Parameters
    ----------
    n_timesteps : int, default=2000
        Number of rows.
    delays : array-like of int, default=(1, 2, 5, 10, 20)
        Delays in steps, each at least 0.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    X : ndarray of shape (n_timesteps, 1)
        Uniform in [-1, 1].
    y : ndarray of shape (n_timesteps, n_delays)
        The input ``delays[k]`` steps ago, also for the first rows.

    References
    ----------
    H. Jaeger, "Short term memory in echo state networks", GMD Report 152, 2002.

    Examples
    --------
    >>> from sparcelearn.datasets import make_delayed_recall
    >>> X, y = make_delayed_recall(50, delays=[1, 3], random_state=0)
    >>> bool((y[3:, 1] == X[:-3, 0]).all())
    True
    """
    lags = np.atleast_1d(np.asarray(delays))
    if lags.ndim != 1 or lags.dtype.kind not in "iu" or lags.min() < 0:
        raise ValueError(f"delays must be whole numbers of at least 0, not {delays!r}.")
    longest = int(lags.max())
    u = check_random_state(random_state).uniform(-1, 1, longest + n_timesteps)
    y = np.stack([u[longest - lag : longest - lag + n_timesteps] for lag in lags], axis=1)
    return u[longest:, np.newaxis], y
