"""How many channels there are, and whether they stand where they should."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "SWAPPED",
    "check_n_channels",
    "n_dimensions",
    "refuse_padding",
    "refuse_pairs_of_events",
    "refuse_series_of_one_dimension",
    "refuse_swapped_axes",
]

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


def refuse_series_of_one_dimension(X: Any) -> None:
    """Raise ValueError where ``X`` is a series, or a list of series of different lengths."""
    is_column = hasattr(X, "to_frame")
    is_flat = isinstance(X, np.ndarray) and X.ndim == 1 and X.dtype.kind != "O"
    is_flat |= isinstance(X, (list, tuple)) and len(X) > 0 and all(map(np.isscalar, X))
    if is_flat or is_column:
        raise ValueError(
            f"X is a series of shape ({len(X)},), but rows have channels. Reshape your data: "
            f"{'X.to_frame()' if is_column else 'np.reshape(X, (-1, 1))'} has one channel."
        )
    if isinstance(X, np.ndarray) and (X.dtype != object or X.ndim != 1):
        return
    is_list = isinstance(X, (list, tuple, np.ndarray)) and len(X) > 1
    if is_list and all(n_dimensions(x) == 1 for x in X) and len({len(x) for x in X}) > 1:
        raise ValueError(
            "X holds 1-D series of different lengths; every sample must be of shape "
            "(n_timesteps, n_channels). For one channel, use [np.reshape(x, (-1, 1)) for x in X]."
        )


def refuse_pairs_of_events(X: Any) -> None:
    """Raise ValueError where samples are pairs of times and channels."""
    if all(_is_pair_of_events(x) for x in X):
        raise ValueError(
            "X holds pairs, as if of times and channels. Samples of events are given as "
            "SpikeTrains.from_samples(X, n_channels=..., durations=...), with times in ms."
        )


def _is_pair_of_events(x: Any) -> bool:
    if not isinstance(x, tuple) or len(x) != 2 or n_dimensions(x) != 2:
        return False
    return bool(np.asarray(x[1]).dtype.kind in "iu" and np.all(np.diff(x[0]) >= 0))


def refuse_padding(rows: NDArray[Any], lengths: NDArray[np.integer]) -> None:
    """Raise ValueError where samples end in rows of NaN, as if to make them equally long."""
    if rows.dtype.kind != "f" or np.isfinite(rows[np.cumsum(lengths) - 1]).all():
        return
    ends = np.isnan(rows[np.cumsum(lengths) - 1]).all(axis=1)
    if ends.any() and not ends.all():
        raise ValueError(
            f"Input X contains NaN: {ends.sum()} of {len(ends)} samples end in rows of NaN, as if "
            "padded. Samples may differ in length: give a list of arrays, each of its own length."
        )


def n_dimensions(x: Any) -> int:
    """Return the number of dimensions; -1 for lists of unequal length in a list."""
    try:
        return np.ndim(x)
    except ValueError:  # nested lists of unequal length
        return -1
