"""Every spike of a run, written down piece by piece."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.arrays import read_only
from sparcelearn._core.sequences import Events, Sequences

from ._unsound import place_of_fault, unsound
from .kernels.layout import Batch, Raster, State

__all__ = ["batch_of", "record_spikes"]

MAX_RECORDED = 2**22  # spikes that are recorded in one call, at most; more take more calls


def record_spikes(
    simulator: Any, samples: Sequences | Events, start: State | None, **how: Any
) -> tuple[Raster, State]:
    """Simulate and write every spike down.

    Parameters
    ----------
    simulator : Simulator
        The network.
    samples : Sequences or Events
        Input, in the precision of the network.
    start : State or None
        Where a stream stands; None starts every sample from rest.
    **how : dict
        ``n_jobs`` and ``verbose``.

    Returns
    -------
    raster : Raster
        The spikes of all samples, laid end to end.
    state : State
        Where the last sample ended.
    """
    steps_per_row, n_units = simulator.steps_per_row, simulator.n_units
    n_rows = max(1, MAX_RECORDED // (n_units * steps_per_row))
    n_rows = min(n_rows, int(samples.starts[-1]))
    unread = simulator.unread()
    sampling = unread.sampling(n_rows * steps_per_row)
    keys = simulator.keys(samples, start)

    def run_block(first: int, last: int, is_stopped: NDArray[np.bool_]) -> tuple[Raster, State]:
        block, state = samples.block(first, last), simulator.copied(start)
        raster, pieces = simulator.room_for_spikes(n_rows * steps_per_row), []
        for begin in range(0, int(block.starts[-1]), n_rows):
            piece = block.cut(begin, begin + n_rows)
            sample = np.searchsorted(block.starts, begin + piece.starts[:-1], "right") - 1
            is_fresh = (block.starts[sample] == begin + piece.starts[:-1]) & (start is None)
            batch = batch_of(piece, is_fresh, keys[first + sample], is_stopped)
            out = np.empty((len(piece), 1, 0, n_units), dtype=sampling.decay.dtype)
            counts = np.zeros(n_units, dtype=np.int64)
            bad = unread.compute(piece, sampling, batch, state, out, counts, raster)
            if bad >= 0:
                k = int(sample[bad])
                key = keys[first + k : first + k + 1]
                raise unsound(unread, place_of_fault(unread, block, k, start, key), first)
            n_spikes = raster.n_spikes[: int(piece.starts[-1]) * steps_per_row]
            pieces.append(Raster(raster.units[: n_spikes.sum()].copy(), n_spikes.copy()))
        return _joined(pieces), state

    results = simulator.in_threads(run_block, samples, start, **how)
    return _joined([raster for raster, _ in results]), results[-1][1]


def batch_of(
    samples: Sequences | Events,
    is_fresh: NDArray[np.bool_],
    keys: NDArray[np.uint64],
    is_stopped: NDArray[np.bool_],
) -> Batch:
    """Return what kernels are told of samples."""
    return Batch(*map(read_only, (samples.starts, is_fresh, keys, is_stopped)))


def _joined(rasters: list[Raster]) -> Raster:
    return Raster(*map(np.concatenate, zip(*rasters, strict=True)))
