"""Largest Lyapunov exponent: whether small differences grow."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

__all__ = ["lyapunov_exponent"]


class _System(Protocol):
    """Two copies of a system."""

    def advance(self, step: int) -> None: ...
    def difference(self) -> NDArray[np.floating]: ...
    def displace(self, difference: NDArray[np.floating]) -> None: ...


def lyapunov_exponent(
    system: Any,
    start: ArrayLike,
    *,
    n_steps: int | None = None,
    d0: float = 1e-8,
    interval: int = 1,
    washout: int = 0,
    random_state: int | RandomState | None = None,
) -> float:
    r"""Estimate the largest Lyapunov exponent by Benettin's method.

    A copy of the state is displaced by :math:`d_0` in a random direction. Both run for
    ``interval`` steps, their distance :math:`d` is measured, and the copy is moved back to
    distance :math:`d_0` along the line between them:

    .. math:: \lambda = \frac{1}{T} \sum \ln \frac{d}{d_0}

    Above 0 the system is chaotic. For a spiking reservoir the distance is that of the state
    variables and the spike traces; delayed spikes and refractory times are copied from the
    original. Because a threshold can make any small difference large, its result is a
    pseudo-exponent that depends on ``d0`` and ``interval``: report them with it.

    Parameters
    ----------
    system : callable or fitted reservoir
        A function from a state (array) to the next; or a reservoir with
        ``carry_state=True``, whose step is a row of input. The reservoir is not changed.
    start : array-like
        The first state of a callable; or the input of a reservoir, of shape
        (n_rows, n_channels).
    n_steps : int, default=None
        Steps to average over. None is 1000 for a callable, all the rows after ``washout`` for
        a reservoir.
    d0 : float, default=1e-8
        Distance of the copy. Use about 1e-3 for reservoirs in float32.
    interval : int, default=1
        Steps between two measurements.
    washout : int, default=0
        Steps before the average begins.
    random_state : int, RandomState instance or None, default=None
        Seed of the direction.

    Returns
    -------
    float
        Exponent per step; minus infinity if the copies meet.

    References
    ----------
    Benettin, Galgani, Giorgilli, Strelcyn, "Lyapunov characteristic exponents for smooth
    dynamical systems", Meccanica 15, 9-30, 1980.

    Examples
    --------
    The logistic map, whose exponent is ln 2:

    >>> from sparcelearn.measures import lyapunov_exponent
    >>> exponent = lyapunov_exponent(lambda x: 4 * x * (1 - x), [0.3], n_steps=10_000)
    >>> round(exponent, 2)
    0.69
    """
    if not d0 > 0 or interval < 1 or washout < 0:
        raise ValueError(
            "d0 must be above 0, interval at least 1 and washout at least 0, "
            f"not {d0}, {interval} and {washout}."
        )
    pair: _System
    if callable(system):
        pair, available = _Pair(system, np.array(start, dtype=np.float64)), None
    else:
        pair, available = _ReservoirPair(system, np.asarray(start)), len(np.asarray(start))
    n_steps = _n_steps(n_steps, available, washout)
    direction = check_random_state(random_state).normal(size=pair.difference().shape)
    pair.displace(direction * (d0 / np.linalg.norm(direction)))
    total, since = 0.0, 0
    for step in range(washout + n_steps):
        pair.advance(step)
        since += 1
        if since == interval or step + 1 in (washout, washout + n_steps):
            difference = pair.difference()
            distance = float(np.linalg.norm(difference))
            if distance == 0:
                return -np.inf
            total += np.log(distance / d0) if step >= washout else 0.0
            pair.displace(difference * (d0 / distance))
            since = 0
    return float(total / n_steps)


def _n_steps(n_steps: int | None, available: int | None, washout: int) -> int:
    if n_steps is None:
        n_steps = 1000 if available is None else available - washout
    if n_steps < 1 or (available is not None and washout + n_steps > available):
        raise ValueError(
            f"n_steps={n_steps} after washout={washout} must be at least 1"
            + (f" and within the {available} rows of start." if available is not None else ".")
        )
    return n_steps


class _Pair:
    """A state that a function advances, and its copy."""

    def __init__(self, step: Callable[[NDArray[Any]], Any], state: NDArray[np.floating]) -> None:
        self.step, self.state, self.copy = step, state, state

    def advance(self, step: int) -> None:
        self.state = np.asarray(self.step(self.state), dtype=np.float64)
        self.copy = np.asarray(self.step(self.copy), dtype=np.float64)

    def difference(self) -> NDArray[np.floating]:
        return self.copy - self.state

    def displace(self, difference: NDArray[np.floating]) -> None:
        self.copy = self.state + difference


class _ReservoirPair:
    """A reservoir on a stream, and its copy."""

    def __init__(self, reservoir: Any, rows: NDArray[Any]) -> None:
        check_is_fitted(reservoir)
        if not getattr(reservoir, "carry_state", False):
            raise ValueError("system must be a function or a reservoir with carry_state=True.")
        self.rows = rows
        # parts of the state that are compared; rate units have no traces
        self.parts = ("variables", "traces") if hasattr(reservoir, "neuron_") else ("variables",)
        self.reservoir, self.copy = copy.copy(reservoir), copy.copy(reservoir)

    def advance(self, step: int) -> None:
        row = self.rows[step : step + 1]
        self.reservoir.partial_fit(row)
        self.copy.partial_fit(row)

    def difference(self) -> NDArray[np.floating]:
        mine, other = self.reservoir.state_, self.copy.state_
        return np.concatenate(
            [(other[part] - mine[part]).ravel().astype(np.float64) for part in self.parts]
        )

    def displace(self, difference: NDArray[np.floating]) -> None:
        state = {name: value.copy() for name, value in self.reservoir.state_.items()}
        sizes = [state[part].size for part in self.parts]
        pieces = np.split(difference, np.cumsum(sizes)[:-1])
        for part, piece in zip(self.parts, pieces, strict=True):
            state[part] += piece.reshape(state[part].shape).astype(state[part].dtype)
        self.copy.state_ = state
