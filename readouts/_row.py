"""One row at a time: predict and learn without the checks that a call on many rows makes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.arrays import read_only
from sparcelearn._core.bound_call import held
from sparcelearn._core.kernel_modules import assemble, load_module
from sparcelearn._core.validation import check_parameters, fill

if TYPE_CHECKING:
    from ._base import OnlineReadout


class RowLearner:
    """Lets a readout predict and learn from single rows of a buffer.

    It does what `predict` and `partial_fit` do to the same row, to the bit. Parameters are
    checked once, here, all but the learning rate are read once, and the readout's arrays
    change in place from then on.

    Parameters
    ----------
    readout : OnlineReadout
        It has learned before, and owns its arrays.
    X : ndarray of shape (n_rows, n_features), float32 or float64
        Features, checked by whoever writes them.
    """

    def __init__(self, readout: OnlineReadout, X: NDArray) -> None:
        check_parameters(readout)
        if X.shape[1] != readout.n_features_in_:  # kernels would read on
            raise ValueError(f"X has {X.shape[1]} features, not {readout.n_features_in_}")
        self.readout = readout
        self._codes: dict[Any, NDArray] = {}  # none where targets are values
        if hasattr(readout, "classes_"):
            labels = readout.classes_
            self._codes = dict(zip(labels.tolist(), readout._encode(labels), strict=True))
        self._X = read_only(X)
        self._row = np.zeros(1, dtype=np.int64)
        self._targets = np.zeros((len(X), len(readout.coef_)), readout.coef_.dtype)
        self._weights = np.ones(len(X))

    def predict(self, row: int) -> Any:
        """Return the prediction for a row."""
        self._row[0] = row
        return self.readout._decide(self._outputs())[0]

    def learn(self, row: int, y: Any) -> None:
        """Learn the label or value of a row; ValueError or TypeError if it is none."""
        if self._codes:
            self._targets[row] = self._code(y)
        else:
            fill(self._targets[row], y, "y")
        self._row[0] = row
        self._learn()
        self.readout.t_ += 1

    def _code(self, y: Any) -> NDArray[np.floating]:
        try:
            return self._codes[y]
        except (KeyError, TypeError):
            raise ValueError(f"y={y!r} is not among the classes {list(self._codes)}.") from None

    def _outputs(self) -> NDArray[np.floating]:
        return self.readout._outputs(self._X, self._row)

    def _learn(self) -> None:
        self.readout._learn(self._X, self._targets, self._row, self._weights, self._rates())

    def _rates(self) -> tuple[float, float]:
        rate = float(self.readout.learning_rate)
        return rate, rate


class SparceRowLearner(RowLearner):
    """The same for SpaRCe, its kernels called directly."""

    def __init__(self, readout: Any, X: NDArray) -> None:
        super().__init__(readout, X)
        self._held_rates = np.array(self._rates())
        self._train = held(
            *readout._training(self._X, self._targets, self._row, self._weights, self._held_rates)
        )
        self._thresholds = readout.thresholds_
        self._coef = np.ascontiguousarray(readout.coef_)
        self._out = np.zeros_like(self._targets[:1])
        self._predict = held(
            load_module(assemble("sparcelearn.readouts.kernels.minibatch")).predict,
            self._X,
            self._row,
            self._thresholds,
            read_only(self._coef),
            read_only(readout.intercept_),
            self._out,
        )

    def _outputs(self) -> NDArray[np.floating]:
        readout = self.readout
        if readout.sparsity is not None:
            np.add(readout.base_thresholds_, readout.learned_thresholds_, out=self._thresholds)
        if len(self._coef) > 1:  # a single output reads the weights where they are
            np.copyto(self._coef, readout.coef_)
        self._predict()
        return self._out

    def _learn(self) -> None:
        readout = self.readout
        if readout._markers is not None:  # percentiles are still being tracked
            super()._learn()
            return
        self._held_rates.fill(readout.learning_rate)
        total, n_active, n_nonzero = self._train()
        if not math.isfinite(total):
            raise ValueError(
                "learning diverged: the loss is no longer finite. Lower learning_rate "
                f"(now {readout.learning_rate}), or scale X to values around 1"
            )
        readout.coding_level_ = n_active / n_nonzero if n_nonzero else 0.0
