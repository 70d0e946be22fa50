"""What a forecaster keeps between pieces of a stream, and how it moves past them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import r2_score
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.validation import unchanged_on_error

from .base import OnlineBase
from .differences import changes, first_rows, last_rows, references
from .horizons import as_series, checked_horizons, later_values
from .intervals import AdaptiveIntervals
from .waiting_rows import WaitingRows

__all__ = ["ForecasterBase", "flat"]


class ForecasterBase(OnlineBase):
    """Keeps the last rows, whose targets are still to come."""

    max_pending = 1
    horizon: int | ArrayLike
    difference: int | None
    coverage: float
    intervals_: AdaptiveIntervals
    horizons_: NDArray[np.int64]
    _is_single: bool
    _has_targets: bool  # of its own, which are no channels of X
    _past_rows: NDArray[np.float64]  # as many as ``difference``, of X and of the series
    _past_series: NDArray[np.float64]
    _waiting_features: NDArray[Any]
    _waiting_series: NDArray[np.float64]
    _waiting_references: NDArray[np.float64]
    _waiting_forecasts: NDArray[np.float64]
    _waiting_learned: NDArray[np.bool_]

    def observe(self, X: ArrayLike, y: ArrayLike | None = None) -> Self:
        """Move past rows and adapt intervals, with the readout as it is.

        Parameters
        ----------
        X : array-like of shape (n_timesteps, n_channels)
            The next rows of the stream.
        y : array-like of shape (n_timesteps,) or (n_timesteps, n_targets), default=None
            What is to be forecast, at the time of each row, as in ``fit``.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If an argument is not valid. The estimator is then unchanged.
        """
        check_is_fitted(self)
        return self._move(X, y, learns=False)

    def score(self, X: ArrayLike, y: ArrayLike | None = None) -> float:
        """Return R^2 of the forecasts whose targets are known, the mean over horizons.

        Parameters
        ----------
        X : array-like of shape (n_timesteps, n_channels)
            Rows that follow where the stream stands.
        y : array-like of shape (n_timesteps,) or (n_timesteps, n_targets), default=None
            What is to be forecast, as in ``fit``.

        Returns
        -------
        float
        """
        check_is_fitted(self)
        series = as_series(X, y)
        forecasts = self._rows_forecast(self._features(self._changes(X)))
        forecasts += references(series, self._past_series, self.horizons_)
        rows = np.arange(max(0, self._washout - self._age), len(series) - self.horizons_[-1])
        if len(rows) < 2:
            raise ValueError(
                f"X has {len(series)} rows: too few to score {self.horizons_} steps ahead."
            )
        return float(r2_score(later_values(series, rows, self.horizons_), forecasts[rows]))

    def reset_state(self) -> Self:
        super().reset_state()
        self._forget_waiting()
        return self

    def _begin(self, X: ArrayLike, y: Any, **how: Any) -> None:
        """Draw reservoir and readout, and make intervals that have seen nothing."""
        self._by_step = False
        self._check_parameters()
        series = as_series(X, y)
        self._has_targets = y is not None
        self._past_rows = first_rows(X, self.difference)
        self._past_series = first_rows(series, self.difference)
        self._draw(self._changes(X), **how)
        if not self._carries_state:
            raise ValueError("ReservoirForecaster needs a reservoir with carry_state=True.")
        self.horizons_ = checked_horizons(self.horizon)
        self.intervals_ = AdaptiveIntervals(
            len(self.horizons_) * series.shape[1], coverage=self.coverage
        )
        self._is_single = series.shape[1] == 1
        self._forget_waiting()

    def _forget_waiting(self) -> None:
        """Drop the rows whose targets are still to come."""
        n_targets = self.intervals_.n_outputs // len(self.horizons_)
        self._waiting_features = np.zeros((0, 0))
        self._waiting_series = np.zeros((0, n_targets))
        self._waiting_references = np.zeros((0, self.intervals_.n_outputs))
        self._waiting_forecasts = np.zeros((0, 2, self.intervals_.n_outputs))
        self._waiting_learned = np.zeros(0, dtype=bool)

    @unchanged_on_error
    def _move(self, X: ArrayLike, y: Any, *, learns: bool) -> Self:
        if hasattr(self, "reservoir_"):
            self._check_parameters()
        else:
            self._begin(X, y, is_stream=True)
        series = as_series(X, y)
        if series.shape[1] != self._waiting_series.shape[1]:
            raise ValueError(
                f"{self._waiting_series.shape[1]} target(s) are forecast, not {series.shape[1]}."
            )
        if not self._age:  # at rest
            self._past_rows = first_rows(X, len(self._past_rows))
            self._past_series = first_rows(series, len(self._past_series))
        features, counts, after = self._front._respond(self._changes(X))
        age = self._age + np.arange(len(features))
        n_before = len(self._waiting_features)
        rows = WaitingRows(
            np.concatenate([self._waiting_features, features]) if n_before else features,
            np.concatenate([self._waiting_series, series]),
            np.concatenate(
                [
                    self._waiting_references,
                    references(series, self._past_series, self.horizons_),
                ]
            ),
            np.concatenate([self._waiting_learned, age >= self._washout]),
            self.horizons_,
        )
        readout, intervals = deepcopy(self.readout_), deepcopy(self.intervals_)
        forecasts = rows.run(readout, intervals, self._waiting_forecasts, learns=learns)
        self._remember(X, series, rows, forecasts)
        self.readout_, self.intervals_ = readout, intervals
        self._count(features, counts, int((age < self._washout).sum()))
        self._front._go_on(after)
        return self

    def _remember(
        self, X: ArrayLike, series: Any, rows: WaitingRows, forecasts: NDArray[np.float64]
    ) -> None:
        """Keep the rows whose targets are still to come, and those that later ones differ from."""
        kept = slice(max(0, len(forecasts) - int(self.horizons_[-1])), None)
        self._waiting_features, self._waiting_series = rows.features[kept], rows.series[kept]
        self._waiting_references = rows.references[kept]
        self._waiting_forecasts, self._waiting_learned = forecasts[kept], rows.is_learned[kept]
        self._past_rows = last_rows(self._past_rows, X)
        self._past_series = last_rows(self._past_series, series)

    def _changes(self, X: ArrayLike) -> Any:
        """Return what the reservoir hears of the next rows."""
        return changes(X, self._past_rows)

    def _row_values(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the forecasts from each of the rows that follow."""
        check_is_fitted(self)
        found = self._rows_forecast(self._features(self._changes(X)))
        if not len(self._past_rows):
            return found
        if self._has_targets:
            raise ValueError(
                f"difference={len(self._past_rows)} adds forecasts to past values of y, which X "
                "does not hold: move past the rows with observe(X, y) or partial_fit(X, y), and "
                "call forecast()."
            )
        return found + references(as_series(X, None), self._past_series, self.horizons_)

    def _rows_forecast(self, features: NDArray[Any]) -> NDArray[np.float64]:
        found = np.asarray(self.readout_.predict(features), dtype=np.float64)
        return found.reshape(len(features), -1)

    def _shaped(self, forecasts: NDArray[np.float64]) -> NDArray[np.float64]:
        if not self._is_single:
            return forecasts.reshape(len(forecasts), len(self.horizons_), -1)
        return forecasts[:, 0] if forecasts.shape[1] == 1 else forecasts


def flat(targets: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return targets as a regressor of one output expects them."""
    return targets[:, 0] if targets.shape[1] == 1 else targets
