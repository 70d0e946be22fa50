"""Losses of linear readouts, by name."""

from __future__ import annotations

from typing import Any

from .kernels import losses

LOSSES = {"sigmoid": losses.SIGMOID, "softmax": losses.SOFTMAX, "squared": losses.SQUARED}


def loss_name(readout: Any, n_outputs: int) -> str:
    """Return the loss of a readout; a single output has no softmax."""
    name = getattr(readout, "loss", "squared")
    return "sigmoid" if name == "softmax" and n_outputs == 1 else name
