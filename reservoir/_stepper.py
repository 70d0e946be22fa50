"""A stream moved row by row, without the overhead of a call on many rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from sparcelearn._core.arrays import aligned, read_only
from sparcelearn._core.as_fitted import as_fitted
from sparcelearn._core.bound_call import held
from sparcelearn._core.interrupts import Uninterrupted
from sparcelearn._core.sequences import Sequences

from ._recording import batch_of
from ._simulator import Simulator
from ._unsound import place_of_fault, unsound
from .kernels.layout import Kept, State

__all__ = ["NotingStepper", "RowStepper", "Stepper"]


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
    is_final : bool
        Whether it serves for the next row, too.
    """

    is_final = True

    def __init__(self, simulator: Simulator, state: State) -> None:
        network = simulator.network
        dtype, n_units = network.bias.dtype, simulator.n_units
        sampling = simulator.sampling(network.steps_per_input)
        self._rows = np.zeros((1, simulator.n_channels))
        features = np.zeros((1, sampling.n_readouts, len(sampling.kinds), n_units), dtype=dtype)
        self.row, self.features = self._rows[0], features.ravel()
        self.largest = float(np.finfo(dtype).max)
        self.spike_counts = np.zeros(n_units, dtype=np.int64)
        self.state = State(*map(aligned, state))
        self._simulator = simulator
        counts, n_rows = np.zeros_like(self.spike_counts), np.zeros(1, dtype=np.int64)
        self._kept = Kept(State(*map(aligned, state)), counts, n_rows)
        self._run = held(
            _row_kernel(simulator),
            network,
            sampling,
            read_only(self._rows),
            self._batch(simulator),
            simulator.read_only_rest,
            self.state,
            features,
            self.spike_counts,
            simulator.room_for_spikes(0),
            self._kept,
        )

    def step(self) -> None:
        """Move time past ``row`` and write ``features``; ValueError, with nothing moved."""
        if self._run() >= 0:
            simulator, one_row = self._simulator, Sequences(self._rows, np.array([0, 1]))
            key = simulator.keys(one_row, self.state)
            raise unsound(simulator, place_of_fault(simulator, one_row, 0, self.state, key))

    def undo(self) -> None:
        """Take the last step back."""
        for target, source in zip(self.state, self._kept.state, strict=True):
            target[...] = source
        self.spike_counts[:] = self._kept.spike_counts
        self._kept.n_rows[0] -= 1

    @property
    def n_steps(self) -> int:
        """Rows that time was moved past."""
        return int(self._kept.n_rows[0])

    def _batch(self, simulator: Simulator) -> Any:
        one_row = Sequences(self._rows, np.array([0, 1]))
        key = simulator.keys(one_row, self.state)
        return batch_of(one_row, np.array([False]), key, np.zeros(1, dtype=bool))


def _row_kernel(simulator: Simulator) -> Callable[..., int]:
    """Return what simulates a row, and counts that, or takes all back."""
    if simulator.backend == "numpy":
        return partial(_attempt, simulator.kernel)
    return simulator.compiled("attempt")


def _attempt(simulate: Callable[..., int], *arguments: Any) -> int:
    *given, kept = arguments
    before, now = (*kept.state, kept.spike_counts), (*given[5], given[7])
    for target, source in zip(before, now, strict=True):
        target[...] = source
    bad = simulate(*given)
    if bad < 0:
        kept.n_rows[0] += 1
    else:
        for target, source in zip(now, before, strict=True):
            target[...] = source
    return bad


class NotingStepper(Stepper):
    """Moves a stream between two calibrations, and keeps its rows for the next of them.

    Parameters
    ----------
    reservoir : CalibratedReservoir
        The reservoir; its state and the rows that it has seen change.
    """

    def __init__(self, reservoir: Any) -> None:
        super().__init__(reservoir._simulator, State(**reservoir.state_))
        reservoir.state_ = self.state._asdict()
        self.reservoir, self._before = reservoir, reservoir._seen
        self._look_ahead()

    def step(self) -> None:
        """Move time past ``row``, write ``features``, and keep the row, or raise ValueError."""
        with Uninterrupted():
            super().step()
            self._before = self.reservoir._seen
            self.reservoir._note(Sequences(self.row[np.newaxis].copy(), np.array([0, 1])))
            self._look_ahead()

    def undo(self) -> None:
        """Take the last step back, and the row that was kept."""
        super().undo()
        self.reservoir._seen = self._before
        self._look_ahead()

    def _look_ahead(self) -> None:
        self.is_final = self.reservoir._rows_to_come() > 1


class RowStepper:
    """Does the same with the methods of a reservoir: while it is calibrated, or of a stack.

    Parameters
    ----------
    reservoir : CalibratedReservoir or StackedReservoir
        The reservoir; its state and calibration change.
    is_final : bool, default=False
        Whether it serves for the next row, too.

    Attributes
    ----------
    row, largest, features, spike_counts
        As of :class:`Stepper`.
    """

    def __init__(self, reservoir: Any, *, is_final: bool = False) -> None:
        self.reservoir, self.is_final = reservoir, is_final
        self.row = np.zeros(reservoir.n_features_in_)
        fitted = as_fitted(reservoir)
        self.largest = float(np.finfo(fitted.dtype).max)
        self.features = np.zeros(fitted._n_features_out, fitted.dtype)
        self.spike_counts = np.zeros(fitted.n_units, dtype=np.int64)
        self.n_steps = 0
        self._counts = np.zeros_like(self.spike_counts)

    def step(self) -> None:
        """Move time past ``row``, and write ``features``; ValueError, with nothing moved."""
        one_row = Sequences(self.row[np.newaxis], np.array([0, 1]))
        features, counts, after = self.reservoir._respond(one_row)
        with Uninterrupted():
            self.reservoir._go_on(after)
            self.features[:] = features[0]
            self.spike_counts += counts
            self.n_steps += 1
            self._counts = counts

    def undo(self) -> None:
        """Take the count of the last step back; the reservoir's attributes are the caller's."""
        self.spike_counts -= self._counts
        self.n_steps -= 1
