"""A linear layer, ``y = W x + b``: initial weights and outputs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.arrays import read_only

from .kernels import linear


def zero_weights(n_features: int, n_outputs: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return weights (n_outputs, n_features), one row per feature in memory, and intercepts."""
    return np.zeros((n_features, n_outputs)).T, np.zeros(n_outputs)


def linear_outputs(
    X: NDArray[Any], rows: NDArray[np.int64], coef: NDArray[Any], intercept: NDArray[Any]
) -> NDArray[np.float64]:
    """Return ``X[rows] @ coef.T + intercept``; a row's result does not depend on the others."""
    W = np.ascontiguousarray(coef.T, dtype=np.float64)
    out = np.empty((rows.size, W.shape[1]))
    b = np.asarray(intercept, dtype=np.float64)
    linear.predict(read_only(X), rows, read_only(W), read_only(b), out)
    return out
