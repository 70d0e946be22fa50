"""Times as whole steps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .warning import warn

__all__ = ["tell_rounding", "whole_steps"]

TOLERANCE = 0.125  # of a time, that rounding may change without a word


def whole_steps(times: ArrayLike, dt: float) -> NDArray[Any]:
    """Return times as numbers of steps, halves rounded up.

    Parameters
    ----------
    times : array-like
        Times (ms).
    dt : float
        Length of a step (ms).

    Returns
    -------
    ndarray
        Whole numbers, as floats: NaN and numbers too large for an integer stay what they are.
    """
    return np.floor(np.asarray(times, dtype=np.float64) / dt + 0.5 + 1e-9)


def tell_rounding(name: str, times: ArrayLike, dt: float) -> None:
    """Warn of a time that is no whole number of steps, if rounding changes more than an eighth.

    Parameters
    ----------
    name : str
        Name in the warning.
    times : array-like
        Times (ms).
    dt : float
        Length of a step (ms).
    """
    exact, steps = np.asarray(times, dtype=np.float64) / dt, whole_steps(times, dt)
    missed = np.abs(exact - steps) > TOLERANCE * exact
    if np.any(missed):
        value, taken = exact[missed].flat[0], steps[missed].flat[0]
        warn(
            f"{name} of {value * dt:g} ms is {value:g} steps of dt={dt:g} ms, which is no whole "
            f"number: {taken:g} are taken, that is {taken * dt:g} ms. Give a multiple of dt, or "
            "take a smaller dt."
        )
