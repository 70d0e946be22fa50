"""How kernels are compiled.

Kernels are serial and release the GIL, so that parallelism stays outside, in
joblib, and results never depend on the number of workers. Fast-math is off: it
may reorder sums, which breaks bit-identity, and drop NaN guards. Compiled code
is kept on disk unless ``SPARCELEARN_NO_CACHE`` is set to a non-empty value, or there is no place
for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from .compile_thread import Kernel
from .interrupts import Uninterrupted
from .kernel_cache import keep_on_disk

CACHE = not os.environ.get("SPARCELEARN_NO_CACHE")


def jit(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a kernel of plain numbers and arrays.

    Parameters
    ----------
    function : callable
        A function of scalars and arrays that allocates nothing in its loops
        and raises nothing; the caller validates.

    Returns
    -------
    callable
        The compiled function, specialised lazily for each set of types.
    """
    return _compiled(function)


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a kernel that is inlined into its callers.

    For work on single elements of an array: passing the arrays in a call takes longer than
    most of these functions run.

    Parameters
    ----------
    function : callable
        As for `jit`. Its callers must be in the same file.

    Returns
    -------
    callable
        The function, to be called by compiled ones.
    """
    return _compiled(function, inline="always")


def _compiled(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    compiler = numba.njit(nogil=True, error_model="numpy", fastmath=False, **options)
    with Uninterrupted():  # the first one starts LLVM
        compiled = compiler(function)
    if compiled is function:  # NUMBA_DISABLE_JIT: numpy would warn of integer overflow
        return np.errstate(all="ignore")(function)
    compiled.__class__ = Kernel  # numba has no place to say which
    if CACHE:
        keep_on_disk(compiled)
    return compiled
