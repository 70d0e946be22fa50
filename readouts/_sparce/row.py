"""One row at a time for SpaRCe, whose kernels are called directly."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.arrays import read_only
from sparcelearn._core.bound_call import held

from .._row import RowLearner
from .modules import minibatch
from .training import training


class SparceRowLearner(RowLearner):
    """Lets SpaRCe predict and learn from single rows of a buffer."""

    def __init__(self, readout: Any, X: NDArray[Any]) -> None:
        super().__init__(readout, X)
        self._rate = readout._rate(is_stream=True)
        self._etas, self._shrinks = np.empty(1), np.empty(1)  # filled before each update
        self._out = np.zeros_like(self._targets[:1])
        self._train: Any = None
        self._hold()

    def _hold(self) -> None:
        """Make the calls that learn from the row in the buffer and that predict it.

        While percentiles and sizes are tracked, every row replaces arrays, and nothing is held.
        """
        readout = self.readout
        if readout._size_sums is not None:
            return
        told = self._X, self._targets, self._row, self._weights, self._etas, self._shrinks
        self._train = held(*training(readout, *told))
        self._thresholds = readout.thresholds_
        self._predict = held(
            minibatch().predict,
            self._X,
            self._row,
            self._thresholds,
            read_only(readout.coef_.T),
            read_only(readout.intercept_),
            self._out,
        )

    def _outputs(self) -> NDArray[np.floating]:
        if self._train is None:
            return super()._outputs()
        readout = self.readout
        if readout.sparsity is not None:
            np.add(readout.base_thresholds_, readout.learned_thresholds_, out=self._thresholds)
        self._predict()
        return self._out

    def _learn(self) -> None:
        readout = self.readout
        if self._train is None:
            super()._learn()
            self._hold()
            return
        rate = readout.learning_rate or self._rate
        self._etas[0] = rate
        self._shrinks[0] = min(readout.alpha / (readout.t_ + 1) * rate, 1.0)
        total, n_active, n_nonzero = self._train()
        if not math.isfinite(total):
            self._n_learned -= 1  # counted, but it was not
            raise ValueError(
                "learning diverged: the loss is no longer finite. Lower learning_rate "
                f"(now {rate}), or scale X to values around 1"
            )
        readout.coding_level_ = n_active / n_nonzero if n_nonzero else 0.0

    @property
    def n_learned(self) -> int:
        """Rows that were learned from; the kernel counts its own, which no interrupt enters."""
        return self._n_learned + (int(self._train.n_calls[0]) if self._train else 0)
