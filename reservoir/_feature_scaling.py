"""Features on one scale: by how much each unit's features varied on the data given to fit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["feature_scale"]


def feature_scale(
    features: NDArray[np.floating], *, is_centred: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what to subtract from each kind of feature of each unit, and what to multiply by.

    Parameters
    ----------
    features : ndarray of shape (n_samples, n_readouts, n_kinds, n_units)
        Features as they come.
    is_centred : bool
        Whether the mean is subtracted; else a silent unit stays 0.

    Returns
    -------
    tuple of ndarray of shape (n_kinds, n_units)
        Offsets and scales; the scale of what does not vary is 1.
    """
    values = features.reshape(-1, *features.shape[2:]).astype(np.float64)
    means, spreads = values.mean(axis=0), values.std(axis=0)
    scales = np.divide(1.0, spreads, out=np.ones_like(spreads), where=spreads > 1e-6)
    return means if is_centred else np.zeros_like(means), scales
