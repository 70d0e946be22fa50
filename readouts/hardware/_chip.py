"""A simulated chip: rounded weights, device mismatch, noise, and counters."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from ._presets import ChipPreset


class MockChip:
    """A simulated neuromorphic chip with one layer of weights.

    A synapse is its rounded weight times the deviation of its device; outputs are noisy::

        y = (scale * code * (1 + mismatch * eps)) x + trial_noise * xi

    with eps fixed for each device, and xi drawn in every run; both are standard normal.

    Parameters
    ----------
    preset : ChipPreset
        The weights it can hold.
    mismatch : float or None, default=None
        Relative deviation of devices, at least 0. None uses that of the preset.
    trial_noise : float, default=0.0
        Standard deviation of the noise of outputs in a run, in their units.
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
        latency_s: float = 0.0,
        random_state: Any = None,
    ) -> None:
        self.preset = preset
        self.mismatch = preset.mismatch if mismatch is None else mismatch
        self.trial_noise = trial_noise
        self.latency_s = latency_s
        for name in ("mismatch", "trial_noise", "latency_s"):
            if not 0 <= getattr(self, name) < np.inf:
                raise ValueError(f"{name} must be at least 0, got {getattr(self, name)!r}")
        self._random_state = check_random_state(random_state)
        self._devices: NDArray[np.float64] | None = None
        self._codes: NDArray[np.int64] | None = None
        self.n_writes_ = 0
        self.n_round_trips_ = 0

    @property
    def time_s_(self) -> float:
        """Seconds for all round trips."""
        return self.n_round_trips_ * self.latency_s

    def write(
        self, weights: ArrayLike, w_max: float | None = None, rounding: str = "nearest"
    ) -> None:
        """Write weights to the chip.

        Parameters
        ----------
        weights : array-like of shape (n_outputs, n_inputs)
            Weights; of the same shape in each call.
        w_max : float or None, default=None
            Magnitude of the largest code, at least; larger weights are clipped. None is the
            largest magnitude of the weights.
        rounding : {"nearest", "stochastic"}, default="nearest"
            How weights are rounded to codes.
        """
        W = np.asarray(weights, dtype=np.float64)
        if W.ndim != 2 or not np.isfinite(W).all():
            raise ValueError(f"weights must be a finite matrix, got shape {W.shape}")
        if self._devices is not None and W.shape != self._devices.shape:
            raise ValueError(f"weights must have shape {self._devices.shape}, got {W.shape}")
        largest = (np.abs(W).max(initial=0.0) or 1.0) if w_max is None else w_max
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

    def run(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the outputs for some inputs.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_inputs)
            Inputs.

        Returns
        -------
        y : ndarray of shape (n_samples, n_outputs)
        """
        codes = self.codes_
        self.n_round_trips_ += 1
        assert self._devices is not None
        y = np.asarray(X, dtype=np.float64) @ (self._scale * codes * self._devices).T
        if self.trial_noise:
            y += self.trial_noise * self._random_state.standard_normal(y.shape)
        return y
