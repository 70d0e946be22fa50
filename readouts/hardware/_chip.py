"""A simulated chip: rounded weights, device mismatch, noise, jitter, and counters."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from sparcelearn._core.spike_trains import SpikeTrains

from ._layers import Layer, count_events
from ._presets import ChipPreset


class MockChip:
    """A simulated neuromorphic chip with one layer of weights.

    A synapse is its rounded weight times the deviation of its device; outputs are noisy::

        y = neurons(scale * code * (1 + mismatch * eps), x) + trial_noise * xi

    with eps fixed for each device, and xi drawn in every run; both are standard normal. Where a
    code is a number of synapses, each is a device of its own: the deviation grows with the root
    of the code. The
    neurons are those of the readout that is on the chip: a weighted sum of linear ones.

    Parameters
    ----------
    preset : ChipPreset
        The weights it can hold.
    mismatch : float or None, default=None
        Relative deviation of devices, at least 0. None uses that of the preset.
    trial_noise : float, default=0.0
        Standard deviation of the noise of outputs in a run, in their units: of first spikes in
        ms.
    jitter : float, default=0.0
        Standard deviation of when a spike arrives, in a run (ms). It needs input of spikes.
    latency_s : float, default=0.0
        Seconds for a round trip between host and chip; they are summed, without waiting.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.

    Attributes
    ----------
    n_writes_ : int
        Number of writes.
    n_round_trips_ : int
        Number of writes, runs and reads of the host.
    time_s_ : float
        Seconds for all round trips.
    n_events_ : float
        Synaptic events of all runs: a spike, or an input that is not 0, at each synapse.
    n_updates_ : int
        Changes of weights by learning on the chip.
    energy_j_ : float or None
        Energy of all events and updates (J); None if the preset does not tell that of an event.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.readouts.hardware import MockChip, generic_chip
    >>> chip = MockChip(generic_chip(3), random_state=0)
    >>> chip.write(np.array([[1.0, -0.4]]))
    >>> chip.read().round(2), chip.run([[1.0, 1.0]]).round(2), chip.n_round_trips_
    (array([[ 1.  , -0.33]]), array([[0.67]]), 3)
    """

    def __init__(
        self,
        preset: ChipPreset,
        *,
        mismatch: float | None = None,
        trial_noise: float = 0.0,
        jitter: float = 0.0,
        latency_s: float = 0.0,
        random_state: Any = None,
    ) -> None:
        self.preset = preset
        self.mismatch = preset.mismatch if mismatch is None else mismatch
        self.trial_noise = trial_noise
        self.jitter = jitter
        self.latency_s = latency_s
        for name in ("mismatch", "trial_noise", "jitter", "latency_s"):
            if not 0 <= getattr(self, name) < np.inf:
                raise ValueError(f"{name} must be at least 0, got {getattr(self, name)!r}")
        self._random_state = check_random_state(random_state)
        self._devices: NDArray[np.float64] | None = None
        self._codes: NDArray[np.int64] | None = None
        self.n_writes_ = 0
        self.n_round_trips_ = 0
        self.n_events_ = 0.0
        self.n_updates_ = 0

    @property
    def time_s_(self) -> float:
        """Seconds for all round trips."""
        return self.n_round_trips_ * self.latency_s

    @property
    def energy_j_(self) -> float | None:
        """Energy of all events and updates (J), or None."""
        if self.preset.energy_per_event is None:
            return None
        updates = self.n_updates_ * (self.preset.energy_per_update or 0.0)
        return 1e-12 * (self.n_events_ * self.preset.energy_per_event + updates)

    def write(
        self, weights: ArrayLike, w_max: float | None = None, rounding: str = "nearest"
    ) -> None:
        """Write weights to the chip.

        Parameters
        ----------
        weights : array-like of shape (n_outputs, n_inputs)
            Weights; of the same shape in each call.
        w_max : float or None, default=None
            Magnitude of the largest code, at least; larger weights are clipped. None is what
            the preset's ``range_for`` finds best for the weights.
        rounding : {"nearest", "stochastic"}, default="nearest"
            How weights are rounded to codes.
        """
        W = np.asarray(weights, dtype=np.float64)
        if W.ndim != 2 or not np.isfinite(W).all():
            raise ValueError(f"weights must be a finite matrix, got shape {W.shape}")
        if self._devices is not None and W.shape != self._devices.shape:
            raise ValueError(f"weights must have shape {self._devices.shape}, got {W.shape}")
        largest = self.preset.range_for(W) if w_max is None else w_max
        codes = self.preset.codes(W, largest, rounding, self._random_state)
        if self._devices is None:
            self._devices = 1.0 + self.mismatch * self._random_state.standard_normal(W.shape)
        self._codes, self._scale = codes, self.preset.scale(float(largest))
        self.n_writes_ += 1
        self.n_round_trips_ += 1

    def read(self) -> NDArray[np.floating]:
        """Return the stored weights.

        Returns
        -------
        weights : ndarray of shape (n_outputs, n_inputs)
        """
        self.n_round_trips_ += 1
        return self._scale * self.codes_

    @property
    def codes_(self) -> NDArray[np.int64]:
        """Codes on the chip, of shape (n_outputs, n_inputs)."""
        if self._codes is None:
            raise ValueError("no weights were written to this chip yet")
        return self._codes

    def run(self, X: Any, readout: Any = None) -> NDArray[np.float64]:
        """Return the outputs for some inputs.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_inputs) or SpikeTrains
            Inputs.
        readout : estimator, default=None
            A fitted readout whose output neurons the chip has. None are weighted sums.

        Returns
        -------
        y : ndarray of shape (n_samples, n_outputs)
        """
        codes = self.codes_
        if readout is None:
            inputs, counts = np.asarray(self._arriving(X), dtype=np.float64), count_events(X)
            y = inputs @ self._effective.T
            y = y + self._noise(y.shape)
        else:
            layer = Layer(readout)
            counts = layer.n_events(X)
            y = layer.outputs(self._arriving(X, layer.has_times), self._effective, self._noise)
        self._count_run(counts, codes)
        return y

    def spike_times(self, X: Any, readout: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return when the outputs of a first-spike readout spike, and when samples end (ms).

        Parameters
        ----------
        X : SpikeTrains or array-like of shape (n_samples, n_inputs)
            Input spikes, or times of the first one of each input (ms).
        readout : FirstSpikeClassifier
            Fitted.

        Returns
        -------
        times : ndarray of shape (n_samples, n_outputs)
            inf where an output is silent.
        ends : ndarray of shape (n_samples,)
        """
        layer = Layer(readout)
        arriving = self._arriving(X, layer.has_times)
        times = layer.times(arriving, self._effective, self._noise)
        self._count_run(layer.n_events(X), self.codes_)
        return times

    @property
    def _effective(self) -> NDArray[np.float64]:
        """Weights as the devices have them."""
        codes, devices = self.codes_, self._devices
        assert devices is not None
        if self.preset.counts_synapses:  # a code is a sum over so many devices
            return self._scale * (codes + np.sqrt(np.abs(codes)) * (devices - 1.0))
        return self._scale * codes * devices

    def _count_run(self, counts: NDArray[np.float64], codes: NDArray[np.int64]) -> None:
        self.n_round_trips_ += 1
        self.n_events_ += float(counts @ self.preset.n_synapses(codes).sum(axis=0))

    def _noise(self, shape: tuple[int, ...]) -> NDArray[np.float64] | float:
        if not self.trial_noise:
            return 0.0
        noise: NDArray[np.float64] = self._random_state.standard_normal(shape)
        return self.trial_noise * noise

    def _arriving(self, X: Any, has_times: bool = False) -> Any:
        """Return the input with every spike a little early or late."""
        if not self.jitter:
            return X
        if isinstance(X, SpikeTrains):
            return self._jittered(X)
        if has_times and np.ndim(X) == 2:
            times = np.asarray(X, dtype=np.float64)
            return times + self.jitter * self._random_state.standard_normal(times.shape)
        raise ValueError(
            "jitter needs input of spikes: SpikeTrains, or times of shape (n_samples, n_inputs)"
        )

    def _jittered(self, X: SpikeTrains) -> SpikeTrains:
        """Return spikes at other times, within their samples."""
        sample = np.repeat(np.arange(len(X)), np.diff(X.starts))
        moved = X.times + self.jitter * self._random_state.standard_normal(len(X.times))
        moved = np.clip(moved, 0.0, (1 - 1e-5) * X.durations[sample])  # they stay in their samples
        order = np.lexsort((X.channels, moved, sample))
        return SpikeTrains(moved[order], X.channels[order], X.starts, X.n_channels, X.durations)
