"""NARMA: a moving average that feeds back on itself."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from ._checks import COUNT, SEED, checked, whole

_N_TRIES = 20
_BOUND = 10.0  # beyond this, the recursion diverges


@checked(
    {
        "n_timesteps": COUNT,
        "order": whole(1),
        "coefficients": [tuple, list],
        "squash": ["boolean"],
        "n_discard": whole(0),
        "random_state": SEED,
    }
)
def make_narma(
    n_timesteps: int = 2000,
    *,
    order: int = 10,
    coefficients: tuple[float, float, float, float] = (0.3, 0.05, 1.5, 0.1),
    squash: bool = False,
    n_discard: int = 200,
    random_state: int | RandomState | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    r"""Draw a nonlinear autoregressive moving average of some order.

    With :math:`u` uniform in [0, 0.5] and coefficients :math:`a, b, c, d`,

    .. math:: y_{t+1} = a y_t + b y_t \sum_{i=0}^{n-1} y_{t-i} + c u_{t-n+1} u_t + d

    Row t holds the input :math:`u_t` and the target :math:`y_{t+1}`, the first value that
    depends on it.

    Parameters
    ----------
    n_timesteps : int, default=2000
        Number of rows.
    order : int, default=10
        How far back the sum and the product reach, :math:`n`.
    coefficients : tuple of 4 floats, default=(0.3, 0.05, 1.5, 0.1)
        :math:`a, b, c, d`. Orders above about 15 diverge with these; order 30 is
        usually used with (0.2, 0.004, 1.5, 0.001).
    squash : bool, default=False
        Whether the right-hand side passes through tanh, which keeps any order bounded.
    n_discard : int, default=200
        Rows dropped at the start, which begins at 0.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    X : ndarray of shape (n_timesteps, 1)
        The input.
    y : ndarray of shape (n_timesteps,)
        The target.

    Raises
    ------
    ValueError
        If the recursion diverges for 20 random inputs.

    References
    ----------
    A. F. Atiya, A. G. Parlos, "New results on recurrent network training: unifying the
    algorithms and accelerating convergence", IEEE Transactions on Neural Networks 11(3),
    697-709, 2000.

    Examples
    --------
    >>> from sparcelearn.datasets import make_narma
    >>> X, y = make_narma(100, random_state=0)
    >>> X.shape, y.shape
    ((100, 1), (100,))
    """
    if len(coefficients) != 4:
        raise ValueError(f"coefficients must be 4 numbers, not {coefficients!r}.")
    rng = check_random_state(random_state)
    n_rows = n_timesteps + n_discard
    for _ in range(_N_TRIES):
        u = rng.uniform(0, 0.5, n_rows + order - 1)
        y = _recur(u, n_rows, order, coefficients, squash)
        if max(map(abs, y)) < _BOUND:
            return u[-n_timesteps:, np.newaxis], np.array(y[-n_timesteps:])
    raise ValueError(
        f"order={order} with coefficients={coefficients} diverges; use squash=True or smaller "
        "coefficients."
    )


def _recur(
    u: NDArray[np.float64], n_rows: int, order: int, coefficients: Any, squash: bool
) -> list[float]:
    a, b, c, d = coefficients
    products = (c * u[: len(u) - order + 1] * u[order - 1 :] + d).tolist()
    y = [0.0] * order
    for t in range(n_rows):
        value = a * y[-1] + b * y[-1] * sum(y[-order:]) + products[t]
        y.append(float(np.tanh(value)) if squash else value)
        if not abs(value) < _BOUND:
            break
    return y[order:]
