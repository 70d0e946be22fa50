"""Functions of equations whose plain form is not numpy's own."""

from __future__ import annotations

from typing import Any

import numpy as np


def tanh(x: Any) -> Any:
    """Return the hyperbolic tangent as compiled code computes it, operation for operation."""
    y = np.minimum(np.abs(x), 20) * (1 / 128)
    tail = 1 + y * (1 / 4) * (1 + y * (1 / 5) * (1 + y * (1 / 6)))
    e = y * (1 + y * (1 / 2) * (1 + y * (1 / 3) * tail))
    for _ in range(8):
        e = e * (e + 2)
    result = e / (e + 2)
    return np.where(np.asarray(x) >= 0, result, -result)[()]


def expm1(x: Any) -> Any:
    """Return ``exp(x) - 1`` as compiled code computes it, operation for operation."""
    y = np.where(np.asarray(x) < -60, -60, x).astype(np.result_type(x), copy=False)
    y = np.where(y > 750, 750, y).astype(y.dtype, copy=False) * (1 / 4096)
    e = 1 / 39_916_800 + y * (1 / 479_001_600)  # 1/11! and 1/12!
    e = 1 / 40_320 + y * (1 / 362_880 + y * (1 / 3_628_800 + y * e))
    e = 1 / 120 + y * (1 / 720 + y * (1 / 5040 + y * e))
    e = y * (1 + y * (1 / 2 + y * (1 / 6 + y * (1 / 24 + y * e))))
    with np.errstate(over="ignore"):
        for _ in range(12):
            e = e * (e + 2)
    return e[()]


def exprel(x: Any) -> Any:
    """Return ``(exp(x) - 1) / x``, which is 1 at zero."""
    dtype = np.result_type(x)
    is_tiny = np.abs(x) < 1e-12
    divisor = np.where(is_tiny, 1, x).astype(dtype, copy=False)
    return np.where(is_tiny, 1, expm1(x) / divisor).astype(dtype, copy=False)[()]


def cosh(x: Any) -> Any:
    """Return the hyperbolic cosine as compiled code computes it, operation for operation."""
    d = expm1(np.abs(x))
    return 1 + d * (d / (d + 1)) * (1 / 2)


def sinh(x: Any) -> Any:
    """Return the hyperbolic sine as compiled code computes it, operation for operation."""
    d = expm1(np.abs(x))
    result = (d + d / (d + 1)) * (1 / 2)
    return np.where(np.asarray(x) >= 0, result, -result)[()]


def sigmoid(x: Any) -> Any:
    """Return ``1 / (1 + exp(-x))``."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))
