"""What a forecaster returns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Forecast"]


class Forecast(NamedTuple):
    """Forecasts from one moment; printed as a table, a line for each step and target.

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

    def __str__(self) -> str:
        names = ("low", "value", "high")
        lines = [f"{'step':>6}" + "".join(f"{name:>12}" for name in names)]
        columns = [np.reshape(getattr(self, name), (len(self.steps), -1)) for name in names]
        for step, *ends in zip(self.steps, *columns, strict=True):
            for numbers in zip(*ends, strict=True):  # of each target
                lines.append(f"{step:>6}" + "".join(f"{x:>12.5g}" for x in numbers))
        return "\n".join(lines)
