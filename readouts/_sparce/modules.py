"""The compiled loops of SpaRCe."""

from __future__ import annotations

from types import ModuleType

from sparcelearn._core.kernel_modules import load_module
from sparcelearn._core.kernel_text import assemble
from sparcelearn._core.vectors import has_wide_vectors

KERNELS = "sparcelearn.readouts.kernels"


def samplewise() -> ModuleType:
    """Return the loop that learns from one sample at a time."""
    return _as_fast_as_it_gets("samplewise")


def minibatch() -> ModuleType:
    """Return the loop that learns from mini-batches, and predicts."""
    return _as_fast_as_it_gets("minibatch")


def _as_fast_as_it_gets(name: str) -> ModuleType:
    wide = {".active": ".active_wide"} if has_wide_vectors() else None
    return load_module(assemble(f"{KERNELS}.{name}", wide))
