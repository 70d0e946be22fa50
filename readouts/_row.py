"""One row at a time: predict and learn without the checks that a call on many rows makes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.arrays import read_only
from sparcelearn._core.as_fitted import as_fitted, fixed_parameters, keep_parameters
from sparcelearn._core.interrupts import Uninterrupted
from sparcelearn._core.validation import check_parameters, fill


def row_learner_of(estimator: Any, X: NDArray[Any]) -> RowLearner | None:
    """Return what predicts and learns from rows of ``X`` as an estimator does; None if nothing.

    Nothing does before a readout has learned, or where parameters differ from those of its fit. The
    readout is given copies of its arrays, which change in place from then on.
    """
    if not hasattr(estimator, "_row_learner") or not hasattr(estimator, "t_"):
        return None
    if as_fitted(estimator, fixed_parameters(estimator)) is not estimator:
        return None
    estimator._own()
    keep_parameters(estimator)
    return estimator._row_learner(X)


class RowLearner:
    """Lets a readout predict and learn from single rows of a buffer.

    It does what `predict` and `partial_fit` do to the same row, to the bit. Parameters are
    checked once, here, all but the learning rate are read once, and the readout's arrays
    change in place from then on.

    Parameters
    ----------
    readout : BaseReadout
        It has learned before, and owns its arrays.
    X : ndarray of shape (n_rows, n_features), float32 or float64
        Features, checked by whoever writes them.
    """

    def __init__(self, readout: Any, X: NDArray[Any]) -> None:
        check_parameters(readout)
        if X.shape[1] != readout.n_features_in_:  # kernels would read out of bounds
            raise ValueError(f"X has {X.shape[1]} features, not {readout.n_features_in_}")
        self.readout = readout
        self._codes: dict[Any, NDArray[Any]] = {}  # none where targets are values
        if hasattr(readout, "classes_"):
            labels = readout.classes_
            self._codes = dict(zip(labels.tolist(), readout._encode(labels), strict=True))
        self._X = read_only(X)
        self._row = np.zeros(1, dtype=np.int64)
        self._targets = np.zeros((len(X), len(readout.coef_)), readout.coef_.dtype)
        self._weights = np.ones(len(X))
        self._t_before, self._n_learned = readout.t_, 0

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
        self.settle()

    def settle(self) -> None:
        """Bring counts up to what was learned, which an interrupt may have left behind."""
        self.readout.t_ = self._t_before + self.n_learned

    def _code(self, y: Any) -> NDArray[np.floating]:
        try:
            return self._codes[y]
        except (KeyError, TypeError):
            raise ValueError(f"y={y!r} is not among the classes {list(self._codes)}.") from None

    def _outputs(self) -> NDArray[np.floating]:
        return self.readout._outputs(self._X, self._row)

    def _learn(self) -> None:
        """Learn from the row; ValueError, with nothing learned, if that is not finite."""
        with Uninterrupted():
            before = dict(vars(self.readout))
            try:
                self.readout._learn(self._X, self._targets, self._row, self._weights, self._rates())
            except BaseException:  # arrays are not written into then
                vars(self.readout).update(before)
                raise
            self._n_learned += 1

    @property
    def n_learned(self) -> int:
        """Rows that were learned from."""
        return self._n_learned

    def _rates(self) -> tuple[float, float]:
        rate = self.readout._rate(is_stream=True)
        return rate, rate
