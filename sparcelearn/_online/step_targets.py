"""Targets for every time step of sequences."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.sample_lists import holds_sequences

__all__ = ["has_step_targets", "holds_sequences", "joined_targets", "respond_by_step"]


def has_step_targets(X: Any, y: Any) -> bool:
    """Return whether ``y`` holds a target for every step of the sequences in ``X``.

    So does a list of arrays, one as long as each sequence, or an array of three dimensions. An
    array of two dimensions holds a row of outputs for each sequence.

    Parameters
    ----------
    X : object
        Input.
    y : object
        Targets.

    Returns
    -------
    bool

    Raises
    ------
    ValueError
        If ``y`` is a list of arrays of which some, but not all, are as long as their sequence.
    """
    if not holds_sequences(X):
        return False
    is_list = isinstance(y, (list, tuple)) or _holds_objects(y)
    if not is_list:
        return getattr(y, "ndim", 0) == 3
    if len(y) != len(X) or not all(getattr(target, "ndim", 0) in (1, 2) for target in y):
        return False
    lengths = [(len(x), len(target)) for x, target in zip(X, y, strict=True)]
    matches = [steps == values for steps, values in lengths]
    if all(matches) or len({values for _, values in lengths}) == 1:
        return all(matches)  # else a row of outputs for each sequence
    k = matches.index(False)
    raise ValueError(
        "y holds an array for each sequence in X, which must have a target for every time step; "
        f"sequence {k} has {lengths[k][0]} steps and {lengths[k][1]} targets."
    )


def _holds_objects(array: Any) -> bool:
    return isinstance(array, np.ndarray) and array.dtype.kind == "O"


def respond_by_step(
    reservoir: Any, X: Any
) -> tuple[NDArray[Any], NDArray[np.int64], NDArray[np.int64], dict[str, Any]]:
    """Run sequences, each from rest, and read the reservoir after every row.

    Parameters
    ----------
    reservoir : estimator
        The reservoir; it does not change.
    X : list of array-like of shape (n_timesteps, n_channels)
        Sequences.

    Returns
    -------
    features : ndarray of shape (n_rows, n_features)
        Those of all sequences, laid end to end.
    starts : ndarray of shape (n_sequences + 1,)
        Where each sequence begins in them.
    spike_counts : ndarray of shape (n_units,)
        Spikes of each unit.
    after : dict
        Attributes of the reservoir at the end of the last sequence.
    """
    parts, counts = [], np.zeros(reservoir.n_units, dtype=np.int64)
    for sequence in X:
        features, spikes, after = reservoir._follow(sequence)
        parts.append(features)
        counts += spikes
    return np.concatenate(parts), np.cumsum([0, *map(len, parts)]), counts, after


def joined_targets(y: Any) -> NDArray[Any]:
    """Lay the targets of all sequences end to end."""
    return np.concatenate([np.asarray(target) for target in y])
