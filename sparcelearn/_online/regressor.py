"""A reservoir and a regressor as one estimator, for sequences and for streams."""

from __future__ import annotations

from copy import copy
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import RegressorMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.validation import unchanged_on_error
from sparcelearn.readouts import SparceRegressor

from .base import readout_has
from .stream import StreamBase


class ReservoirRegressor(RegressorMixin, StreamBase):
    """Reservoir and regressing readout in one, for sequences and for streams.

    Like `ReservoirClassifier`, with values instead of labels; ``generate`` forecasts many
    steps by feeding predictions back as input.

    Parameters
    ----------
    reservoir : SpikingReservoir or EchoStateReservoir, default=None
        Cloned by ``fit``. None is a `SpikingReservoir` of 100 units.
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

    def predict(self, X: ArrayLike) -> NDArray[np.float64]:
        return np.asarray(super().predict(X), dtype=np.float64)

    def generate(self, n_steps: int, X: ArrayLike | None = None) -> NDArray[np.floating]:
        """Forecast many steps: each prediction is the next input. Time does not move.

        Parameters
        ----------
        n_steps : int
            Number of predictions; the first is that of the last row seen.
        X : array-like of shape (n_samples, n_channels), default=None
            Rows to run first, from the current state of the stream. Needed after ``fit``, which
            ends at rest.

        Returns
        -------
        ndarray of shape (n_steps,) or (n_steps, n_outputs)

        Raises
        ------
        ValueError
            If the reservoir carries no state or has seen no row since it was at rest, or if
            predictions do not have as many values as there are channels, or are not finite.
        """
        check_is_fitted(self)
        if not self._carries_state:
            raise ValueError("generate needs a reservoir with carry_state=True.")
        reservoir = copy(self.reservoir_)
        if X is not None:
            features, _, after = reservoir._respond(X)
            reservoir._go_on(after)
            last = features[-1:].copy()
        elif self._age:
            slot = self.n_steps_ % len(self._pending_features)
            last = self._pending_features[slot : slot + 1].copy()
        else:
            raise ValueError("The stream is at rest: give generate rows in X to start from.")
        stepper, learner = reservoir._stepper(is_final=True), self._row_learner(last)
        forecasts = []
        for _ in range(n_steps):
            forecast = np.asarray(learner.predict(0))
            if forecast.size != stepper.row.size or not np.isfinite(forecast).all():
                raise ValueError(
                    f"Predictions must be {stepper.row.size} finite value(s), one for each "
                    f"channel, to be fed back as input; got {forecast}."
                )
            forecasts.append(forecast.copy())
            stepper.row[:] = forecast
            stepper.step()
            last[0] = stepper.features
        return np.array(forecasts)

    def _default_readout(self) -> SparceRegressor:
        return SparceRegressor(batch_size=1, random_state=self.random_state)
