"""Forecasts of a field: many reservoirs side by side, each of which hears a piece of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from numbers import Integral
from typing import Any, ClassVar, Self

import numpy as np
from joblib import Parallel, delayed
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.metrics import r2_score
from sklearn.utils.validation import check_is_fitted, validate_data

from sparcelearn._core.callbacks import CallbackSupportMixin, fit_task, with_callbacks
from sparcelearn._core.nested import NestedParametersMixin
from sparcelearn._core.validation import Interval, check_parameters, unchanged_on_error

from .blocks import block_model, run_together
from .closed_loop import check_n_steps
from .neighbourhoods import Sites, neighbourhoods
from .regressor import ReservoirRegressor

__all__ = ["FieldForecaster"]


class FieldForecaster(NestedParametersMixin, CallbackSupportMixin, BaseEstimator):
    r"""Forecasts of a field, such as the weather along a circle, by many reservoirs in parallel.

    What happens at a site depends on its neighbourhood only, for a while. So each of many small
    models forecasts a block of sites and hears these and ``overlap`` more on either side [1]_:

    .. math:: \hat u_{t+1}[a, b) = f_{ab}\big(u_t[a - o, b + o), \dots\big)

    One reservoir needs units for all the freedom that the field has; a block needs a number that
    does not grow with the field. In ``generate`` every model hears what its neighbours forecast.

    Parameters
    ----------
    estimator : ReservoirRegressor, default=None
        The model of a block; its reservoir must have ``carry_state=True``. Cloned for every
        block, so that with an integer as ``random_state`` all reservoirs are drawn alike. None
        is an `EchoStateReservoir` of 500 units that forget fast, and an `RLSRegressor`.
    block : int, default=8
        Sites that a model forecasts.
    overlap : int, default=8
        Sites that it hears besides, on either side.
    is_ring : bool, default=True
        Whether the last site is a neighbour of the first.
    n_jobs : int, default=None
        Threads over blocks of sites. Results do not depend on it.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.
        Used for the default model only.

    Attributes
    ----------
    estimators_ : list of ReservoirRegressor
        The models, block by block.
    n_features_in_ : int
        Number of sites.

    See Also
    --------
    ReservoirRegressor : One reservoir, that hears everything.
    sparcelearn.datasets.make_kuramoto_sivashinsky : A chaotic field on a ring.

    References
    ----------
    .. [1] J. Pathak, B. Hunt, M. Girvan, Z. Lu, E. Ott, "Model-free prediction of large
       spatiotemporally chaotic systems from data: a reservoir computing approach", Physical
       Review Letters 120, 024102, 2018. https://doi.org/10.1103/PhysRevLett.120.024102

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn import FieldForecaster
    >>> t, place = np.arange(601)[:, np.newaxis], np.linspace(0, 2 * np.pi, 16, endpoint=False)
    >>> field = np.sin(place - 0.1 * t) + np.sin(2 * place + 0.23 * t)  # two waves on a ring
    >>> model = FieldForecaster(overlap=2, random_state=0).fit(field[:500])
    >>> forecast = model.generate(100)
    >>> forecast.shape
    (100, 16)
    >>> bool(np.abs(forecast - field[500:600]).max() < 0.1)
    True
    """

    estimators_: list[ReservoirRegressor]
    n_features_in_: int
    _pieces: list[tuple[Sites, Sites]]  # those of each block, and those that its model hears
    _last: NDArray[np.float64]  # the row that was not heard yet: what follows it is not known
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "estimator": [ReservoirRegressor, None],
        "block": [Interval(Integral, 1, None, closed="left")],
        "overlap": [Interval(Integral, 0, None, closed="left")],
        "is_ring": ["boolean"],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator: ReservoirRegressor | None = None,
        *,
        block: int = 8,
        overlap: int = 8,
        is_ring: bool = True,
        n_jobs: int | None = None,
        random_state: int | RandomState | None = None,
    ) -> None:
        self.estimator = estimator
        self.block = block
        self.overlap = overlap
        self.is_ring = is_ring
        self.n_jobs = n_jobs
        self.random_state = random_state

    @unchanged_on_error
    @with_callbacks
    def fit(self, X: ArrayLike, y: None = None) -> Self:
        """Train every model to forecast the next row of its block, from scratch.

        The stream begins at rest and then stands at the end of ``X``.

        Parameters
        ----------
        X : array-like of shape (n_timesteps, n_sites)
            The field, a row for each time step.
        y : None
            Ignored: targets are the rows that follow.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or ``X`` is not valid, or the reservoirs carry no state. The estimator
            is then unchanged.
        """
        task = fit_task(self, X, y)
        rows = self._begun(X)
        if len(rows) < 2:
            raise ValueError("X has 1 sample; fit needs at least 2, one after another.")
        self.estimators_ = self._each(
            lambda own, heard, model: model.fit(rows[:-1, heard], rows[1:, own]), self._blank()
        )
        self._last = rows[-1:]
        task.end()
        return self

    @unchanged_on_error
    def partial_fit(self, X: ArrayLike, y: None = None) -> Self:
        """Learn from the next rows of the stream, and move past them.

        The models are copied first, so that a failure in one of them changes none: give pieces
        of many rows.

        Parameters
        ----------
        X : array-like of shape (n_timesteps, n_sites)
            The rows that follow; networks are drawn for the first ones, of which there must be
            two before anything can be forecast.
        y : None
            Ignored: targets are the rows that follow.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or ``X`` is not valid. The estimator is then unchanged.
        """
        if hasattr(self, "_last"):
            check_parameters(self)
            rows = np.concatenate([self._last, self._checked(X)])
        else:
            rows = self._begun(X)
        if len(rows) > 1:
            models = getattr(self, "estimators_", None)
            self.estimators_ = self._each(
                lambda own, heard, model: model.partial_fit(rows[:-1, heard], rows[1:, own]),
                self._blank() if models is None else deepcopy(models),
            )
        self._last = rows[-1:].copy()
        return self

    def predict(self, X: ArrayLike) -> NDArray[np.float64]:
        """Forecast what follows each row, from where the stream stands, without moving time.

        Parameters
        ----------
        X : array-like of shape (n_timesteps, n_sites)
            Rows that follow where the stream stands.

        Returns
        -------
        ndarray of shape (n_timesteps, n_sites)
        """
        check_is_fitted(self, "estimators_")
        rows = np.concatenate([self._last, self._checked(X)])
        n_before = len(self._last)
        return np.column_stack(
            self._each(lambda _, heard, model: model.predict(rows[:, heard]), self.estimators_)
        )[n_before:]

    def score(self, X: ArrayLike, y: None = None) -> float:
        """Return R^2 of the forecasts of all rows but the first, the mean over sites.

        Parameters
        ----------
        X : array-like of shape (n_timesteps, n_sites)
            Rows that follow where the stream stands.
        y : None
            Ignored.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If there are fewer than three rows: there is no spread to compare with.
        """
        forecasts, rows = self.predict(X), self._checked(X)
        if len(rows) < 3:
            raise ValueError(f"X has {len(rows)} sample(s); score needs at least 3.")
        return float(r2_score(rows[1:], forecasts[:-1]))

    def generate(self, n_steps: int, X: ArrayLike | None = None) -> NDArray[np.float64]:
        """Forecast many steps: all blocks together are the next input. Time does not move.

        Parameters
        ----------
        n_steps : int
            Number of rows; the first is the one that follows the last row seen.
        X : array-like of shape (n_timesteps, n_sites), default=None
            Rows to run first, from where the stream stands.

        Returns
        -------
        ndarray of shape (n_steps, n_sites)

        Raises
        ------
        ValueError
            If n_steps is below 0, the stream is at rest and there is no ``X``, or a forecast is
            not finite.
        TypeError
            If n_steps is no integer.
        """
        check_n_steps(n_steps)
        check_is_fitted(self, "estimators_")
        rows = self._last if X is None else np.concatenate([self._last, self._checked(X)])
        if not len(rows):
            raise ValueError("The stream is at rest: give generate rows in X to start from.")
        return run_together(self.estimators_, self._pieces, rows, n_steps)

    def reset_state(self) -> Self:
        """Return the stream to rest, so that the next row is its first; nothing is unlearned."""
        check_is_fitted(self, "estimators_")
        for model in self.estimators_:
            model.reset_state()
        self._last = self._last[:0]
        return self

    def _begun(self, X: ArrayLike) -> NDArray[np.float64]:
        """Cut the field into pieces, and return the rows, checked."""
        check_parameters(self)
        rows: NDArray[np.float64] = validate_data(self, X, dtype=np.float64, copy=True)
        if not self._model()._carries_state:
            raise ValueError("estimator needs a reservoir with carry_state=True.")
        self._pieces = neighbourhoods(
            self.n_features_in_, self.block, self.overlap, is_ring=self.is_ring
        )
        self._last = rows[:0]
        return rows

    def _blank(self) -> list[ReservoirRegressor]:
        """Return models that have learned nothing, one for each block."""
        model = self._model()
        return [clone(model) for _ in self._pieces]

    def _each(self, work: Callable[..., Any], *given: Iterable[Any]) -> list[Any]:
        """Do something for every piece, in threads."""
        jobs = [delayed(work)(*piece, *x) for piece, *x in zip(self._pieces, *given, strict=True)]
        return Parallel(n_jobs=self.n_jobs, prefer="threads")(jobs)

    def _checked(self, X: ArrayLike) -> NDArray[np.float64]:
        return validate_data(self, X, dtype=np.float64, reset=False)

    def _model(self) -> ReservoirRegressor:
        return block_model(self.random_state) if self.estimator is None else self.estimator
