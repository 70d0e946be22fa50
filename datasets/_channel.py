"""Equalisation: recover the symbols that were sent through a nonlinear channel with memory."""

from __future__ import annotations

from numbers import Real

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from ._checks import COUNT, SEED, checked

# Of the symbol two steps ahead, one ahead, now, and one to seven steps ago.
_TAPS = (0.08, -0.12, 1.0, 0.18, -0.1, 0.091, -0.05, 0.04, 0.03, 0.01)
_AHEAD = 2


@checked({"n_timesteps": COUNT, "snr": [Real, None], "random_state": SEED})
def make_channel_equalization(
    n_timesteps: int = 5000,
    *,
    snr: float | None = 28.0,
    random_state: int | RandomState | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    r"""Draw symbols and the signal received through a nonlinear wireless channel.

    .. math::
        q_t = 0.08 d_{t+2} - 0.12 d_{t+1} + d_t + 0.18 d_{t-1} - 0.1 d_{t-2} + 0.091 d_{t-3}
              - 0.05 d_{t-4} + 0.04 d_{t-5} + 0.03 d_{t-6} + 0.01 d_{t-7}

        u_t = q_t + 0.036 q_t^2 - 0.011 q_t^3 + \text{noise}

    Parameters
    ----------
    n_timesteps : int, default=5000
        Number of rows.
    snr : float, default=28.0
        Power of the signal over that of the noise (dB); None means no noise.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    X : ndarray of shape (n_timesteps, 1)
        The received signal, :math:`u_t`.
    y : ndarray of shape (n_timesteps,)
        The symbol sent two steps before, :math:`d_{t-2}`, one of -3, -1, 1 and 3.

    References
    ----------
    H. Jaeger, H. Haas, "Harnessing nonlinearity: predicting chaotic systems and saving
    energy in wireless communication", Science 304, 78-80, 2004.

    Examples
    --------
    >>> from sparcelearn.datasets import make_channel_equalization
    >>> X, y = make_channel_equalization(1000, random_state=0)
    >>> sorted(set(y.tolist()))
    [-3, -1, 1, 3]
    """
    rng = check_random_state(random_state)
    d = 2 * rng.randint(0, 4, n_timesteps + len(_TAPS) - 1) - 3
    q = np.convolve(d, _TAPS, mode="valid")  # q[t] weights d[t + 9] with the first tap
    u = q + 0.036 * q**2 - 0.011 * q**3
    if snr is not None:
        u += np.sqrt(np.mean(u**2) * 10 ** (-snr / 10)) * rng.standard_normal(n_timesteps)
    now = len(_TAPS) - 1 - _AHEAD
    return u[:, np.newaxis], d[now - 2 : now - 2 + n_timesteps].astype(np.int64)
