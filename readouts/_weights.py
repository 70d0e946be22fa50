"""Weights of samples."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import _safe_indexing, check_array
from sklearn.utils.validation import _num_samples

from sparcelearn._core.spike_trains import SpikeTrains

Samples = ArrayLike | SpikeTrains


def without_weightless(
    X: Any, y: Any, sample_weight: ArrayLike | None
) -> tuple[Any, Any, NDArray[np.float64]]:
    """Return the samples whose weight is not 0, their labels and weights; weights of 1 for None."""
    n_samples = _num_samples(X)
    weights = check_sample_weight(sample_weight, n_samples)
    kept = np.flatnonzero(weights)
    if kept.size == n_samples:
        return X, y, weights
    if not kept.size:
        raise ValueError("sample_weight is zero for all samples, which leaves none to learn from")
    return _taken(X, kept), _taken(y, kept), weights[kept]


def _taken(samples: Any, rows: NDArray[np.int64]) -> Any:
    """Return some of the samples, in the form they came in."""
    return samples[rows] if isinstance(samples, SpikeTrains) else _safe_indexing(samples, rows)


def check_sample_weight(sample_weight: ArrayLike | None, n_samples: int) -> NDArray[np.float64]:
    """Return one finite, non-negative weight per sample; all 1 for None."""
    if sample_weight is None:
        return np.ones(n_samples)
    weights: NDArray[np.float64] = check_array(
        sample_weight, ensure_2d=False, dtype=np.float64, copy=True, input_name="sample_weight"
    )
    if weights.ndim != 1:
        raise ValueError(f"sample_weight must have one dimension, got shape {weights.shape}")
    if len(weights) != n_samples:
        raise ValueError(
            f"X and sample_weight have inconsistent numbers of samples: {n_samples}, {len(weights)}"
        )
    if weights.min() < 0:
        raise ValueError(f"sample_weight must not be negative, got {weights.min()}")
    return weights
