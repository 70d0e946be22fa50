"""The compiled loops of SpaRCe."""

from __future__ import annotations

from types import ModuleType

from sparcelearn._core.kernel_modules import assemble, load_module

KERNELS = "sparcelearn.readouts.kernels"


def samplewise() -> ModuleType:
    """Return the loop that learns from one sample at a time."""
    return load_module(assemble(f"{KERNELS}.samplewise"))


def minibatch() -> ModuleType:
    """Return the loop that learns from mini-batches, and predicts."""
    return load_module(assemble(f"{KERNELS}.minibatch"))
