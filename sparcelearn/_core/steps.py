"""Times as whole steps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .warning import warn

__all__ = ["whole_steps"]

TOLERANCE = 0.01  # of a step, by which a time may miss a whole number without a word


def whole_steps(name: str, times: ArrayLike, dt: float, *, is_drawn: bool = False) -> NDArray[Any]:
    """Return times as numbers of steps, halves rounded up, and say where that changes them.

    Parameters
    ----------
    name : str
        Name in the warning.
    times : array-like
        Times (ms).
    dt : float
        Length of a step (ms).
    is_drawn : bool, default=False
        Whether they were drawn at random; then nothing is said.

    Returns
    -------
    ndarray
        Whole numbers, as floats: NaN and numbers too large for an integer stay what they are.
    """
    exact = np.asarray(times, dtype=np.float64) / dt
    with np.errstate(invalid="ignore"):
        steps = np.floor(exact + 0.5 + 1e-9)
        missed = np.abs(exact - steps) > TOLERANCE
    if not is_drawn and np.any(missed):
        value, taken = exact[missed].flat[0] * dt, steps[missed].flat[0]
        warn(
            f"{name} of {value:g} ms is {value / dt:g} steps of dt={dt:g} ms, which is no whole "
            f"number: {taken:g} are taken, that is {taken * dt:g} ms. Give a multiple of dt, or "
            "take a smaller dt."
        )
    return steps
