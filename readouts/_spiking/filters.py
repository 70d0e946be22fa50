"""Exponential filters of spikes, in steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy  # its submodules are read when they are first used
from numpy.typing import NDArray


def decay(dt: float, tau: float) -> float:
    """Return what is left after a step of an exponential of time constant tau (0: nothing)."""
    return float(np.exp(-dt / tau)) if tau > 0 else 0.0


def double_filter(x: NDArray[Any], slow: float, fast: float) -> NDArray[np.float64]:
    """Filter along the last axis by two exponentials in a row, of these decays per step."""
    return scipy.signal.lfilter([1.0], [1.0, -(slow + fast), slow * fast], x, axis=-1)


def impulse_response(slow: float, fast: float) -> NDArray[np.float64]:
    """Return what the two filters make of one spike, until it is spent."""
    n_steps = 2 + int(60 / -np.log(max(slow, fast, 1e-300)))
    return double_filter(np.eye(1, n_steps)[0], slow, fast)


def spike_distance(
    spikes: NDArray[Any], weights: NDArray[Any] | float, slow: float, fast: float
) -> float:
    """Return the sum of squares of filtered spikes, in which a lone spike counts as 1.

    ``spikes`` are of shape (n_samples, n_outputs, n_steps), differences of spikes for a distance.
    """
    norm = np.sqrt(np.sum(impulse_response(slow, fast) ** 2))
    filtered = double_filter(spikes, slow, fast) / norm
    return float(np.sum(weights * (filtered**2).sum(axis=(1, 2))))
