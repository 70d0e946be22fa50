"""Forecasts of a series at several horizons, with intervals."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.available import available_if
from sparcelearn._core.callbacks import fit_task, with_callbacks
from sparcelearn._core.validation import Interval, unchanged_on_error
from sparcelearn.readouts import RLSRegressor
from sparcelearn.reservoir import EchoStateReservoir

from .base import OnlineBase
from .differences import references, warn_of_trend
from .forecast import Forecast
from .forecasting import ForecasterBase, flat
from .horizons import as_series, later_values
from .readout_has import readout_has
from .waiting_rows import WaitingRows

__all__ = ["ReservoirForecaster"]

DEFAULT_UNITS = 300


class ReservoirForecaster(ForecasterBase):
    r"""Forecasts of a series, several steps ahead at once, with intervals.

    A reservoir hears the series row by row, and the readout learns for each horizon :math:`h`
    what the series is :math:`h` steps later, straight from the features and not by feeding
    forecasts back:

    .. math:: \hat y_{t+h} = \text{readout}_h(\text{features}_t)

    With ``difference`` = :math:`d`, for series with a trend or a season, the reservoir hears how a
    row differs from that :math:`d` steps before, and the readout learns how a value will differ
    from the last one known of the same season:

    .. math:: \hat y_{t+h} = y_{t+h-kd} + \text{readout}_h(\text{features}_t)\qquad
        k = \lceil h / d \rceil

    Targets are made from the series. A row whose targets have not all come is not learned from, so
    nothing from beyond the end of the training series leaks in. Intervals are those of
    `AdaptiveIntervals`, for each horizon: they begin with the errors on the last part of the
    training series, forecast from the part before, and adapt as the stream goes on.

    Parameters
    ----------
    reservoir : reservoir, StackedReservoir or Pipeline, default=None
        Cloned by ``fit``. It must have ``carry_state=True``. None is an `EchoStateReservoir` of
        300 rate units, which need no scaling of the series.
    readout : estimator, default=None
        Any regressor of several outputs, cloned by ``fit``; with ``partial_fit`` it goes on
        learning. None is an `RLSRegressor` with ``alpha=0.01``.
    horizon : int or array-like of int, default=1
        How many steps ahead: every step up to a number, or the steps that are listed.
    difference : int or None, default=None
        Steps between the values that are compared: 1 where a series has a trend, the length of
        the season (12 for months) where it has a season, with a trend or without. None compares
        nothing, for series that come back to the same range. Rows before the first are taken
        to be like it.
    coverage : float, default=0.9
        Share of values that are to lie in their interval.
    calibration : float, default=0.3
        Last part of the training series that intervals begin with.
    washout : int, default=0
        Number of samples at the start of a stream (in ``fit``, or after ``reset_state``) that
        are not learned from.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.
        Used for the default reservoir only.

    Attributes
    ----------
    reservoir_ : estimator
        The reservoir, drawn for the first data.
    readout_ : estimator
        The readout.
    horizons_ : ndarray of shape (n_horizons,)
        Steps ahead.
    intervals_ : AdaptiveIntervals
        One for each horizon and target: horizon by horizon.
    n_steps_ : int
        Rows that went through the reservoir.
    spike_counts_ : ndarray of shape (n_units,)
        Spikes of each unit, over all those rows.
    n_updates_, n_skipped_, n_rejected_ : int
        The counters ``updates``, ``updates_skipped`` and ``rejected_inputs``.
    n_features_in_ : int
        Number of channels.

    See Also
    --------
    ReservoirRegressor : Any targets; ``generate`` forecasts by feeding predictions back.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn import ReservoirForecaster
    >>> noise = 0.1 * np.random.RandomState(0).normal(size=1200)
    >>> series = (np.sin(np.arange(1200) / 8) + noise)[:, np.newaxis]
    >>> model = ReservoirForecaster(horizon=12, washout=50, random_state=0).fit(series[:1100])
    >>> forecast = model.forecast()
    >>> forecast.steps[-1], forecast.value.shape
    (np.int64(12), (12,))
    >>> inside = (forecast.low < series[1100:1112, 0]) & (series[1100:1112, 0] < forecast.high)
    >>> bool(inside.sum() >= 9)
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "reservoir": OnlineBase._parameter_constraints["reservoir"],
        "readout": [BaseEstimator, None],
        "horizon": [Interval(Integral, 1, None, closed="left"), "array-like"],
        "difference": [Interval(Integral, 1, None, closed="left"), None],
        "coverage": [Interval(Real, 0, 1, closed="neither")],
        "calibration": [Interval(Real, 0, 1, closed="neither")],
        "washout": [Interval(Integral, 0, None, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        reservoir: Any = None,
        readout: Any = None,
        *,
        horizon: int | ArrayLike = 1,
        difference: int | None = None,
        coverage: float = 0.9,
        calibration: float = 0.3,
        washout: int = 0,
        random_state: int | RandomState | None = None,
    ) -> None:
        self.reservoir = reservoir
        self.readout = readout
        self.horizon = horizon
        self.difference = difference
        self.coverage = coverage
        self.calibration = calibration
        self.washout = washout
        self.random_state = random_state

    @unchanged_on_error
    @with_callbacks
    def fit(self, X: ArrayLike, y: ArrayLike | None = None) -> Self:
        """Draw the reservoir, train the readout from scratch, and begin the intervals.

        The stream begins at rest and then stands at the end of ``X``.

        Parameters
        ----------
        X : array-like of shape (n_timesteps, n_channels)
            The series, and whatever else is known at each step.
        y : array-like of shape (n_timesteps,) or (n_timesteps, n_targets), default=None
            What is to be forecast, at the time of each row: ``y[t]`` is known with ``X[t]``. None
            forecasts every channel of ``X``.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter, ``X`` or ``y`` is not valid, or ``X`` is too short. The estimator is
            then unchanged.
        """
        task = fit_task(self, X, y, 2)
        self._begin(X, y, task=task)
        features, counts, after = self._front._respond(self._changes(X))
        series = as_series(X, y)
        if self.difference is None:
            warn_of_trend(series)
        added = references(series, self._past_series, self.horizons_)
        longest = int(self.horizons_[-1])
        rows = np.arange(self._washout, len(series) - longest)
        cut = len(series) - longest - max(1, round(self.calibration * len(rows)))
        early = rows[rows + longest <= cut]  # nothing from beyond the cut is in their targets
        if not len(early):
            raise ValueError(
                f"X has {len(series)} sample(s): too few for horizons up to {longest}, "
                f"washout={self._washout} and calibration={self.calibration}."
            )
        targets = later_values(series, rows, self.horizons_) - added[rows]
        trial = clone(self.readout_).fit(features[early], flat(targets[: len(early)]))
        late = rows[rows >= cut]
        forecasts = np.asarray(trial.predict(features[late])).reshape(len(late), -1)
        for forecast, target in zip(forecasts, targets[late - self._washout], strict=True):
            self.intervals_.update(forecast, target, reach=np.inf)
        with task.handed_to(self.readout_, "learn"):
            self.readout_.fit(features[rows], flat(targets))
        known = np.arange(max(0, len(series) - longest), len(series))
        found, is_learned = self._rows_forecast(features[known]), known >= self._washout
        forecasts = np.stack([found, np.broadcast_to(self.intervals_.reach_, found.shape)], axis=1)
        waiting = WaitingRows(
            features[known], series[known], added[known], is_learned, self.horizons_
        )
        self._remember(X, series, waiting, forecasts)
        self._count(features, counts, self._washout)
        self._front._go_on(after)
        task.end()
        return self

    @available_if(readout_has("partial_fit"))
    def partial_fit(self, X: ArrayLike, y: ArrayLike | None = None) -> Self:
        """Move past rows one by one: adapt intervals, learn what has become known, and forecast.

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
        return self._move(X, y, learns=True)

    def predict(self, X: ArrayLike) -> NDArray[np.float64]:
        """Forecast from each of the rows that follow, without moving time.

        Parameters
        ----------
        X : array-like of shape (n_timesteps, n_channels)
            Rows that follow where the stream stands.

        Returns
        -------
        ndarray of shape (n_timesteps, n_horizons) or (n_timesteps, n_horizons, n_targets)
            What is forecast from each row; (n_timesteps,) for one horizon of one target.
        """
        return self._shaped(self._row_values(X))

    def predict_interval(self, X: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return intervals around the forecasts from each row, all as wide as they are now.

        Parameters
        ----------
        X : array-like of shape (n_timesteps, n_channels)
            Rows that follow where the stream stands.

        Returns
        -------
        tuple of ndarray
            Lower and upper ends, each of the shape of what ``predict`` returns.
        """
        low, high = self.intervals_.around(self._row_values(X))
        return self._shaped(low), self._shaped(high)

    def forecast(self) -> Forecast:
        """Forecast from where the stream stands.

        Returns
        -------
        Forecast
            ``steps``, ``value``, ``low`` and ``high``.

        Raises
        ------
        ValueError
            If the stream is at rest.
        """
        check_is_fitted(self)
        if not len(self._waiting_features):
            raise ValueError("The stream is at rest: there is no row to forecast from.")
        values = self._rows_forecast(self._waiting_features[-1:]) + self._waiting_references[-1:]
        ends = self.intervals_.around(values)
        shape = (len(self.horizons_),) if self._is_single else (len(self.horizons_), -1)
        return Forecast(self.horizons_, *(array.reshape(shape) for array in (values, *ends)))

    def _default_reservoir(self) -> EchoStateReservoir:
        return EchoStateReservoir(DEFAULT_UNITS, carry_state=True, random_state=self.random_state)

    def _default_readout(self) -> RLSRegressor:
        return RLSRegressor(alpha=0.01)
