"""What a forecaster returns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Forecast"]


class Forecast(NamedTuple):
    """Forecasts from one moment.

    Parameters
    ----------
    steps : ndarray of shape (n_horizons,)
        How many steps ahead.
    value : ndarray of shape (n_horizons,) or (n_horizons, n_targets)
        What is forecast.
    low, high : ndarray of the shape of ``value``
        Ends of the intervals.
    """

    steps: NDArray[np.int64]
    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
