"""How many channels there are, and whether they stand where they should."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["SWAPPED", "check_n_channels", "refuse_swapped_axes"]

SWAPPED = (
    " It looks as if the axes were swapped: time is the last axis but one, channels are the last. "
    "Use np.swapaxes(X, -1, -2)."
)


def refuse_swapped_axes(estimator: Any, X: Any, *, reset: bool) -> None:
    """Raise ValueError where rows and channels of a stream have changed places."""
    shape: tuple[int, ...] = getattr(X, "shape", ())
    if not reset and len(shape) == 2 and shape[1] != estimator.n_features_in_ == shape[0] > 1:
        check_n_channels(estimator, shape[1], reset=False, other_axis=np.array([shape[0]]))


def check_n_channels(
    estimator: Any, n_channels: int, *, reset: bool, other_axis: NDArray[np.integer] | None = None
) -> None:
    """Set or compare the number of channels, with scikit-learn's message.

    If all of the other axis, of time, have that number of entries, the axes may be swapped.
    """
    if reset:
        estimator.n_features_in_ = n_channels
        vars(estimator).pop("feature_names_in_", None)
    elif n_channels != estimator.n_features_in_:
        is_swapped = other_axis is not None and np.all(other_axis == estimator.n_features_in_)
        raise ValueError(
            f"X has {n_channels} features, but {type(estimator).__name__} is expecting "
            f"{estimator.n_features_in_} features as input."
            f"{SWAPPED if is_swapped else ''}"
        )
