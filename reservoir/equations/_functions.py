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
