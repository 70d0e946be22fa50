"""A network ready to run: a program, its arrays, and a backend."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs
from numpy.typing import NDArray

from sparcelearn._module_cache import load_module
from sparcelearn._sequences import Events, Sequences

from . import _reference
from ._codegen import kernel_source
from ._network import read_only
from .equations import Program
from .kernels.layout import EventRows, Network, Raster, Readout, State

__all__ = ["Simulator"]

MAX_RECORDED = 2**22  # spikes that are recorded in one call, at most; more take more calls


@dataclass(frozen=True)
class Simulator:
    """Runs samples through a fixed network.

    Parameters
    ----------
    program : Program
        Equations of the units.
    network : Network
        Wiring and numbers.
    rest : State
        The state that every sample starts from.
    kinds : ndarray of shape (n_kinds,), dtype int64
        What is read of each unit, as in :class:`Readout`.
    n_readouts : int
        Instants per sample at which it is read.
    trace_decay : float
        Logarithm of what is left of a trace after a step, ``-dt / tau_trace``.
    backend : {"numba", "numpy"}
        Compiled, or the plain reference.
    """

    program: Program
    network: Network
    rest: State
    kinds: NDArray[np.int64]
    n_readouts: int
    trace_decay: float
    backend: str

    @property
    def n_units(self) -> int:
        """Number of units."""
        return len(self.network.bias)

    def probe(self, gain: float) -> Simulator:
        """Return the same network with another input gain, read out at no instant but the end."""
        weights = read_only(self.network.input_weights * self.network.bias.dtype.type(gain))
        network = self.network._replace(input_weights=weights)
        return replace(self, network=network, kinds=np.zeros(0, dtype=np.int64), n_readouts=1)

    def steps_per_row(self, samples: Sequences | Events) -> int:
        """Return how many steps a row of input lasts: a row of events is one step."""
        return 1 if isinstance(samples, Events) else self.network.steps_per_input

    def run(
        self,
        samples: Sequences | Events,
        *,
        start: State | None = None,
        n_jobs: int | None = None,
    ) -> tuple[NDArray[Any], NDArray[np.int64], State]:
        """Simulate and read out.

        Parameters
        ----------
        samples : Sequences or Events
            Input, in the precision of the network.
        start : State, default=None
            Where a stream stands: samples then follow one another in time. None
            starts every sample from rest.
        n_jobs : int, default=None
            Threads, each with a block of samples. A stream has one.

        Returns
        -------
        features : ndarray of shape (n_samples, n_readouts, n_kinds, n_units)
        spike_counts : ndarray of shape (n_units,)
            Spikes of each unit over all samples.
        state : State
            Where the last sample ended.
        """
        readout = self._readout(int(samples.lengths.max()) * self.steps_per_row(samples))
        shape = (len(samples), readout.n_readouts, len(readout.kinds), self.n_units)
        features = np.empty(shape, dtype=self.network.bias.dtype)
        simulate = self._kernel(samples)

        def run_block(first: int, last: int) -> tuple[NDArray[np.int64], State]:
            block = samples.block(first, last)
            state = self._copy(start)
            spike_counts = np.zeros(self.n_units, dtype=np.int64)
            is_fresh = np.full(len(block), start is None)
            simulate(
                block, readout, is_fresh, state, features[first:last], spike_counts, self._raster(0)
            )
            return spike_counts, state

        results = _in_threads(run_block, len(samples), 1 if start is not None else n_jobs)
        return features, sum(counts for counts, _ in results), results[-1][1]

    def record(
        self,
        samples: Sequences | Events,
        *,
        start: State | None = None,
        n_jobs: int | None = None,
    ) -> tuple[Raster, State]:
        """Simulate and write every spike down, piece by piece.

        Parameters
        ----------
        samples, start, n_jobs
            As for :meth:`run`.

        Returns
        -------
        raster : Raster
            The spikes of all samples, laid end to end.
        state : State
            Where the last sample ended.
        """
        n_rows = max(1, MAX_RECORDED // (self.n_units * self.steps_per_row(samples)))
        piece_steps = n_rows * self.steps_per_row(samples)
        silent = replace(self, kinds=np.zeros(0, dtype=np.int64), n_readouts=1)
        readout = silent._readout(piece_steps)
        simulate = self._kernel(samples)

        def run_block(first: int, last: int) -> tuple[Raster, State]:
            block = samples.block(first, last)
            state = self._copy(start)
            pieces = []
            n_all = int(block.starts[-1])
            raster = self._raster(min(n_rows, n_all) * self.steps_per_row(samples))
            for begin in range(0, n_all, n_rows):
                piece = block.cut(begin, min(begin + n_rows, n_all))
                is_fresh = np.isin(begin + piece.starts[:-1], block.starts) & (start is None)
                features = np.empty((len(piece), 1, 0, self.n_units), dtype=readout.decay.dtype)
                counts = np.zeros(self.n_units, dtype=np.int64)
                simulate(piece, readout, is_fresh, state, features, counts, raster)
                n_spikes = raster.n_spikes[: int(piece.starts[-1]) * self.steps_per_row(samples)]
                pieces.append(Raster(raster.units[: n_spikes.sum()].copy(), n_spikes.copy()))
            return Raster(*map(np.concatenate, zip(*pieces, strict=True))), state

        results = _in_threads(run_block, len(samples), 1 if start is not None else n_jobs)
        rasters = [raster for raster, _ in results]
        return Raster(*map(np.concatenate, zip(*rasters, strict=True))), results[-1][1]

    def _readout(self, longest: int) -> Readout:
        """Tabulate the decay of a trace over the longest window between two instants."""
        window = -(-longest // self.n_readouts)
        decay = np.exp(np.arange(window + 1) * self.trace_decay).astype(self.network.bias.dtype)
        return Readout(self.n_readouts, read_only(self.kinds), read_only(decay))

    def _raster(self, n_steps: int) -> Raster:
        """Return room for the spikes of some steps."""
        units = np.empty(n_steps * self.n_units, dtype=self.rest.spikes.dtype)
        return Raster(units, np.zeros(n_steps, dtype=np.int64))

    def _copy(self, start: State | None) -> State:
        return State(*(np.array(x) for x in (self.rest if start is None else start)))

    def _kernel(self, samples: Sequences | Events) -> Callable[..., None]:
        """Return what simulates a block of these samples."""
        network = self.network._replace(steps_per_input=self.steps_per_row(samples))
        rest = State(*map(read_only, self.rest))
        form = "events" if isinstance(samples, Events) else "rows"
        if self.backend == "numpy":
            run = partial(_reference.simulate, self.program)
        else:
            run = load_module(kernel_source(self.program, form)).simulate

        def simulate(
            block: Sequences | Events,
            readout: Readout,
            is_fresh: NDArray[np.bool_],
            state: State,
            features: NDArray[Any],
            spike_counts: NDArray[np.int64],
            raster: Raster,
        ) -> None:
            starts, fresh = read_only(block.starts), read_only(is_fresh)
            run(
                network,
                readout,
                _inputs(block),
                starts,
                fresh,
                rest,
                state,
                features,
                spike_counts,
                raster,
            )

        return simulate


def _inputs(samples: Sequences | Events) -> NDArray[Any] | EventRows:
    if isinstance(samples, Events):
        return EventRows(read_only(samples.channels), read_only(samples.row_starts))
    return read_only(samples.rows)


def _in_threads(
    run_block: Callable[[int, int], Any], n_samples: int, n_jobs: int | None
) -> list[Any]:
    """Call a function on blocks of samples, first to last, in threads."""
    n_blocks = min(effective_n_jobs(n_jobs), n_samples)
    borders = np.linspace(0, n_samples, n_blocks + 1).astype(int)
    return Parallel(n_jobs=n_blocks, require="sharedmem")(
        delayed(run_block)(first, last) for first, last in itertools.pairwise(borders)
    )
