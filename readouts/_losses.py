"""Losses of linear readouts, by name."""

from __future__ import annotations

from typing import Any

from .kernels import losses

LOSSES = {
    "asymmetric": losses.ASYMMETRIC,
    "sigmoid": losses.SIGMOID,
    "softmax": losses.SOFTMAX,
    "squared": losses.SQUARED,
}
SIGNED = frozenset({"asymmetric", "squared"})  # targets are 1 and -1


def loss_name(readout: Any, n_outputs: int) -> str:
    """Return the loss of a readout; a single output has no softmax."""
    name = getattr(readout, "loss", "squared")
    return "sigmoid" if name == "softmax" and n_outputs == 1 else name


def loss_unit(loss: str, n_outputs: int) -> float:
    """Return what multiplies a loss, a mean over outputs, for errors in the units of outputs."""
    if loss in SIGNED:
        return n_outputs / 2
    return 1.0 if loss == "softmax" else float(n_outputs)
