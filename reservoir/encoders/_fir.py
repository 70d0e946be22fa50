"""What filter codes share: the signal is a sum of shifted filters."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
import scipy  # its submodules are read when they are first used
from numpy.typing import ArrayLike, NDArray

from sparcelearn._core.sequences import Sequences
from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn._core.validation import Interval

from ._base import SpikeEncoder, Spikes, in_steps, place_of_rows


@dataclass(eq=False, repr=False)
class FilterEncoder(SpikeEncoder):
    """A code that subtracts a filter from the signal for every spike."""

    fir: int | ArrayLike = 20

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **SpikeEncoder._parameter_constraints,
        "fir": [Interval(Integral, 1, None, closed="left"), "array-like"],
    }

    @abstractmethod
    def _subtract(
        self, rows: NDArray[np.floating], starts: NDArray[np.int64], spikes: NDArray[np.int8]
    ) -> None:
        """Write spikes; may change ``rows``."""

    def _learn(self, sequences: Sequences) -> None:
        self.fir_ = _taps(self.fir)

    def _spikes(self, sequences: Sequences, keys: NDArray[np.uint64]) -> Spikes:
        spikes = np.zeros(sequences.rows.shape, dtype=np.int8)
        self._subtract(sequences.rows.copy(), sequences.starts, spikes)
        rows, channels = np.nonzero(spikes)
        samples, positions = place_of_rows(sequences)
        return Spikes(samples[rows], positions[rows] * self.dt, channels)

    def _decode(self, trains: SpikeTrains, starts: NDArray[np.int64]) -> NDArray[np.floating]:
        counts = in_steps(trains, starts, self.dt)
        fir = self.fir_[:, np.newaxis]
        pieces = np.split(counts, starts[1:-1])  # a filter must not reach into the next sample
        return np.concatenate([scipy.signal.oaconvolve(x, fir, axes=0)[: len(x)] for x in pieces])


def _taps(fir: Any) -> NDArray[np.floating]:
    """Return the filter: as given, or a Hann window of unit sum."""
    if isinstance(fir, Integral):
        taps = scipy.signal.windows.hann(int(fir) + 2)[1:-1]
        return taps / taps.sum()
    try:
        taps = np.asarray(fir, dtype=np.float64)
    except (TypeError, ValueError):
        taps = np.zeros(0)
    if taps.ndim != 1 or not np.all(np.isfinite(taps)) or not taps.sum() > 0:
        raise ValueError(
            f"fir must be a number of taps, or finite taps in one dimension whose sum is above 0, "
            f"not {fir!r}."
        )
    return taps
