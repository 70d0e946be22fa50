"""A network ready to run: a program, its arrays, and a backend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.arrays import aligned, read_only
from sparcelearn._core.released_kernel import ReleasedKernel, released_kernel
from sparcelearn._core.sequences import Events, Sequences

from . import _reference
from ._codegen import kernel_source
from ._features import Reading
from ._random_numbers import sample_keys
from ._recording import batch_of, record_spikes
from ._threads import in_threads
from ._unsound import place_of_fault, unsound
from .equations import Program
from .kernels.layout import Batch, EventRows, Network, Raster, Sampling, State

__all__ = ["Simulator"]


UNIT_NS = 15  # that a step of a unit takes at most, of most models; a synapse takes about 1


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
    reading : Reading
        What is read of each unit.
    n_readouts : int
        Instants per sample at which it is read.
    dt : float
        Step (ms).
    backend : {"numba", "numpy"}
        Compiled, or the plain reference.
    form : {"rows", "counts", "events"}, default="rows"
        What its input consists of: rows, rows some of whose numbers count events, or events.
    padding : int, default=0
        Rows for which samples that start from rest go on, with all channels at their mean.
    seed : int, default=0
        What the random numbers of a noisy model are made from, together with the samples.
    name : str, default=""
        What the units are called in messages.
    measured_input : int, default=0
        Through which input of the equations a constant drive comes, where units are measured.
    """

    program: Program
    network: Network
    rest: State
    reading: Reading
    n_readouts: int
    dt: float
    backend: str
    form: str = "rows"
    padding: int = 0
    seed: int = 0
    name: str = ""
    measured_input: int = 0

    @property
    def n_units(self) -> int:
        """Number of units."""
        return int(self.rest.variables.shape[1])

    @property
    def n_channels(self) -> int:
        """Number of channels of the input."""
        return len(self.network.channel_means)

    def unread(self) -> Simulator:
        """Return the same network, of which nothing is read."""
        reading = self.reading
        nothing = Reading(reading.kinds[:0], reading.taus, reading.roots[:0])
        return replace(self, reading=nothing, n_readouts=1)

    @property
    def steps_per_row(self) -> int:
        """Return how many steps a row of input lasts."""
        return self.network.steps_per_input

    def run(
        self,
        samples: Sequences | Events,
        *,
        start: State | None = None,
        n_jobs: int | None = None,
        verbose: bool = False,
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
        verbose : bool, default=False
            Whether to show how many samples are done. A stream is one.

        Returns
        -------
        features : ndarray of shape (n_samples, n_readouts, n_kinds, n_units)
        spike_counts : ndarray of shape (n_units,)
            Spikes of each unit over all samples.
        state : State
            Where the last sample ended.

        Raises
        ------
        ValueError
            If the state of a unit is no longer finite.
        """
        padding = self.padding if start is None else 0
        longest = int(samples.lengths.max()) + padding
        sampling = self.sampling(longest * self.steps_per_row)
        shape = (len(samples), sampling.n_readouts, len(sampling.kinds), self.n_units)
        features = np.empty(shape, dtype=self.network.bias.dtype)
        keys = self.keys(samples, start)

        def run_block(first: int, last: int, is_stopped: Any) -> tuple[NDArray[np.int64], State]:
            block, state = samples.block(first, last), self.copied(start)
            if padding and isinstance(block, Sequences):
                block = block.padded(padding, self.network.channel_means)
            counts = np.zeros(self.n_units, dtype=np.int64)
            is_fresh = np.full(len(block), start is None)
            batch = batch_of(block, is_fresh, keys[first:last], is_stopped)
            out = features[first:last]
            bad = self.compute(block, sampling, batch, state, out, counts, self.room_for_spikes(0))
            if bad >= 0:
                key = keys[first + bad : first + bad + 1]
                raise unsound(self, place_of_fault(self, block, bad, start, key), first)
            return counts, state

        results = self.in_threads(run_block, samples, start, n_jobs, verbose)
        return features, sum(counts for counts, _ in results), results[-1][1]

    def unfold(
        self,
        samples: Sequences | Events,
        *,
        start: State | None = None,
        n_jobs: int | None = None,
        verbose: bool = False,
    ) -> NDArray[Any]:
        """Simulate and read out after every row of input.

        Parameters
        ----------
        samples, start, n_jobs, verbose
            As for :meth:`run`.

        Returns
        -------
        ndarray of shape (n_rows, n_kinds, n_units)
            The rows of all samples, laid end to end.
        """
        shape = (int(samples.starts[-1]), len(self.reading.kinds), self.n_units)
        if start is not None:  # of a stream, any row may be a sample
            rows = replace(samples, starts=np.arange(shape[0] + 1))
            return replace(self, n_readouts=1).run(rows, start=start)[0].reshape(shape)
        features = np.empty(shape, dtype=self.network.bias.dtype)
        for length in np.unique(samples.lengths):
            alike = np.flatnonzero(samples.lengths == length)
            every_row = replace(self, n_readouts=int(length), padding=0)
            out = every_row.run(samples.take(alike), n_jobs=n_jobs, verbose=verbose)[0]
            places = samples.starts[alike][:, np.newaxis] + np.arange(length)
            features[places] = out
        return features

    def record(
        self,
        samples: Sequences | Events,
        *,
        start: State | None = None,
        n_jobs: int | None = None,
        verbose: bool = False,
    ) -> tuple[Raster, State]:
        """Simulate and write every spike down, piece by piece.

        Parameters
        ----------
        samples, start, n_jobs, verbose
            As for :meth:`run`.

        Returns
        -------
        raster : Raster
            The spikes of all samples, laid end to end.
        state : State
            Where the last sample ended.
        """
        return record_spikes(self, samples, start, n_jobs=n_jobs, verbose=verbose)

    def in_threads(
        self, run_block: Any, samples: Any, start: State | None, n_jobs: Any, verbose: bool
    ) -> list[Any]:
        """Call a function on blocks of samples; long work can be interrupted."""
        network = self.network
        n_steps = int(samples.starts[-1]) * self.steps_per_row
        n_synapses = len(network.weights) + len(network.input_weights) + len(network.event_weights)
        work = n_steps * (UNIT_NS * self.n_units + n_synapses)
        return in_threads(run_block, len(samples), start is None, n_jobs, verbose, work)

    def sampling(self, longest: int) -> Sampling:
        """Return when samples of up to so many steps are read, and how traces decay until then."""
        window = -(-longest // self.n_readouts)
        taus, dtype = self.reading.taus, self.network.bias.dtype
        decay = np.exp(np.arange(window + 1) * (-self.dt / taus)[:, np.newaxis]).astype(dtype)
        kept = np.isfinite(taus).astype(dtype)
        reading, shape = self.reading, (len(self.reading.kinds), self.n_units)
        offsets = np.zeros(shape) if reading.offsets is None else reading.offsets
        scales = np.ones(shape) if reading.scales is None else reading.scales
        return Sampling(
            self.n_readouts,
            read_only(reading.kinds),
            read_only(reading.roots),
            read_only(offsets.astype(dtype)),
            read_only(scales.astype(dtype)),
            read_only(kept),
            read_only(decay),
            self.dt,
        )

    def keys(self, samples: Sequences | Events, start: State | None) -> NDArray[np.uint64]:
        """Return what the random numbers of each sample are made from; a stream is one sample."""
        if start is None and self.program.noises:
            return sample_keys(samples, self.seed)
        return np.full(len(samples), self.seed, dtype=np.uint64)

    def room_for_spikes(self, n_steps: int) -> Raster:
        """Return room for the spikes of some steps."""
        units = np.empty(n_steps * self.n_units, dtype=self.rest.spikes.dtype)
        return Raster(units, np.zeros(n_steps, dtype=np.int64))

    def copied(self, start: State | None) -> State:
        """Return a copy of a state, or of the one at rest."""
        return State(*map(aligned, self.rest if start is None else start))

    def compute(
        self, samples: Sequences | Events, sampling: Sampling, batch: Batch, *results: Any
    ) -> int:
        """Run samples on the backend; ``results`` are what it writes to.

        Returns the first sample that does not end finite, or -1.
        """
        network = self.network
        rows: Any
        if isinstance(samples, Events):
            rows = EventRows(read_only(samples.channels), read_only(samples.row_starts))
        else:
            rows = read_only(samples.rows)
            if rows.shape[1] != self.n_channels:  # kernels would read out of bounds
                raise ValueError(f"input has {rows.shape[1]} channels, not {self.n_channels}")
        return self.kernel(network, sampling, rows, batch, self.read_only_rest, *results)

    @cached_property
    def kernel(self) -> Callable[..., int]:
        """The function that simulates."""
        if self.backend == "numpy":
            return partial(_reference.simulate, self.program)
        return self.compiled("simulate")

    def compiled(self, name: str) -> ReleasedKernel:
        """Return a function of the compiled module, whatever the backend."""
        synapses = "plastic" if len(self.network.plasticity) else "static"
        gaps = "conduct" if len(self.network.gap_starts) else "none"
        return _compiled(self.program, self.form, synapses, gaps, name)

    @cached_property
    def read_only_rest(self) -> State:
        return State(*map(read_only, self.rest))


@lru_cache(maxsize=16)  # writing a kernel takes longer than many a run of it
def _compiled(program: Program, form: str, synapses: str, gaps: str, name: str) -> ReleasedKernel:
    return released_kernel(kernel_source(program, form, synapses, gaps), name)
