"""Rows of a stream whose targets are still to come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import NotFittedError

from sparcelearn.readouts._base import BaseReadout

from .horizons import later_values
from .intervals import AdaptiveIntervals

__all__ = ["WaitingRows"]


@dataclass
class WaitingRows:
    """Successive rows: those that wait, and the new ones behind them.

    Parameters
    ----------
    features : ndarray of shape (n_rows, n_features)
        What the readout reads of each.
    series : ndarray of shape (n_rows, n_targets)
        What is forecast, at the time of each.
    references : ndarray of shape (n_rows, n_horizons * n_targets)
        What forecasts from each are added to.
    is_learned : ndarray of shape (n_rows,), dtype bool
        Which are no washout.
    horizons : ndarray of shape (n_horizons,)
        Steps ahead, rising.
    """

    features: NDArray[Any]
    series: NDArray[np.float64]
    references: NDArray[np.float64]
    is_learned: NDArray[np.bool_]
    horizons: NDArray[np.int64]

    def run(
        self,
        readout: Any,
        intervals: AdaptiveIntervals,
        before: NDArray[np.float64],
        *,
        learns: bool,
    ) -> NDArray[np.float64]:
        """Go through the new rows; change the readout and the intervals, and return forecasts.

        Parameters
        ----------
        readout : estimator
            The readout.
        intervals : AdaptiveIntervals
            One for each horizon and target.
        before : ndarray of shape (n_waiting, 2, n_horizons * n_targets)
            What was forecast from the rows that waited, less references, nan where nothing was
            learned yet; and how far the intervals reached then.
        learns : bool
            Whether the readout learns from rows whose targets have become known.

        Returns
        -------
        ndarray of shape (n_rows, 2, n_horizons * n_targets)
            The same of all rows, each forecast made before later rows are learned from.
        """
        forecasts = np.full((len(self.series), *before.shape[1:]), np.nan)
        forecasts[: len(before)] = before
        n_targets, longest = self.series.shape[1], int(self.horizons[-1])
        for row in range(len(before), len(forecasts)):
            for j, horizon in enumerate(self.horizons):
                made = row - int(horizon)
                if made < 0 or np.isnan(forecasts[made, 0, 0]):
                    continue
                for k in range(n_targets):
                    output = j * n_targets + k
                    change = self.series[row, k] - self.references[made, output]
                    forecast, reach = forecasts[made, :, output]
                    intervals.update(forecast, change, output, reach)
            complete = row - longest
            if learns and complete >= 0 and self.is_learned[complete]:
                self._learn(readout, complete)
            forecasts[row, 0] = _predict(readout, self.features[row : row + 1])
            forecasts[row, 1] = intervals.reach_
        return forecasts

    def _learn(self, readout: Any, row: int) -> None:
        targets = later_values(self.series, np.array([row]), self.horizons)
        targets -= self.references[row]
        y = targets[:, 0] if targets.shape[1] == 1 else targets
        readout.partial_fit(self.features[row : row + 1], y)


def _predict(readout: Any, features: NDArray[Any]) -> Any:
    if isinstance(readout, BaseReadout) and not hasattr(readout, "t_"):
        return np.nan
    try:
        return np.asarray(readout.predict(features), dtype=np.float64)[0]
    except NotFittedError:
        return np.nan
