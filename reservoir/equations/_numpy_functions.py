"""Functions of equations whose plain form is not numpy's own."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparcelearn._core.lanes import half_power

from ..kernels.functions import HIGH_32, HIGH_64, LOG_2, LOW_32, LOW_64


def tanh(x: Any) -> Any:
    """Return the hyperbolic tangent as compiled code computes it, operation for operation."""
    y = np.minimum(np.abs(x), 20) * (1 / 128)
    tail = 1 + y * (1 / 4) * (1 + y * (1 / 5) * (1 + y * (1 / 6)))
    e = y * (1 + y * (1 / 2) * (1 + y * (1 / 3) * tail))
    for _ in range(8):
        e = e * (e + 2)
    result = e / (e + 2)
    return np.where(np.asarray(x) >= 0, result, -result)[()]


def _parts(x: Any) -> tuple[Any, Any]:
    is_single = x.dtype == np.float32
    shift, high, low = 1.5 * 2**52, HIGH_64, LOW_64
    if is_single:
        shift, high, low = 1.5 * 2**23, HIGH_32, LOW_32
    m = x * (1 / LOG_2) + shift
    k = m - shift
    r = x - k * high
    r = r - k * low
    e = 0 * r if is_single else 1 / 6_227_020_800 + r * (1 / 87_178_291_200)
    if not is_single:
        e = 1 / 39_916_800 + r * (1 / 479_001_600 + r * e)
        e = 1 / 362_880 + r * (1 / 3_628_800 + r * e)
    e = 1 / 5040 + r * (1 / 40_320 + r * e)
    e = 1 / 24 + r * (1 / 120 + r * (1 / 720 + r * e))
    return half_power(m), r + r * r * (1 / 2 + r * (1 / 6 + r * e))


def _limits(x: Any, lowest: float, double: float, single: float) -> Any:
    """Return numbers from the lowest to where the result is infinite; what is NaN stays."""
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    highest = single if x.dtype == np.float32 else double
    y = np.where(x < lowest, x.dtype.type(lowest), x)
    return np.where(y > highest, x.dtype.type(highest), y)


def exp(x: Any) -> Any:
    """Return ``exp(x)`` as compiled code computes it, operation for operation."""
    lowest = -86 if np.asarray(x).dtype == np.float32 else -708
    y = _limits(x, lowest, 710, 89)
    half, e = _parts(y)
    with np.errstate(over="ignore"):
        return np.where(np.asarray(x) < lowest, y.dtype.type(0), 2 * (half + half * e))[()]


def expm1(x: Any) -> Any:
    """Return ``exp(x) - 1`` as compiled code computes it, operation for operation."""
    half, e = _parts(_limits(x, -60, 710, 89))
    with np.errstate(over="ignore"):
        return (2 * (half * e + (half - 1 / 2)))[()]


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
    return 1 / (1 + exp(-x))
