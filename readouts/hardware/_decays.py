"""Exponential decays as computed by chips: by shifts, or by products of 12 bits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

ONE = 4096  # 12 bits


def shift_decay(x: ArrayLike, shift: int) -> NDArray[Any]:
    """Return a step of decay, ``x - (x >> shift)``.

    Parameters
    ----------
    x : array-like
        Traces. Integers are shifted (rounded down); floats are divided.
    shift : int
        Bits, at least 1.

    Returns
    -------
    x : ndarray
        Of the same kind as ``x``.

    Examples
    --------
    >>> from sparcelearn.readouts.hardware import shift_decay
    >>> shift_decay([128, 100], 3)
    array([112,  88])
    """
    if not isinstance(shift, int | np.integer) or shift < 1:
        raise ValueError(f"shift must be an integer of at least 1, got {shift!r}")
    traces = np.asarray(x)
    if np.issubdtype(traces.dtype, np.integer):
        return traces - (traces >> shift)
    return traces - traces * 2.0**-shift


def shift_time_constant(shift: int, dt: float = 1.0) -> float:
    """Return the time constant of `shift_decay`: ``-dt / ln(1 - 2^-shift)``.

    Parameters
    ----------
    shift : int
        Bits, at least 1.
    dt : float, default=1.0
        Time step, in ms.

    Returns
    -------
    tau : float
        In ms.

    Examples
    --------
    >>> from sparcelearn.readouts.hardware import shift_time_constant
    >>> round(shift_time_constant(4), 2)
    15.49
    """
    if not isinstance(shift, int | np.integer) or shift < 1:
        raise ValueError(f"shift must be an integer of at least 1, got {shift!r}")
    return float(-dt / np.log1p(-(2.0**-shift)))


def product_decay(x: ArrayLike, decay: int) -> NDArray[Any]:
    """Return a step of decay with 12 bits, ``x * (4096 - decay) / 4096``.

    Parameters
    ----------
    x : array-like
        Traces. Integers are rounded towards 0; floats are not rounded.
    decay : int
        From 0 (no decay) to 4096 (decay to 0).

    Returns
    -------
    x : ndarray
        Of the same kind as ``x``.

    Examples
    --------
    >>> from sparcelearn.readouts.hardware import product_decay
    >>> product_decay([1000, -1000], 256)
    array([ 937, -937])
    """
    if not isinstance(decay, int | np.integer) or not 0 <= decay <= ONE:
        raise ValueError(f"decay must be an integer from 0 to {ONE}, got {decay!r}")
    traces = np.asarray(x)
    if np.issubdtype(traces.dtype, np.integer):
        return np.sign(traces) * (np.abs(traces) * (ONE - decay) // ONE)
    return traces * ((ONE - decay) / ONE)
