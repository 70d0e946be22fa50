"""The one place that says how kernels are compiled.

Kernels are serial and release the GIL, so that parallelism stays outside, in
joblib, and results never depend on the number of workers. Fast-math is off: it
may reorder sums, which breaks bit-identity, and drop NaN guards. Compiled code
is kept on disk unless ``SPARCELEARN_NO_CACHE`` is set to a non-empty value.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

CACHE = not os.environ.get("SPARCELEARN_NO_CACHE")


def jit(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a kernel of plain numbers and arrays.

    Parameters
    ----------
    function : callable
        A function of scalars and arrays that allocates nothing in its loops
        and raises nothing; validation is its caller's.

    Returns
    -------
    callable
        The compiled function, specialised lazily for each set of types.
    """
    return _compiled(function)


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a kernel that is written into its callers, instead of being called.

    For what is done for every element of an array: passing arrays to a function that is
    not small takes longer than most of these functions do.

    Parameters
    ----------
    function : callable
        As for `jit`. Its callers must stand in the same file.

    Returns
    -------
    callable
        The function, to be called by compiled ones.
    """
    return _compiled(function, inline="always")


def _compiled(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    compiler = numba.njit(cache=CACHE, nogil=True, error_model="numpy", fastmath=False, **options)
    compiled = compiler(function)
    if compiled is function:  # NUMBA_DISABLE_JIT: then integers may not overflow without a word
        return np.errstate(all="ignore")(function)
    return compiled


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Return a contiguous view that cannot be written to.

    Kernels compile anew for each combination of writable and read-only inputs;
    giving them all inputs read-only leaves one.

    Parameters
    ----------
    array : ndarray
        Any array; copied if it is not contiguous.

    Returns
    -------
    ndarray
    """
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def aligned(array: NDArray[Any]) -> NDArray[Any]:
    """Return a copy that begins where a line of the cache does.

    The state of 1,000 units then advances in 0.15 us instead of 0.21.

    Parameters
    ----------
    array : ndarray
        Any array.

    Returns
    -------
    ndarray
    """
    line = 64
    room = np.empty(array.nbytes + line, dtype=np.uint8)
    start = -room.ctypes.data % line
    copy = room[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy
