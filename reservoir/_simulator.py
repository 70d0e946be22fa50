"""A network ready to run: a program, its arrays, and a backend."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs
from numpy.typing import NDArray
from scipy import sparse

from sparcelearn._jit import bind, read_only
from sparcelearn._module_cache import load_module
from sparcelearn._sequences import Sequences

from . import _reference
from ._codegen import kernel_source
from .equations import Program
from .kernels.layout import Network, Readout, State

__all__ = ["Simulator", "Stepper"]


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

    def run(
        self,
        sequences: Sequences,
        *,
        start: State | None = None,
        n_jobs: int | None = None,
    ) -> tuple[NDArray[Any], NDArray[np.int64], State]:
        """Simulate and read out.

        Parameters
        ----------
        sequences : Sequences
            Samples, in the precision of the network.
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
        readout = self._readout(int(sequences.lengths.max()))
        shape = (len(sequences), readout.n_readouts, len(readout.kinds), self.n_units)
        features = np.empty(shape, dtype=self.network.bias.dtype)
        simulate = self._kernel
        rest = State(*map(read_only, self.rest if start is None else start))

        def run_block(first: int, last: int) -> tuple[NDArray[np.int64], State]:
            block = sequences.block(first, last)
            state = State(*(np.array(x) for x in rest))
            spike_counts = np.zeros(self.n_units, dtype=np.int64)
            simulate(
                self.network,
                readout,
                read_only(block.rows),
                read_only(block.starts),
                start is not None,
                rest,
                state,
                features[first:last],
                spike_counts,
            )
            return spike_counts, state

        n_blocks = 1 if start is not None else min(effective_n_jobs(n_jobs), len(sequences))
        borders = np.linspace(0, len(sequences), n_blocks + 1).astype(int)
        results = Parallel(n_jobs=n_blocks, require="sharedmem")(
            delayed(run_block)(first, last) for first, last in itertools.pairwise(borders)
        )
        return features, sum(counts for counts, _ in results), results[-1][1]

    def _readout(self, longest: int) -> Readout:
        """Tabulate the decay of a trace over the longest window between two instants."""
        window = -(-longest * self.network.steps_per_input // self.n_readouts)
        decay = np.exp(np.arange(window + 1) * self.trace_decay).astype(self.network.bias.dtype)
        return Readout(self.n_readouts, read_only(self.kinds), read_only(decay))

    @cached_property
    def _kernel(self) -> Callable[..., None]:
        if self.backend == "numpy":
            return partial(_reference.simulate, self.program)
        return load_module(kernel_source(self.program)).simulate


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
    features : ndarray of shape (n_readouts * n_kinds * n_units,)
        What the step gave.
    spike_counts : ndarray of shape (n_units,)
        Spikes of each unit, summed over steps.
    state : State
        Where the stream stands, changed in place.
    """

    def __init__(self, simulator: Simulator, state: State) -> None:
        network = simulator.network
        dtype, n_units = network.bias.dtype, simulator.n_units
        rows = np.zeros((1, len(network.input_starts) - 1), dtype=dtype)
        features = np.zeros((1, simulator.n_readouts, len(simulator.kinds), n_units), dtype=dtype)
        self.row, self.features = rows[0], features.ravel()
        self.spike_counts = np.zeros(n_units, dtype=np.int64)
        self.state = State(*map(np.array, state))
        self._arguments = (
            network,
            simulator._readout(1),
            read_only(rows),
            read_only(np.array([0, 1])),
            True,
            State(*map(read_only, self.state)),
            self.state,
            features,
            self.spike_counts,
        )
        self._simulate = bind(simulator._kernel, *self._arguments)

    def step(self) -> None:
        """Move time past ``row`` and write ``features``."""
        self._simulate(*self._arguments)


def spiking_network(
    program: Program,
    input_weights: sparse.csr_array,
    bias: NDArray[Any],
    recurrent_weights: sparse.csr_array,
    *,
    channels: tuple[str | None, str | None],
    refractory_steps: NDArray[np.int32],
    steps_per_input: int,
    dtype: str,
) -> Network:
    """Lay a spiking network out for its kernel, excitatory targets of each source first."""
    excitatory, inhibitory = channels
    row_of = {x: k for k, x in enumerate(program.states)}
    shares_channel = inhibitory in (None, excitatory)
    matrix = recurrent_weights.tocoo()
    sources, targets, weights = matrix.row, matrix.col, matrix.data
    order = np.lexsort((targets, weights < 0, sources))
    n_excitatory = np.bincount(sources[weights >= 0], minlength=len(bias))
    starts = np.concatenate([[0], np.cumsum(np.bincount(sources, minlength=len(bias)))])
    weights = weights if shares_channel else np.abs(weights)
    return _network(
        program,
        input_weights,
        bias,
        (starts, starts[:-1] + n_excitatory, targets[order], weights[order]),
        excitatory=row_of.get(excitatory or "", 0),
        inhibitory=row_of.get((excitatory if shares_channel else inhibitory) or "", 0),
        refractory_steps=refractory_steps,
        steps_per_input=steps_per_input,
        dtype=dtype,
    )


def rate_network(
    program: Program,
    input_weights: sparse.csr_array,
    bias: NDArray[Any],
    recurrent_weights: sparse.csr_array,
    *,
    steps_per_input: int,
    dtype: str,
) -> Network:
    """Lay a rate network out for its kernel, one row for each target."""
    by_target = sparse.csr_array(recurrent_weights.T)
    by_target.sort_indices()
    starts = by_target.indptr.astype(np.int64)
    return _network(
        program,
        input_weights,
        bias,
        (starts, starts[1:], by_target.indices, by_target.data),
        excitatory=0,
        inhibitory=0,
        refractory_steps=np.zeros(len(bias), dtype=np.int32),
        steps_per_input=steps_per_input,
        dtype=dtype,
    )


def _network(
    program: Program,
    input_weights: sparse.csr_array,
    bias: NDArray[Any],
    synapses: tuple[NDArray[Any], ...],
    *,
    excitatory: int,
    inhibitory: int,
    refractory_steps: NDArray[np.int32],
    steps_per_input: int,
    dtype: str,
) -> Network:
    n_units = len(bias)
    index = index_type(n_units)
    starts, inhibitory_starts, targets, weights = synapses
    shared = [c for c in program.constants.values() if isinstance(c, float)]
    per_unit = [c for c in program.constants.values() if not isinstance(c, float)]
    return Network(
        input_starts=read_only(input_weights.indptr.astype(np.int64)),
        input_targets=read_only(input_weights.indices.astype(index)),
        input_weights=read_only(input_weights.data.astype(dtype)),
        bias=read_only(bias.astype(dtype)),
        starts=read_only(starts.astype(np.int64)),
        inhibitory_starts=read_only(inhibitory_starts.astype(np.int64)),
        targets=read_only(targets.astype(index)),
        weights=read_only(weights.astype(dtype)),
        excitatory=excitatory,
        inhibitory=inhibitory,
        refractory_steps=read_only(refractory_steps.astype(np.int32)),
        constants=read_only(np.array(shared, dtype=dtype)),
        unit_constants=read_only(np.array(per_unit, dtype=dtype).reshape(-1, n_units)),
        steps_per_input=steps_per_input,
    )


def index_type(n_units: int) -> type[np.unsignedinteger]:
    """Return the narrowest index: halving it is a quarter off the memory read per spike."""
    return np.uint16 if n_units <= 2**16 else np.uint32


def resting_state(variables: NDArray[Any], delay: int, dtype: str) -> State:
    """Return the state of a network at rest, with no spike on its way."""
    n_units = variables.shape[1]
    return State(
        variables=variables.astype(dtype),
        held_until=np.zeros(n_units, dtype=np.int32),
        spikes=np.zeros((delay, n_units), dtype=index_type(n_units)),
        n_spikes=np.zeros(delay, dtype=np.int64),
        slot=np.zeros(1, dtype=np.int64),
        trace=np.zeros(n_units, dtype=dtype),
    )
