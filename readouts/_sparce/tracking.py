"""What is found out about features before learning: percentiles of magnitudes, and spreads.

Exactly, from all samples, or as samples come; then frozen. The owner keeps it as attributes:

====================== ==============================================================
``base_thresholds_``   percentile of each feature's magnitude
``scale_``             spread of each feature
``_n_observed``        samples seen of a stream
``_markers``           of the running percentiles; None when frozen, or not wanted
``_positions``         of the markers; likewise
``_spread_sums``       mean and sum of squared deviations; None when frozen
====================== ==============================================================
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.arrays import read_only

from ..kernels import quantile
from .percentiles import as_spread, feature_spreads, magnitude_quantiles

# Rows observed on a stream before all is frozen, unless the user says otherwise.
STREAM_CALIBRATION = 1000
TRACKED = ("base_thresholds_", "scale_", "_markers", "_positions", "_spread_sums")


def start_tracking(owner: Any, n_features: int, dtype: Any, level: float | None) -> None:
    """Make an owner know nothing yet."""
    owner.base_thresholds_ = np.zeros(n_features, dtype=dtype)
    owner.scale_ = np.ones(n_features, dtype=dtype)
    owner._n_observed = 0
    owner._markers = owner._positions = None
    owner._spread_sums = np.zeros((2, n_features))
    if level is not None:
        owner._tracked_share = float(level)
        owner._markers = np.zeros((n_features, 5))
        owner._positions = np.zeros((n_features, 5), dtype=np.int64)


def calibrate(
    owner: Any,
    X: NDArray,
    rows: NDArray[np.int64],
    random_state: np.random.RandomState,
    wanted: int | None,
) -> None:
    """Find all exactly over rows, or so many of them, unless it is frozen; freeze it."""
    if owner._spread_sums is None:
        return
    if wanted is not None and wanted < rows.size:
        rows = random_state.choice(rows, wanted, replace=False)
    quantiles = None
    if owner._markers is not None:
        quantiles = magnitude_quantiles(X, rows, np.array([owner._tracked_share]))[0]
    freeze(owner, feature_spreads(X, rows), quantiles)


def freeze(owner: Any, spreads: NDArray | None = None, quantiles: NDArray | None = None) -> None:
    """Stop tracking, at what is given or else at what is known."""
    owner._markers = owner._positions = owner._spread_sums = None
    dtype = owner.base_thresholds_.dtype
    if spreads is not None:
        owner.scale_ = spreads.astype(dtype)
    if quantiles is not None:
        owner.base_thresholds_ = quantiles.astype(dtype)


def observe_spreads(
    owner: Any, X: NDArray, rows: NDArray[np.int64], wanted: int | None
) -> NDArray[np.floating]:
    """Take the spreads of rows of a stream in, before they are learned from, in new arrays.

    Returns
    -------
    shares : ndarray of shape (n_features,)
        How large spreads were until now in units of what they are, at most 1.
    """
    rows, n_before, before = _wanted(owner, rows, wanted), owner._n_observed, owner.scale_
    owner._spread_sums = owner._spread_sums.copy()
    count = quantile.observe_spread(read_only(X), rows, n_before, owner._spread_sums)
    if count:
        mean, squares = owner._spread_sums
        owner.scale_ = as_spread(mean, squares / count).astype(before.dtype)
    if not n_before:
        return np.ones_like(before)
    return np.minimum(before.astype(np.float64) / owner.scale_, 1.0).astype(before.dtype)


def observe_percentiles(
    owner: Any, X: NDArray, rows: NDArray[np.int64], wanted: int | None
) -> None:
    """Take the magnitudes of the same rows in, after that; freeze all after enough of them."""
    rows, before = _wanted(owner, rows, wanted), owner._n_observed
    owner._n_observed += rows.size
    if owner._markers is not None:
        share, markers, positions = owner._tracked_share, owner._markers, owner._positions
        quantile.observe(read_only(X), rows, share, before, markers, positions)
        quantile.estimate(share, owner._n_observed, markers, positions, owner.base_thresholds_)
    if owner._n_observed >= (wanted or STREAM_CALIBRATION):
        freeze(owner)


def _wanted(owner: Any, rows: NDArray[np.int64], wanted: int | None) -> NDArray[np.int64]:
    """Return the rows that are still wanted."""
    return rows[: max((wanted or STREAM_CALIBRATION) - owner._n_observed, 0)]
