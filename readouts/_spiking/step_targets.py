"""Targets in every step: values of shape (n_samples, n_steps, n_outputs)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils import check_array, check_consistent_length

from .._base import BaseReadout
from .._tasks import RegressorTask, check_values
from .event_grid import Steps


class StepRegressor(RegressorMixin, BaseReadout):
    """A regressor that is given, and gives, a value for each sample or for each step."""

    _is_stepwise: bool

    partial_fit = RegressorTask.partial_fit

    def _check(self, X: Any, y: Any, reset: bool) -> tuple[Any, NDArray[Any]]:
        """Return valid features and values; at first, settle the dimensions of predictions."""
        is_stepwise = np.asarray(y).ndim == 3
        if reset:
            self._is_stepwise = is_stepwise
        elif is_stepwise != self._is_stepwise:
            kinds = ("each sample", "each step")
            raise ValueError(
                f"y has a value for {kinds[is_stepwise]}, but had one for "
                f"{kinds[self._is_stepwise]} at first"
            )
        if not is_stepwise:
            return check_values(self, X, y, reset=reset)
        features = self._validated(X, reset=reset)
        values = check_array(y, allow_nd=True, dtype=np.float64, input_name="y", estimator=self)
        check_consistent_length(features, values)
        check_steps(features, np.full(len(values), values.shape[1]))
        self._check_outputs(values.shape[2], reset=reset)
        return features, values

    def _check_outputs(self, n_outputs: int, *, reset: bool) -> None:
        """Settle that targets are stepwise or, later on, reject another number of outputs."""
        if reset:
            self._is_stepwise, self._is_flat = True, False
        elif n_outputs != self.intercept_.size:
            raise ValueError(f"y has {n_outputs} outputs, but was {self.intercept_.size} at first")

    def _encode(self, y: NDArray[Any]) -> NDArray[np.float64]:
        """Return targets of shape (n_samples, n_outputs, n_steps), of one step if all alike."""
        values = np.asarray(y, dtype=np.float64)
        if values.ndim < 3:
            values = values.reshape(len(values), 1, -1)
        return np.ascontiguousarray(values.transpose(0, 2, 1))

    def _decide(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """Return outputs, of shape (n_samples, n_outputs, n_columns), as the first y was."""
        if self._is_stepwise:
            return outputs.transpose(0, 2, 1)
        return outputs[:, 0, 0] if self._is_flat else outputs[:, :, 0]

    def _strata(self, y: NDArray[Any]) -> None:
        """Return nothing to stratify by."""

    def _score(self, targets: NDArray[Any], outputs: NDArray[Any], weights: NDArray[Any]) -> float:
        """Return the coefficient of determination, over samples and steps."""
        rows = (a.transpose(0, 2, 1).reshape(-1, a.shape[1]) for a in (targets, outputs))
        return float(r2_score(*rows, sample_weight=np.repeat(weights, targets.shape[2])))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def check_steps(features: Steps, n_steps: NDArray[np.int64]) -> None:
    """Reject targets in another number of steps than the samples have."""
    wrong = np.flatnonzero(features.n_steps != n_steps)
    if wrong.size:
        s = wrong[0]
        raise ValueError(f"y has {n_steps[s]} steps in sample {s}, but X has {features.n_steps[s]}")
