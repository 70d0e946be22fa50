"""What is found out about features before learning: percentiles of magnitudes, and sizes of codes.

Exactly, from all samples, or as samples come; then frozen. The owner keeps it as attributes:

====================== ==============================================================
``base_thresholds_``   percentile of each feature's magnitude
``scale_``             size of each feature's code where it is active
``_n_observed``        samples seen of a stream
``_markers``           of the running percentiles; None when frozen, or not wanted
``_positions``         of the markers; likewise
``_size_sums``         how often a code was active, and its mean square; None when frozen
====================== ==============================================================
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.arrays import read_only

from ..kernels import quantile
from .percentiles import active_sizes, as_size, magnitude_quantiles

# Rows observed on a stream before all is frozen, unless the user says otherwise.
STREAM_CALIBRATION = 1000
TRACKED = ("base_thresholds_", "scale_", "_markers", "_positions", "_size_sums")


def start_tracking(owner: Any, n_features: int, dtype: Any, level: float | None) -> None:
    """Make an owner know nothing yet."""
    owner.base_thresholds_ = np.zeros(n_features, dtype=dtype)
    owner.scale_ = np.ones(n_features, dtype=dtype)
    owner._n_observed = 0
    owner._markers = owner._positions = None
    owner._size_sums = np.zeros((2, n_features))
    if level is not None:
        owner._tracked_share = float(level)
        owner._markers = np.zeros((n_features, 5))
        owner._positions = np.zeros((n_features, 5), dtype=np.int64)


def calibrate(
    owner: Any,
    X: NDArray[Any],
    rows: NDArray[np.int64],
    random_state: np.random.RandomState,
    wanted: int | None,
) -> None:
    """Find all exactly over rows, or so many of them, unless it is frozen; freeze it."""
    if owner._size_sums is None:
        return
    if wanted is not None and wanted < rows.size:
        rows = random_state.choice(rows, wanted, replace=False)
    quantiles = np.zeros(X.shape[1])
    if owner._markers is not None:
        quantiles = magnitude_quantiles(X, rows, np.array([owner._tracked_share]))[0]
    freeze(owner, active_sizes(X, rows, quantiles), quantiles)


def freeze(
    owner: Any, sizes: NDArray[Any] | None = None, quantiles: NDArray[Any] | None = None
) -> None:
    """Stop tracking, at what is given or else at what is known."""
    owner._markers = owner._positions = owner._size_sums = None
    dtype = owner.base_thresholds_.dtype
    if sizes is not None:
        owner.scale_ = sizes.astype(dtype)
    if quantiles is not None:
        owner.base_thresholds_ = quantiles.astype(dtype)


def observe(
    owner: Any, X: NDArray[Any], rows: NDArray[np.int64], wanted: int | None
) -> NDArray[np.floating]:
    """Take rows of a stream in, before they are learned from; freeze all after enough of them.

    Arrays are replaced, as learning may fail yet.

    Returns
    -------
    shares : ndarray of shape (n_features,)
        How large codes were until now in units of what they are, at most 1.
    """
    wanted = wanted or STREAM_CALIBRATION
    n_before, before = owner._n_observed, owner.scale_
    rows = rows[: max(wanted - n_before, 0)]
    for name in TRACKED:
        setattr(owner, name, deepcopy(getattr(owner, name)))
    owner._n_observed += rows.size
    thresholds = owner.base_thresholds_
    if owner._markers is not None:
        share, markers, positions = owner._tracked_share, owner._markers, owner._positions
        quantile.observe(read_only(X), rows, share, n_before, markers, positions)
        quantile.estimate(share, owner._n_observed, markers, positions, thresholds)
    quantile.observe_sizes(read_only(X), rows, thresholds, owner._size_sums)
    owner.scale_ = as_size(owner._size_sums[1], thresholds).astype(before.dtype)
    if owner._n_observed >= wanted:
        freeze(owner)
    if not n_before:
        return np.ones_like(before)
    shares: NDArray[np.floating] = np.minimum(before.astype(np.float64) / owner.scale_, 1.0)
    return shares.astype(before.dtype)
