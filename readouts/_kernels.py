"""Kernels of readouts, put together from their files: losses first, then a rule."""

from __future__ import annotations

from functools import lru_cache
from types import ModuleType

from sparcelearn._core.kernel_modules import kernel_text, load_module

_PACKAGE = "sparcelearn.readouts.kernels"
_HEADER = """\
# Written by sparcelearn from its files {names}.
# Safe to delete: it is written again when it is needed.
import numpy as np

from sparcelearn._core.jit import jit
"""


@lru_cache
def kernel(*names: str) -> ModuleType:
    """Return the module of the kernels in the files given, which call one another.

    Parameters
    ----------
    *names : str
        Modules of :mod:`sparcelearn.readouts.kernels`, callees first.

    Returns
    -------
    module
    """
    texts = [kernel_text(_PACKAGE, name) for name in names]
    return load_module("\n\n".join([_HEADER.format(names=", ".join(names)), *texts]))
