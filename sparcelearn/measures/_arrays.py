"""Checks of the arrays given to measures."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_array, check_consistent_length


def as_states(X: ArrayLike, name: str = "X", min_rows: int = 2) -> NDArray[np.float64]:
    """Return valid states of shape (n_samples, n_units)."""
    return check_array(X, dtype=np.float64, input_name=name, ensure_min_samples=min_rows)


def as_signal(u: ArrayLike, X: NDArray[Any], name: str = "u") -> NDArray[np.float64]:
    """Return a signal that has one value for each row of ``X``."""
    signal: NDArray[np.float64] = check_array(u, dtype=np.float64, ensure_2d=False, input_name=name)
    if signal.ndim == 2 and signal.shape[1] == 1:
        signal = signal[:, 0]
    if signal.ndim != 1:
        raise ValueError(f"{name} must be one signal of shape (n_steps,), not {signal.shape}.")
    check_consistent_length(X, signal)
    return signal
