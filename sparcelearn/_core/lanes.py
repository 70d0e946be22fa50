"""Arrays of sixteen numbers, as what compiled kernels hold in a register.

What is masked is neither read nor written, so that rows of any length do. These are the plain
functions, which run where nothing is compiled; `vectors` says what each is in compiled code. The
last one is of single numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

LANES = 16
LINE = 64  # bytes of a line of the cache

Numbers = NDArray[Any]
Mask = NDArray[np.bool_]


def first(n: int) -> Mask:
    """Return the mask of the first n lanes, of all if there are more than sixteen."""
    return np.arange(LANES) < n


def load(a: Numbers, at: int, mask: Mask) -> Numbers:
    """Return the numbers of a row from a place on, 0 where they are masked."""
    v = np.zeros(LANES, a.dtype)
    v[mask] = a[int(at) + np.flatnonzero(mask)]  # a place without a sign is one, too
    return v


def store(a: Numbers, at: int, v: Numbers, mask: Mask) -> None:
    """Write the lanes that are not masked into a row, each in its place from ``at`` on."""
    a[at + np.flatnonzero(mask)] = v[mask]


def append(a: Numbers, at: int, v: Numbers, mask: Mask) -> None:
    """Write the lanes that are not masked one after another, from a place on, and no other."""
    a[at : at + np.count_nonzero(mask)] = v[mask]


def spread(x: Any) -> Numbers:
    """Return a vector of one number."""
    return np.full(LANES, x)


def places(at: int) -> Numbers:
    """Return at, at + 1 and so on."""
    return np.arange(at, at + LANES, dtype=np.uint32)


def count(mask: Mask) -> int:
    """Return how many lanes are not masked."""
    return int(np.count_nonzero(mask))


def largest(v: Numbers) -> Any:
    """Return the largest lane; none may be NaN."""
    return v.max()


def larger(v: Numbers, w: Numbers) -> Numbers:
    """Return the larger of two, lane by lane; none may be NaN."""
    return np.maximum(v, w)


def magnitude(v: Numbers) -> Numbers:
    """Return absolute values."""
    return np.abs(v)


def root(v: Numbers) -> Numbers:
    """Return square roots."""
    return np.sqrt(v)


def with_sign(v: Numbers, w: Numbers) -> Numbers:
    """Return the absolute values of one vector with the signs of another."""
    return np.copysign(v, w)


def row_totals(v: Numbers, a: Numbers) -> Numbers:
    """Return lane by lane v plus a row of sixteen numbers, added in their order."""
    for column in a[: LANES * LANES].reshape(LANES, LANES).T:
        v = v + column
    return v


def turn(a: Numbers) -> None:
    """Let sixteen rows of sixteen numbers and their columns change places."""
    a[: LANES * LANES] = a[: LANES * LANES].reshape(LANES, LANES).T.ravel()


def from_line(a: Numbers) -> Numbers:
    """Return all rows but one of an array, moved to where a line of the cache begins.

    The array is contiguous, and its rows are whole lines.
    """
    skipped = -a.ctypes.data % LINE // a.itemsize
    end = skipped + a.size - a.shape[1]
    return a.reshape(-1)[skipped:end].reshape(-1, a.shape[1])


def half_power(m: Any) -> Any:
    """Return ``2 ** (k - 1)`` of whole numbers k that stand in the lowest bits of ``m``.

    That is ``k + 1.5 * 2**23`` in single precision, and ``k + 1.5 * 2**52`` in double precision.
    """
    m = np.asarray(m)
    is_single = m.dtype == np.float32
    n_bits, bias, bits = (23, 126, np.uint32) if is_single else (52, 1022, np.uint64)
    return ((m.view(bits) + bits(bias)) << bits(n_bits)).view(m.dtype)[()]
