"""A reservoir and a regressor as one estimator, for sequences and for streams."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils import check_array

from sparcelearn._core.available import available_if
from sparcelearn._core.validation import unchanged_on_error
from sparcelearn.readouts import SparceRegressor

from .closed_loop import ClosedLoop, check_n_steps
from .readout_has import readout_has
from .stream import StreamBase


class ReservoirRegressor(RegressorMixin, StreamBase):
    """Reservoir and regressing readout in one, for sequences and for streams.

    Like `ReservoirClassifier`, with values instead of labels; ``generate`` forecasts many
    steps by feeding predictions back as input.

    Parameters
    ----------
    reservoir : reservoir, StackedReservoir or Pipeline, default=None
        Cloned by ``fit``. None is a `SpikingReservoir` of 100 units. A pipeline has one
        reservoir, and before and after it any transformers of rows.
    readout : estimator, default=None
        Any regressor, cloned by ``fit``; one with ``partial_fit`` for streams. None is a
        `SparceRegressor` with ``batch_size=1``.
    washout : int, default=0
        Number of samples at the start of a stream (in ``fit``, or after ``reset_state``) that
        are not learned from. It is not repeated for each piece.
    max_pending : int, default=1
        How many predictions of ``step`` wait for their value in ``learn``; their features are
        kept.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.
        Used for the default reservoir and readout only.

    Attributes
    ----------
    reservoir_ : estimator
        The reservoir, drawn for the first data.
    readout_ : estimator
        The readout.
    n_steps_ : int
        Samples that went through the reservoir; after ``step``, the ticket of its prediction.
    spike_counts_ : ndarray of shape (n_units,)
        Spikes of each unit, over all those samples.
    n_updates_, n_skipped_, n_rejected_ : int
        The counters ``updates``, ``updates_skipped`` and ``rejected_inputs``.
    n_features_in_ : int
        Number of channels.

    See Also
    --------
    ReservoirClassifier : The same for labels; its notes apply here too.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn import ReservoirRegressor
    >>> from sparcelearn.readouts import SparceRegressor
    >>> from sparcelearn.reservoir import EchoStateReservoir
    >>> x = np.sin(np.arange(2001) / 8)
    >>> model = ReservoirRegressor(
    ...     EchoStateReservoir(50, carry_state=True, random_state=0),
    ...     SparceRegressor(sparsity=None, batch_size=1),
    ...     washout=50,
    ... )
    >>> model = model.partial_fit(x[:2000, np.newaxis], x[1:])  # the value that comes next
    >>> bool(abs(model.step(x[2000]) - np.sin(2001 / 8)) < 0.1)
    True
    >>> model.generate(3).shape  # forecasts from there, without moving time
    (3,)
    """

    @available_if(readout_has("partial_fit"))
    @unchanged_on_error
    def partial_fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Predict, then learn, from samples in order; a stream moves past them.

        Parameters
        ----------
        X : array-like
            Samples, or the next piece of the stream, in any form that ``fit`` takes.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target values.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each sample, if the readout takes it; 1 by default.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If an argument is not valid. The estimator is then unchanged.
        """
        return self._partial_fit(X, y, sample_weight)

    def predict(self, X: ArrayLike) -> Any:
        found = super().predict(X)
        if isinstance(found, list):
            return [values.astype(np.float64) for values in found]
        return np.asarray(found, dtype=np.float64)

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Return the coefficient of determination, R^2, without moving time.

        Parameters
        ----------
        X : array-like
            Input in any form that ``fit`` takes.
        y : array-like
            Values, as ``fit`` takes them. Those of the washout do not count: of the first rows
            after rest, and of each sequence where every time step has a value.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each sample.

        Returns
        -------
        float
        """
        return self._score(r2_score, X, y, sample_weight)

    def generate(
        self,
        n_steps: int,
        X: ArrayLike | None = None,
        *,
        exogenous: ArrayLike | None = None,
        feedback: Callable[[NDArray[np.floating]], ArrayLike] | None = None,
    ) -> NDArray[np.floating]:
        """Forecast many steps: each prediction is the next input. Time does not move.

        Parameters
        ----------
        n_steps : int
            Number of predictions; the first is that of the last row seen.
        X : array-like of shape (n_samples, n_channels), default=None
            Rows to run first, from the current state of the stream.
        exogenous : array-like of shape (n_steps, n_known), default=None
            What is known ahead. Row ``k`` belongs to the moment that prediction ``k`` is for.
            It stands in the last ``n_known`` channels, behind what is fed back; the last row is
            not needed and may be missing.
        feedback : callable, default=None
            Turns a prediction, an array of shape (n_outputs,), into what is fed back. None feeds
            back the prediction itself. With a model of one's own it makes a hybrid:
            ``lambda y: np.append(y, simulate(y))``.

        Returns
        -------
        ndarray of shape (n_steps,) or (n_steps, n_outputs)

        Raises
        ------
        ValueError
            If the reservoir carries no state or has seen no row since it was at rest, or if
            what is fed back and what is known are not as many values as there are channels, or
            are not finite, or n_steps is below 0.
        TypeError
            If n_steps is no integer.
        """
        check_n_steps(n_steps)
        loop, known = ClosedLoop(self, X), _known_ahead(exogenous, n_steps)
        forecasts: list[NDArray[np.floating]] = []
        for k in range(n_steps):
            if k:
                last = forecasts[-1]
                given = last if feedback is None else feedback(last.reshape(-1))
                loop.hear(np.append(given, known[k - 1]))
            forecasts.append(loop.predict())
        return np.array(forecasts)

    def _default_readout(self) -> SparceRegressor:
        return SparceRegressor(batch_size=1, random_state=self.random_state)


def _known_ahead(exogenous: ArrayLike | None, n_steps: int) -> NDArray[np.float64]:
    """Return a row, perhaps empty, for each prediction that is fed back."""
    if exogenous is None:
        return np.empty((n_steps, 0))
    known: NDArray[np.float64] = check_array(exogenous, dtype=np.float64, input_name="exogenous")
    if len(known) not in (n_steps - 1, n_steps):
        raise ValueError(
            f"exogenous has {len(known)} rows; it must have one for each of n_steps={n_steps} "
            "predictions (the last is not needed)."
        )
    return known
