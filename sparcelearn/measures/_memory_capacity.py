"""Memory capacity: how much of its past input a reservoir encodes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._arrays import as_signal, as_states
from ._capacity import Projector, check_max_delay

__all__ = ["memory_capacity", "memory_function"]


def memory_function(
    X: ArrayLike, u: ArrayLike, max_delay: int, *, threshold: float | str = "auto"
) -> NDArray[np.float64]:
    r"""Return how well the input of ``k`` steps ago can be read from the states, for each ``k``.

    .. math:: C_k = \operatorname{corr}^2\big(u(t - k),\ \hat y_k(t)\big)

    with :math:`\hat y_k` the best linear readout of :math:`X(t)`.

    Parameters
    ----------
    X : array-like of shape (n_steps, n_units)
        States during the input, after the washout.
    u : array-like of shape (n_steps,)
        The input at the same steps: independent, identically distributed.
    max_delay : int
        Longest delay, in steps.
    threshold : float or "auto", default="auto"
        Capacities up to this count as 0. States of n units explain about n / n_steps of any
        target by chance; ``"auto"`` is exceeded by chance once in 10,000 times.

    Returns
    -------
    ndarray of shape (max_delay + 1,)
        :math:`C_0, C_1, ...`, each from 0 to 1.

    References
    ----------
    Jaeger, "Short term memory in echo state networks", GMD report 152, 2001.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.measures import memory_function
    >>> u = np.random.RandomState(0).rand(5000)
    >>> X = np.stack([np.roll(u, 1), np.roll(u, 3)], axis=1)[3:]  # holds delays 1 and 3
    >>> memory_function(X, u[3:], max_delay=4).round(2)
    array([0., 1., 0., 1., 0.])
    """
    X = as_states(X)
    signal = as_signal(u, X)
    longest = check_max_delay(max_delay, len(X))
    past = [signal[longest - k : len(signal) - k] for k in range(longest + 1)]
    return Projector(X[longest:], threshold).capacities(np.stack(past, axis=1))


def memory_capacity(
    X: ArrayLike, u: ArrayLike, max_delay: int, *, threshold: float | str = "auto"
) -> float:
    r"""Return the memory capacity :math:`\sum_k C_k`, delay 0 included.

    It is at most the number of units. It counts directions of the states however small they
    are: add noise to the states to see what a readout could use, and compare with
    :func:`participation_ratio`.

    Parameters
    ----------
    X : array-like of shape (n_steps, n_units)
        States during the input, after the washout.
    u : array-like of shape (n_steps,)
        The input at the same steps: independent, identically distributed.
    max_delay : int
        Longest delay, in steps.
    threshold : float or "auto", default="auto"
        As in :func:`memory_function`.

    Returns
    -------
    float

    See Also
    --------
    memory_function : The capacity of each delay.
    information_processing_capacity : Nonlinear memory as well.

    References
    ----------
    Jaeger, "Short term memory in echo state networks", GMD report 152, 2001.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.measures import memory_capacity
    >>> u = np.random.RandomState(0).rand(5000)
    >>> X = np.stack([np.roll(u, 1), np.roll(u, 3)], axis=1)[3:]
    >>> round(memory_capacity(X, u[3:], max_delay=10), 6)
    2.0
    """
    return float(memory_function(X, u, max_delay, threshold=threshold).sum())
