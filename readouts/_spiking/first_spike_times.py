"""Times of first spikes: as input, and as what neurons make of them."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import validate_data

from sparcelearn._core.arrays import read_only
from sparcelearn._core.kernel_modules import load_module
from sparcelearn._core.kernel_text import assemble
from sparcelearn._core.sequences import check_trains
from sparcelearn._core.spike_trains import SpikeTrains

from ..kernels.crossing import Neuron, Potential, TimedInputs
from ..kernels.first_spike import Constants
from ..kernels.layout import Parameters
from .event_grid import as_steps


@dataclass(frozen=True)
class SpikeTimes:
    """One spike per channel and sample, sorted by time.

    Parameters
    ----------
    times : ndarray of shape (n_samples, n_channels)
        Rising in each row; inf, at the end, for silent channels.
    channels : ndarray of shape (n_samples, n_channels), dtype int64
        Whose times they are.
    """

    times: NDArray[np.float64]
    channels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.times)

    @property
    def shape(self) -> tuple[int, int]:
        """Number of samples and of channels."""
        return self.times.shape[0], self.times.shape[1]

    @property
    def arrays(self) -> TimedInputs:
        """What the kernels read."""
        return TimedInputs(read_only(self.times), read_only(self.channels))


def sort_times(times: NDArray[np.float64]) -> SpikeTimes:
    """Sort spike times of shape (n_samples, n_channels)."""
    channels = np.argsort(times, axis=1, kind="stable")
    return SpikeTimes(np.take_along_axis(times, channels, axis=1), channels)


def as_spike_times(
    estimator: Any, X: ArrayLike | SpikeTrains, *, reset: bool, dt: float, unit: float
) -> SpikeTimes:
    """Validate ``X`` in any of its forms and set or check ``n_features_in_``.

    Parameters
    ----------
    estimator : estimator
        The caller.
    X : SpikeTrains or array-like
        Spikes; or an array of shape (n_samples, n_channels) of spike times (ms); or arrays
        of numbers of spikes in steps.
    reset : bool
        Whether this call defines the number of channels.
    dt : float
        Length of a step (ms).
    unit : float
        In what times are returned (ms).

    Returns
    -------
    SpikeTimes
    """
    if isinstance(X, SpikeTrains):
        check_trains(estimator, X, reset=reset)
        times = X.first_times()
    elif _has_steps(X):
        steps = as_steps(estimator, X, reset=reset, dt=dt)
        if np.any(steps.values < 0):
            raise ValueError("X must hold numbers of spikes, which are not negative.")
        times = np.full(steps.shape, np.inf)
        step = np.repeat(np.arange(steps.starts[-1]), np.diff(steps.step_starts))
        sample = np.searchsorted(steps.starts, step, side="right") - 1
        np.minimum.at(times, (sample, steps.channels), (step - steps.starts[sample]) * dt)
    else:
        times = validate_data(estimator, X, reset=reset, dtype=np.float64)
    return sort_times(times / unit)


def _has_steps(X: Any) -> bool:
    """Whether samples have steps: in an array of 3 dimensions, or each an array of 2."""
    if hasattr(X, "ndim") and X.ndim != 1:
        return X.ndim == 3
    return isinstance(X, (list, tuple, np.ndarray)) and len(X) > 0 and np.ndim(X[0]) == 2


def rule_kernels() -> ModuleType:
    """Return the compiled rule."""
    return load_module(assemble("sparcelearn.readouts.kernels.first_spike"))


def rule_constants(readout: Any) -> Constants:
    """Return the numbers of the rule, times in ``tau_syn``, for its kernel."""
    tau = float(readout.tau_syn)
    bias_time = readout.bias_time / tau if readout.fit_intercept else np.inf
    return Constants(
        neuron=Neuron(int(readout.tau_ratio), float(readout.v_threshold), bias_time),
        loss=readout._code(readout.loss),
        xi=float(readout.temperature),
        a_r=float(readout.early_weight),
        b_r=float(readout.early_scale),
        target=readout.target_time / tau,
        margin=readout.margin / tau,
        is_exact=readout.derivative == "exact",
        limit=float(readout.max_gradient),
        bump=float(readout.bump),
        tolerance=float(readout.max_silent),
    )


def first_spike_times(
    times: ArrayLike,
    weights: ArrayLike,
    tau_syn: float = 10.0,
    tau_ratio: int = 1,
    v_threshold: float = 1.0,
    return_derivatives: bool = False,
) -> Any:
    """Return when leaky integrate-and-fire neurons spike first, in closed form.

    Every channel spikes at most once; see `FirstSpikeClassifier` for the equations.

    Parameters
    ----------
    times : array-like of shape (n_samples, n_channels)
        When each channel spikes (ms); inf where it is silent.
    weights : array-like of shape (n_neurons, n_channels)
        Weights.
    tau_syn : float, default=10.0
        Time constant of the synapses (ms).
    tau_ratio : {1, 2}, default=1
        Time constant of the membrane, in ``tau_syn``.
    v_threshold : float, default=1.0
        Threshold, in the units of weights.
    return_derivatives : bool, default=False
        Whether to return the derivatives as well.

    Returns
    -------
    first : ndarray of shape (n_samples, n_neurons)
        When each neuron spikes first (ms); inf where it does not.
    by_weight, by_time : ndarray of shape (n_samples, n_neurons, n_channels)
        Derivatives by the neuron's weights (ms) and by the times of the channels; 0 for
        channels that spike later. Only with ``return_derivatives``.

    Examples
    --------
    >>> from sparcelearn.readouts import first_spike_times
    >>> first_spike_times([[0.0, 2.0, 50.0]], [[2.0, 2.0, 1.0]]).round(3)
    array([[4.702]])
    """
    inputs = np.asarray(times, dtype=np.float64)
    W = np.asarray(weights, dtype=np.float64)
    if inputs.ndim != 2 or W.ndim != 2 or inputs.shape[1] != W.shape[1]:
        raise ValueError(
            "times and weights must be of shape (n_samples, n_channels) and (n_neurons, "
            f"n_channels), got {inputs.shape} and {W.shape}"
        )
    if np.isnan(inputs).any() or np.isneginf(inputs).any() or not np.isfinite(W).all():
        raise ValueError("times must be finite or inf, and weights finite")
    if not (tau_syn > 0 and v_threshold > 0 and tau_ratio in (1, 2)):
        raise ValueError(
            "tau_syn and v_threshold must be above 0 and tau_ratio 1 or 2, got "
            f"{tau_syn}, {v_threshold} and {tau_ratio}"
        )
    shape = (len(inputs), W.shape[1], W.shape[0])
    first = np.empty((shape[0], shape[2]))
    # Without room for derivatives none are computed.
    by_weight, by_time = (np.zeros(shape if return_derivatives else (0, 0, 0)) for _ in range(2))
    rule_kernels().differentiate(
        sort_times(inputs / tau_syn).arrays,
        Neuron(int(tau_ratio), float(v_threshold), np.inf),
        Parameters(np.ascontiguousarray(W.T), np.zeros(len(W))),
        Potential.of(len(W)),
        first,
        by_weight,
        by_time,
    )
    first *= tau_syn
    if not return_derivatives:
        return first
    return first, tau_syn * by_weight.transpose(0, 2, 1), by_time.transpose(0, 2, 1)
