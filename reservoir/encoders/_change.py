"""What codes of change share: ON and OFF spikes, decoded by an integrator."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.sequences import Sequences
from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn._core.validation import Interval

from ._base import SpikeEncoder, Spikes, in_steps, place_of_rows


@dataclass(eq=False, repr=False, kw_only=True)
class ChangeEncoder(SpikeEncoder):
    """A code of ON spikes (channels 0 to n - 1) and OFF spikes (channels n to 2 n - 1)."""

    start: float = 0.0

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **SpikeEncoder._parameter_constraints,
        "start": [Interval(Real, None, None, closed="neither")],
    }

    @abstractmethod
    def _signs(self, sequences: Sequences) -> NDArray[np.int8]:
        """Return 1, 0 or -1 for each value."""

    @property
    def _steps_of_value(self) -> Any:
        """The change that a spike encodes, a number or one for each channel."""
        return self.threshold

    @property
    def _n_channels_out(self) -> int:
        return 2 * self.n_features_in_

    def _spikes(self, sequences: Sequences, keys: NDArray[np.uint64]) -> Spikes:
        signs = self._signs(sequences)
        rows, channels = np.nonzero(signs)
        samples, positions = place_of_rows(sequences)
        off = np.where(signs[rows, channels] < 0, self.n_features_in_, 0)
        return Spikes(samples[rows], positions[rows] * self.dt, channels + off)

    def _decode(self, trains: SpikeTrains, starts: NDArray[np.int64]) -> NDArray[np.floating]:
        counts = in_steps(trains, starts, self.dt)
        changes = counts[:, : self.n_features_in_] - counts[:, self.n_features_in_ :]
        levels = sums_within(changes, starts[:-1])
        return self.start + self._steps_of_value * levels


def sums_within(rows: NDArray[Any], firsts: NDArray[np.int64]) -> NDArray[Any]:
    """Return running sums of rows within each sample."""
    totals = np.cumsum(rows, axis=0)
    before = np.where(firsts[:, np.newaxis] > 0, totals[firsts - 1], 0)
    return totals - np.repeat(before, np.diff(np.append(firsts, len(rows))), axis=0)


def differences(sequences: Sequences, start: float) -> NDArray[np.floating]:
    """Return how much each value differs from the one before it, the first from ``start``."""
    changes = np.diff(sequences.rows, axis=0, prepend=start)
    changes[sequences.starts[:-1]] = sequences.rows[sequences.starts[:-1]] - start
    return changes
