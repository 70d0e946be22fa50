"""Losses of linear readouts, by name."""

from __future__ import annotations

from typing import Any

from .kernels import losses

LOSSES = {"sigmoid": losses.SIGMOID, "softmax": losses.SOFTMAX, "squared": losses.SQUARED}


def loss_name(readout: Any, n_outputs: int) -> str:
    """Return the loss of a readout; a single output has no softmax."""
    name = getattr(readout, "loss", "squared")
    return "sigmoid" if name == "softmax" and n_outputs == 1 else name


def loss_unit(loss: str, n_outputs: int) -> float:
    """Return what multiplies a loss, a mean over outputs, for errors in the units of outputs."""
    return {"softmax": 1.0, "sigmoid": float(n_outputs), "squared": n_outputs / 2}[loss]
