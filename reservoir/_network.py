"""Networks laid out as the arrays that kernels are given."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .equations import Program
from .kernels.layout import Network, State

__all__ = ["rate_network", "read_only", "resting_state", "spiking_network"]


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Return a contiguous view that cannot be written to.

    Kernels compile anew for each combination of writable and read-only inputs;
    giving them all inputs read-only leaves one.
    """
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


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
    starts, splits, targets, weights = _positive_first(recurrent_weights)
    return _network(
        program,
        input_weights,
        bias,
        (starts, splits, targets, weights if shares_channel else np.abs(weights)),
        excitatory=row_of.get(excitatory or "", 0),
        inhibitory=row_of.get((excitatory if shares_channel else inhibitory) or "", 0),
        inhibitory_sign=1 if shares_channel else -1,
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
        inhibitory_sign=1,
        refractory_steps=np.zeros(len(bias), dtype=np.int32),
        steps_per_input=steps_per_input,
        dtype=dtype,
    )


def _network(
    program: Program,
    input_matrix: sparse.csr_array,
    bias: NDArray[Any],
    synapses: tuple[NDArray[Any], ...],
    *,
    excitatory: int,
    inhibitory: int,
    inhibitory_sign: int,
    refractory_steps: NDArray[np.int32],
    steps_per_input: int,
    dtype: str,
) -> Network:
    n_units = len(bias)
    index = index_type(n_units)
    starts, inhibitory_starts, targets, weights = synapses
    input_starts, input_splits, input_targets, input_weights = _positive_first(input_matrix)
    shared = [c for c in program.constants.values() if isinstance(c, float)]
    per_unit = [c for c in program.constants.values() if not isinstance(c, float)]
    return Network(
        input_starts=read_only(input_starts.astype(np.int64)),
        input_splits=read_only(input_splits.astype(np.int64)),
        input_targets=read_only(input_targets.astype(index)),
        input_weights=read_only(input_weights.astype(dtype)),
        bias=read_only(bias.astype(dtype)),
        starts=read_only(starts.astype(np.int64)),
        inhibitory_starts=read_only(inhibitory_starts.astype(np.int64)),
        targets=read_only(targets.astype(index)),
        weights=read_only(weights.astype(dtype)),
        excitatory=excitatory,
        inhibitory=inhibitory,
        inhibitory_sign=np.dtype(dtype).type(inhibitory_sign),
        refractory_steps=read_only(refractory_steps.astype(np.int32)),
        constants=read_only(np.array(shared, dtype=dtype)),
        unit_constants=read_only(np.array(per_unit, dtype=dtype).reshape(-1, n_units)),
        steps_per_input=steps_per_input,
    )


def _positive_first(matrix: sparse.csr_array) -> tuple[NDArray[Any], ...]:
    """Return starts and splits of rows, targets and weights, positive weights first."""
    entries = matrix.tocoo()
    sources, targets, weights = entries.row, entries.col, entries.data
    n_sources = matrix.shape[0]
    order = np.lexsort((targets, weights < 0, sources))
    n_positive = np.bincount(sources[weights >= 0], minlength=n_sources)
    starts = np.concatenate([[0], np.cumsum(np.bincount(sources, minlength=n_sources))])
    return starts, starts[:-1] + n_positive, targets[order], weights[order]


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
