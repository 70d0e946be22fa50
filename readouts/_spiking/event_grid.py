"""What a spiking readout reads: events on a grid of time steps, from any form of X."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sparcelearn._core.arrays import read_only
from sparcelearn._core.sequences import as_events, as_sequences
from sparcelearn._core.spike_trains import SpikeTrains

from ..kernels.layout import StepEvents


@dataclass(frozen=True)
class Steps:
    """Events of samples laid end to end: in which step, on which channel, of what size.

    Parameters
    ----------
    starts : ndarray of shape (n_samples + 1,), dtype int64
        Sample ``s`` is steps ``starts[s]`` to ``starts[s + 1] - 1``, at least one.
    step_starts : ndarray of shape (n_steps + 1,), dtype int64
        Events of step ``t`` are ``step_starts[t]`` to ``step_starts[t + 1] - 1``.
    channels : ndarray of shape (n_events,), dtype int32
        Channel of each event.
    values : ndarray of shape (n_events,), dtype float64
        Size of each event: 1 for a spike, the entry of an array.
    n_channels : int
        Number of channels.
    """

    starts: NDArray[np.int64]
    step_starts: NDArray[np.int64]
    channels: NDArray[np.int32]
    values: NDArray[np.float64]
    n_channels: int

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def shape(self) -> tuple[int, int]:
        """Number of samples and of channels."""
        return len(self), self.n_channels

    @property
    def n_steps(self) -> NDArray[np.int64]:
        """Number of steps of each sample."""
        return np.diff(self.starts)

    @property
    def arrays(self) -> StepEvents:
        """What the kernels read."""
        stored = (self.starts, self.step_starts, self.channels, self.values)
        return StepEvents(*(read_only(array) for array in stored))


def as_steps(estimator: Any, X: ArrayLike | SpikeTrains, *, reset: bool, dt: float) -> Steps:
    """Validate ``X`` in any of its forms and set or check ``n_features_in_``.

    Parameters
    ----------
    estimator : estimator
        The caller.
    X : SpikeTrains, or array-like as `as_sequences` takes it
        Spikes; or in arrays numbers of spikes or analog values, a row being a step.
    reset : bool
        Whether this call defines the number of channels.
    dt : float
        Length of a step (ms).

    Returns
    -------
    Steps
        A 2-D ``X`` gives samples of one step each.
    """
    if isinstance(X, SpikeTrains):
        events = as_events(estimator, X, reset=reset, dt=dt)
        values = np.ones(len(events.channels))
        return Steps(events.starts, events.row_starts, events.channels, values, X.n_channels)
    sequences = as_sequences(estimator, X, reset=reset, dtype="float64")
    rows, channels = np.nonzero(sequences.rows)
    return Steps(
        sequences.starts,
        np.searchsorted(rows, np.arange(len(sequences.rows) + 1)),
        channels.astype(np.int32),
        sequences.rows[rows, channels].astype(np.float64, copy=False),
        sequences.rows.shape[1],
    )
