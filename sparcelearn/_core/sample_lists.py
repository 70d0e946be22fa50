"""Samples given one by one, in a list or an object array."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .channels import SWAPPED, n_dimensions, refuse_pairs_of_events

__all__ = ["holds_samples", "holds_sequences", "join", "require_time_steps"]


def holds_samples(X: Any) -> bool:
    """Whether ``X`` is a list or object array whose items are 2-D."""
    if isinstance(X, np.ndarray):
        is_container = X.dtype == object and X.ndim == 1
    else:
        is_container = isinstance(X, (list, tuple))
    return is_container and len(X) > 0 and any(n_dimensions(x) == 2 for x in X)


def holds_sequences(X: Any) -> bool:
    """Whether ``X`` holds a sample of time steps each, in a list or in three dimensions."""
    return holds_samples(X) or (isinstance(X, np.ndarray) and X.ndim == 3)


def join(X: Any) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Lay samples end to end; ValueError where one is not as the others. Return lengths too."""
    refuse_pairs_of_events(X)
    n_channels = next(np.shape(x)[1] for x in X if n_dimensions(x) == 2)
    for k, x in enumerate(X):
        if n_dimensions(x) != 2 or np.shape(x)[1] != n_channels:
            came = f"shape {np.shape(x)}" if n_dimensions(x) >= 0 else "rows of unequal length"
            n_rows = {np.shape(sample)[:1] if n_dimensions(sample) == 2 else None for sample in X}
            hint = SWAPPED if len(n_rows) == 1 and None not in n_rows and len(X) > 2 else ""
            raise ValueError(
                "Every sample in X must be of shape (n_timesteps, n_channels) with the same "
                f"n_channels, here {n_channels}; sample {k} has {came}.{hint}"
            )
    lengths = np.array([np.shape(x)[0] for x in X], dtype=np.int64)
    require_time_steps(lengths)
    return np.concatenate([np.asarray(x) for x in X]), lengths


def require_time_steps(lengths: NDArray[np.integer]) -> None:
    """Raise ValueError where there is no sample, or one is empty."""
    if len(lengths) == 0:
        raise ValueError("X has 0 sample(s) while a minimum of 1 is required.")
    empty = np.flatnonzero(lengths == 0)
    if len(empty):
        raise ValueError(f"Every sample in X needs at least 1 time step; sample {empty[0]} has 0.")
