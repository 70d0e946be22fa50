"""What linear readouts share, whatever they learn by: weights, intercepts, outputs."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.arrays import read_only

from ._base import OnlineReadout
from .kernels import linear


class LinearReadout(OnlineReadout):
    """Weights that start at 0, and ``y = W x + b``; a rule adds ``_learn``."""

    _state: ClassVar[tuple[str, ...]] = ("coef_", "intercept_")

    def _start(self, X: NDArray, n_outputs: int, random_state: np.random.RandomState) -> None:
        """Set weights and intercepts to 0, in double precision whatever the features have."""
        self.coef_ = np.zeros((X.shape[1], n_outputs)).T  # kernels read one row per feature
        self.intercept_ = np.zeros(n_outputs)

    def _calibrate(
        self, X: NDArray, rows: NDArray[np.int64], random_state: np.random.RandomState
    ) -> None:
        """Do nothing: features are taken as they are."""

    def _outputs(self, X: NDArray, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the outputs, of shape (rows.size, n_outputs)."""
        W = np.ascontiguousarray(self.coef_.T, dtype=np.float64)
        out = np.empty((rows.size, W.shape[1]))
        intercept = np.asarray(self.intercept_, dtype=np.float64)
        linear.predict(read_only(X), rows, read_only(W), read_only(intercept), out)
        return out

    def _check_finite(self, loss: float, *state: NDArray, advice: str) -> None:
        """Refuse to go on with a loss, a weight or a state that is not finite."""
        learned = (self.coef_, self.intercept_, *state)
        if not (math.isfinite(loss) and all(np.isfinite(array).all() for array in learned)):
            raise ValueError(
                f"learning diverged: the loss or a weight is no longer finite. {advice}"
            )
