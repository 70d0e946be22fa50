"""A model that hears what it predicts."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_is_fitted, check_scalar

__all__ = ["ClosedLoop", "check_n_steps"]


def check_n_steps(n_steps: Any) -> None:
    """Raise if a number of steps is no integer (TypeError) or below 0 (ValueError)."""
    check_scalar(n_steps, "n_steps", Integral, min_val=0)


class ClosedLoop:
    """A stream that goes on from where a model stands. Time of the model does not move.

    Parameters
    ----------
    model : ReservoirRegressor
        The model.
    X : array-like of shape (n_samples, n_channels), default=None
        Rows to run first, from the current state of the stream.

    Raises
    ------
    ValueError
        If the reservoir carries no state or has seen no row since it was at rest.
    """

    def __init__(self, model: Any, X: ArrayLike | None = None) -> None:
        check_is_fitted(model)
        if not model._carries_state:
            raise ValueError("generate needs a reservoir with carry_state=True.")
        front = model._front._ahead()
        if X is not None:
            features, _, after = front._respond(X)
            front._go_on(after)
            self._last = features[-1:].copy()
        elif model._age:
            slot = model.n_steps_ % len(model._pending_features)
            self._last = model._pending_features[slot : slot + 1].copy()
        else:
            raise ValueError("The stream is at rest: give generate rows in X to start from.")
        self._stepper = front._stepper(is_final=True)
        self._learner = model._row_learner(self._last)

    def predict(self) -> NDArray[np.floating]:
        """Return what is predicted for the last row: a number, or an array (n_outputs,)."""
        return np.array(self._learner.predict(0))

    def hear(self, row: NDArray[np.floating]) -> None:
        """Move by one row.

        Parameters
        ----------
        row : ndarray of shape (n_channels,)
            The row.

        Raises
        ------
        ValueError
            If it has another number of channels, or is not finite.
        """
        heard = self._stepper.row
        if row.size != heard.size or not np.isfinite(row).all():
            raise ValueError(
                "A prediction fed back, and what is known ahead, must be "
                f"{heard.size} finite value(s), one for each channel; got {row}."
            )
        heard[:] = row
        self._stepper.step()
        self._last[0] = self._stepper.features
