"""Weights of few bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from ._presets import ROUNDINGS, generic_chip


@dataclass(frozen=True)
class WeightQuantizer:
    """Round weights to B bits, symmetric around 0.

    With ``D = w_max / (2^(B-1) - 1)`` a weight becomes ``D * clip(round(w / D))``, of codes
    from ``-(2^(B-1) - 1)`` to ``2^(B-1) - 1``. Stochastic rounding keeps the mean, at a
    variance of ``D^2 f (1 - f)``, with f the fractional part of ``w / D``.

    Parameters
    ----------
    bits : int, default=8
        Bits of a weight, its sign included; from 2 to 31.
    w_max : float or None, default=None
        Magnitude of the largest code; larger weights are clipped. None takes it from the
        weights.
    percentile : float, default=100.0
        With ``w_max=None``: the percentile of magnitudes that becomes ``w_max``. Below 100 a
        few large weights are clipped, and the others have finer steps.
    rounding : {"nearest", "stochastic"}, default="nearest"
        How weights are rounded to codes.

    Examples
    --------
    >>> from sparcelearn.readouts.hardware import WeightQuantizer
    >>> WeightQuantizer(bits=3).quantize([[0.3, -0.6, 0.05]])
    array([[ 0.4, -0.6,  0. ]])
    """

    bits: int = 8
    w_max: float | None = None
    percentile: float = 100.0
    rounding: str = "nearest"

    def __post_init__(self) -> None:
        generic_chip(self.bits)
        if self.rounding not in ROUNDINGS:
            raise ValueError(f"rounding must be one of {ROUNDINGS}, got {self.rounding!r}")
        if not 0 < self.percentile <= 100:
            raise ValueError(f"percentile must be above 0 and at most 100, got {self.percentile!r}")

    def quantize(self, weights: ArrayLike, random_state: Any = None) -> NDArray[np.floating]:
        """Return weights rounded to levels.

        Parameters
        ----------
        weights : array-like of shape (n_outputs, n_inputs)
            Weights.
        random_state : int, RandomState instance or None, default=None
            Source of stochastic rounding.

        Returns
        -------
        rounded : ndarray of shape (n_outputs, n_inputs)
        """
        W = np.asarray(weights, dtype=np.float64)
        w_max = self.w_max
        if w_max is None:
            w_max = float(np.percentile(np.abs(W), self.percentile)) or 1.0
        chip = generic_chip(self.bits)
        codes = chip.codes(W, w_max, self.rounding, check_random_state(random_state))
        return chip.scale(w_max) * codes
