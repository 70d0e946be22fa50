"""The compiled loops of SpaRCe."""

from __future__ import annotations

from types import ModuleType

from sparcelearn._core.kernel_modules import load_module
from sparcelearn._core.kernel_text import assemble
from sparcelearn._core.vectors import has_wide_vectors

KERNELS = "sparcelearn.readouts.kernels"


def samplewise() -> ModuleType:
    """Return the loop that learns from one sample at a time, as fast as this processor can."""
    wide = {".active": ".active_wide"} if has_wide_vectors() else None
    return load_module(assemble(f"{KERNELS}.samplewise", wide))


def minibatch() -> ModuleType:
    """Return the loop that learns from mini-batches, and predicts."""
    return load_module(assemble(f"{KERNELS}.minibatch"))
