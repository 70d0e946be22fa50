"""What of a fitted readout goes on a chip, and what its neurons make of the chip's weights."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import is_classifier

from sparcelearn._core.spike_trains import SpikeTrains

from .._base import BaseReadout
from .._sparce.rule import SparceReadout
from .._spiking.decolle import DecolleClassifier
from .._spiking.eprop_classifier import EpropClassifier
from .._spiking.eprop_regressor import EpropRegressor
from .._spiking.first_spike import FirstSpikeClassifier
from .._tasks import winners

SPIKING = (FirstSpikeClassifier, EpropClassifier, EpropRegressor, DecolleClassifier)
Noise = Callable[[tuple[int, ...]], NDArray[np.float64] | float]


class Layer:
    """The trained layer of a fitted readout: weights for a chip, and outputs with those it has.

    Parameters
    ----------
    readout : estimator
        Fitted. It is not changed.

    Raises
    ------
    TypeError
        If it is neither linear in its features nor one whose neurons a chip can have.
    """

    def __init__(self, readout: Any) -> None:
        self.readout = readout
        self.has_times = isinstance(readout, FirstSpikeClassifier)
        self.is_own = isinstance(readout, (SparceReadout, *SPIKING)) or (
            isinstance(readout, BaseReadout) and type(readout)._outputs is BaseReadout._outputs
        )
        if not self.is_own and not _is_linear(readout):
            raise TypeError(
                f"{type(readout).__name__} cannot go on a chip: it must be linear in its features, "
                "with coef_ and intercept_, or a SpaRCe, first-spike, e-prop or DECOLLE readout"
            )

    @property
    def weights(self) -> NDArray[np.float64]:
        """Weights for the chip, of shape (n_outputs, n_inputs).

        The spike that is an intercept of first-spike readouts is one more input. Other
        intercepts stay with the host, or are constant drives of neurons, not synapses.
        """
        coef = np.atleast_2d(np.asarray(self.readout.coef_, dtype=np.float64))
        if self.has_times and self.readout.fit_intercept:
            return np.column_stack([coef, self.readout.intercept_])
        return coef

    def outputs(self, X: Any, weights: NDArray[np.float64], noise: Noise) -> NDArray[np.float64]:
        """Return outputs with given weights, noise added.

        Parameters
        ----------
        X : array-like or SpikeTrains
            What the readout takes.
        weights : ndarray of shape (n_outputs, n_inputs)
            Weights of the chip's devices.
        noise : callable
            Returns noise of a shape.

        Returns
        -------
        ndarray of shape (n_samples, n_outputs) or (n_samples, n_outputs, n_steps)
        """
        if not self.is_own:
            y = np.asarray(X, dtype=np.float64) @ weights.T + self.readout.intercept_
            return y + noise(y.shape)
        if self.has_times:
            T, ends = self.times(X, weights, noise)
            return -np.minimum(T, ends[:, None])
        twin = copy(self.readout)
        twin.coef_ = weights
        y = twin._checked_outputs(X)
        return y + noise(y.shape)

    def times(
        self, X: Any, weights: NDArray[np.float64], noise: Noise
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return when outputs spike, inf where they are silent, and when samples end (ms)."""
        twin = copy(self.readout)
        twin.coef_ = weights
        if self.readout.fit_intercept:
            twin.coef_, twin.intercept_ = weights[:, :-1], weights[:, -1]
        spikes = twin._checked_features(X)
        T, ends = twin._times(spikes, np.arange(len(spikes)))
        T = np.where(ends[:, None] > T, T, np.inf)
        return T + noise(T.shape), ends

    def decide(self, outputs: NDArray[np.float64]) -> NDArray[Any]:
        """Return labels or values."""
        if self.is_own:
            return self.readout._decide(outputs)
        if is_classifier(self.readout):
            return self.readout.classes_[winners(outputs)]
        return outputs[:, 0] if np.ndim(self.readout.coef_) == 1 else outputs

    def n_events(self, X: Any) -> NDArray[np.float64]:
        """Return how many events each input brings, over all samples, of shape (n_inputs,)."""
        counts = count_events(X, self.has_times)
        if self.has_times and self.readout.fit_intercept:
            return np.append(counts, len(X))
        return counts


def count_events(X: Any, has_times: bool = False) -> NDArray[np.float64]:
    """Return spikes of each channel, or entries that are not 0 (of times: that are finite)."""
    if isinstance(X, SpikeTrains):
        return np.bincount(X.channels, minlength=X.n_channels).astype(np.float64)
    if isinstance(X, (list, tuple)) and np.ndim(X[0]) == 2:
        return np.sum([np.abs(x).sum(axis=0) for x in X], axis=0)
    values = np.asarray(X, dtype=np.float64)
    if has_times and values.ndim == 2:
        return np.isfinite(values).sum(axis=0).astype(np.float64)
    is_event = values != 0
    return is_event.reshape(-1, values.shape[-1]).sum(axis=0).astype(np.float64)


def _is_linear(readout: Any) -> bool:
    """Whether outputs are ``coef_ x + intercept_``, tried on a few points."""
    coef, intercept = (getattr(readout, name, None) for name in ("coef_", "intercept_"))
    respond = getattr(readout, "decision_function" if is_classifier(readout) else "predict", None)
    if coef is None or intercept is None or respond is None or np.ndim(coef) not in (1, 2):
        return False
    W = np.atleast_2d(coef)
    X = np.random.default_rng(0).normal(size=(5, W.shape[1]))
    try:
        outputs = np.asarray(respond(X), dtype=np.float64).reshape(len(X), -1)
    except (ValueError, TypeError):
        return False
    expected = X @ W.T + intercept
    return outputs.shape == expected.shape and np.allclose(outputs, expected, rtol=1e-5, atol=1e-8)
