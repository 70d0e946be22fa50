"""A stream moved row by row, without the overhead of a call on many rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparcelearn._core.arrays import aligned, read_only
from sparcelearn._core.bound_call import held
from sparcelearn._core.sequences import Sequences

from ._simulator import Simulator, batch_of
from .kernels.layout import State

__all__ = ["CalibratingStepper", "Stepper"]


class Stepper:
    """Moves a stream by one row of input at a time, on arrays of its own made once.

    Parameters
    ----------
    simulator : Simulator
        The network.
    state : State
        Where the stream stands; copied.

    Attributes
    ----------
    step : callable
        Moves time past ``row`` and writes ``features``.
    row : ndarray of shape (n_channels,)
        The input, to be written before a step.
    largest : float
        The largest size of a number in ``row``: that of the network's dtype.
    features : ndarray of shape (n_readouts * n_kinds * n_units,)
        What the step gave.
    spike_counts : ndarray of shape (n_units,)
        Spikes of each unit, summed over steps.
    state : State
        Where the stream stands, changed in place.
    """

    is_final = True

    def __init__(self, simulator: Simulator, state: State) -> None:
        network = simulator.network
        dtype, n_units = network.bias.dtype, simulator.n_units
        sampling = simulator.sampling(network.steps_per_input)
        rows = np.zeros((1, simulator.n_channels))
        features = np.zeros((1, sampling.n_readouts, len(sampling.kinds), n_units), dtype=dtype)
        self.row, self.features = rows[0], features.ravel()
        self.largest = float(np.finfo(dtype).max)
        self.spike_counts = np.zeros(n_units, dtype=np.int64)
        self.state = State(*map(aligned, state))
        one_row = Sequences(rows, np.array([0, 1]))
        self.step = held(
            simulator.kernel,
            network,
            sampling,
            read_only(rows),
            batch_of(one_row, np.array([False]), simulator.keys(one_row, state)),
            simulator.read_only_rest,
            self.state,
            features,
            self.spike_counts,
            simulator.room_for_spikes(0),
        )


class CalibratingStepper:
    """Does the same, row by row, for a reservoir that is still being calibrated.

    Parameters
    ----------
    reservoir : CalibratedReservoir
        The reservoir; its state and calibration change.

    Attributes
    ----------
    row, largest, features, spike_counts
        As of :class:`Stepper`.
    """

    is_final = False

    def __init__(self, reservoir: Any) -> None:
        self.reservoir = reservoir
        self.row = np.zeros(reservoir.n_features_in_)
        self.largest = float(np.finfo(reservoir.dtype).max)
        self.features = np.zeros(reservoir._n_features_out, reservoir.dtype)
        self.spike_counts = np.zeros(reservoir.n_units, dtype=np.int64)

    def step(self) -> None:
        """Move time past ``row``, and write ``features``."""
        features, counts, after = self.reservoir._respond(self.row[np.newaxis])
        self.reservoir._go_on(after)
        self.features[:] = features[0]
        self.spike_counts += counts
