"""Networks laid out as the arrays that kernels are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sparcelearn._core.arrays import check_alike, read_only

from .equations import Program
from .kernels.layout import Network, State

__all__ = ["check_network", "check_state", "rate_network", "resting_state", "spiking_network"]

# From that share of the units on, adding a whole row is faster than adding to some, one by one.
# Measured in float32: both take as long at a share of 0.15 (500 units), 0.24 (1,000) and 0.33
# (4,000); a row that leads to all 1,000 takes 0.10 us filled or full, and 0.4 us one by one.
DENSE = 0.25


def spiking_network(
    program: Program,
    input_weights: sparse.csr_array,
    bias: NDArray[Any],
    recurrent_weights: sparse.csr_array,
    *,
    delay_steps: NDArray[np.int64],
    channels: tuple[str | None, str | None],
    refractory_steps: NDArray[np.int64],
    plasticity: NDArray[np.float64],
    steps_per_input: int,
    dtype: str,
) -> Network:
    """Lay a spiking network out for its kernel.

    ``delay_steps`` has one number for each stored weight, or one for all;
    ``plasticity`` is as in :class:`Network`.
    """
    excitatory, inhibitory = channels
    row_of = {x: k for k, x in enumerate(program.states)}
    shares_channel = inhibitory in (None, excitatory)
    delays, starts, splits, targets, weights = _by_source(recurrent_weights, delay_steps)
    return _network(
        program,
        _by_source(input_weights, np.ones(1, int))[1:],
        bias,
        delays=delays,
        synapses=(starts, splits, targets, weights if shares_channel else np.abs(weights)),
        excitatory=row_of.get(excitatory or "", 0),
        inhibitory=row_of.get((excitatory if shares_channel else inhibitory) or "", 0),
        inhibitory_sign=1 if shares_channel else -1,
        refractory_steps=refractory_steps,
        plasticity=plasticity,
        steps_per_input=steps_per_input,
        dtype=dtype,
    )


def rate_network(
    program: Program,
    input_weights: sparse.csr_array,
    bias: NDArray[Any],
    recurrent_weights: sparse.csr_array,
    *,
    dtype: str,
) -> Network:
    """Lay a rate network out for its kernel, one row for each target."""
    by_target = sparse.csr_array(recurrent_weights.T)
    by_target.sort_indices()
    counts = np.diff(by_target.indptr)
    # from units that are heard anyway: 0 times the infinite rate of another would be NaN
    last = by_target.indptr[1:][counts > 0] - 1
    padding = np.repeat(by_target.indices[last], _lengthened(counts)[counts > 0])
    starts, (sources, weights) = _padded(counts, by_target.indices, by_target.data, padding)
    splits = np.zeros((0, 0), dtype=np.int64)
    return _network(
        program,
        _by_source(input_weights, np.ones(1, int), by_sign=False)[1:],
        bias,
        delays=np.zeros(0),
        synapses=(starts, splits, sources, weights),
        excitatory=0,
        inhibitory=0,
        inhibitory_sign=1,
        refractory_steps=np.zeros(0),
        plasticity=np.zeros((0, len(bias))),
        steps_per_input=1,
        dtype=dtype,
    )


def _network(
    program: Program,
    input_synapses: tuple[NDArray[Any], ...],
    bias: NDArray[Any],
    *,
    delays: NDArray[Any],
    synapses: tuple[NDArray[Any], ...],
    excitatory: int,
    inhibitory: int,
    inhibitory_sign: int,
    refractory_steps: NDArray[Any],
    plasticity: NDArray[np.float64],
    steps_per_input: int,
    dtype: str,
) -> Network:
    n_units = len(bias)
    index = index_type(n_units)
    starts, splits, targets, weights = synapses
    in_starts, in_splits, in_targets, in_weights = input_synapses
    targets, in_targets = read_only(targets.astype(index)), read_only(in_targets.astype(index))
    means = np.empty((len(program.pulses), n_units))
    for row, mean in zip(means, program.pulses.values(), strict=True):
        row[:] = mean
    shared = [c for c in program.constants.values() if isinstance(c, float)]
    per_unit = [c for c in program.constants.values() if not isinstance(c, float)]
    return Network(
        input_starts=read_only(np.append(in_starts[:, 0], in_starts[-1:, 1]).astype(np.int64)),
        input_splits=read_only(in_splits[:, 0].astype(np.int64)),
        input_targets=in_targets,
        input_words=_in_words(in_targets),
        input_weights=read_only(in_weights.astype(dtype)),
        bias=read_only(bias.astype(dtype)),
        delays=read_only(delays.astype(np.int64)),
        starts=read_only(starts.astype(np.int64)),
        splits=read_only(splits.astype(np.int64)),
        targets=targets,
        words=_in_words(targets),
        weights=read_only(weights.astype(dtype)),
        excitatory=excitatory,
        inhibitory=inhibitory,
        inhibitory_sign=np.dtype(dtype).type(inhibitory_sign),
        refractory_steps=read_only(refractory_steps.astype(np.int64)),
        plasticity=read_only(plasticity),
        constants=read_only(np.array(shared, dtype=dtype)),
        unit_constants=read_only(np.array(per_unit, dtype=dtype).reshape(-1, n_units)),
        n_noises=len(program.noises),
        n_normals=len(program.normals),
        pulse_means=read_only(means),
        silences=read_only(np.exp(-means)),
        steps_per_input=steps_per_input,
        negligible=np.dtype(dtype).type(1e8 * np.finfo(dtype).tiny),
    )


def _by_source(
    matrix: sparse.csr_array, delay_steps: NDArray[np.int64], *, by_sign: bool = True
) -> tuple[NDArray[Any], ...]:
    """Sort synapses by source, delay, sign (where it counts) and target.

    Returns the different delays, where those of each source and delay start and their
    negative weights start, the targets, and the weights.
    """
    entries = matrix.tocoo()
    sources, targets, weights = entries.row, entries.col, entries.data
    delays, group = np.unique(delay_steps, return_inverse=True)
    if len(delays) == 0:  # a network without synapses and a delay for each of them
        delays = np.ones(1, dtype=np.int64)
    group = np.broadcast_to(group, len(weights))
    shape = (matrix.shape[0], len(delays))
    row = sources.astype(np.int64) * len(delays) + group
    run = 2 * row + (by_sign & (weights < 0))
    n_runs, n_targets = 2 * shape[0] * shape[1], matrix.shape[1]
    counts = np.bincount(run, minlength=n_runs)
    is_dense = counts >= DENSE * n_targets
    if not by_sign:  # rows are weighed several at a time, which takes all of them
        is_dense[::2] = matrix.nnz >= DENSE * matrix.shape[0] * n_targets
    run, targets, weights = _filled_up(run, targets, weights, counts, is_dense, n_targets)
    order = np.lexsort((targets, run))
    counts = np.bincount(run, minlength=n_runs)
    # to units that differ, for an addition waits for the one before it to the same place
    padding = np.arange(_lengthened(counts).sum()) % n_targets
    starts, (targets, weights) = _padded(counts, targets[order], weights[order], padding)
    begins = starts[:-1].reshape(*shape, 2)
    ends = np.append(begins[1:, :1, 0], starts[-1:, np.newaxis], axis=0)
    return delays, np.column_stack([begins[..., 0], ends]), begins[..., 1], targets, weights


def _filled_up(
    run: NDArray[np.int64],
    targets: NDArray[Any],
    weights: NDArray[Any],
    counts: NDArray[np.int64],
    is_dense: NDArray[np.bool_],
    n_targets: int,
) -> tuple[NDArray[Any], ...]:
    """Let every run of synapses that is dense lead to all units, by weights of 0.

    Kernels then need not look up where to. They know such a run by its length, so one that
    is padded to it is filled up as well. Returns runs, targets and weights.
    """
    is_dense = is_dense | (counts > 0) & (counts + _lengthened(counts) >= n_targets)
    dense, is_inside = np.flatnonzero(is_dense), is_dense[run]
    table = np.zeros((len(dense), n_targets), weights.dtype)
    table[np.searchsorted(dense, run[is_inside]), targets[is_inside]] = weights[is_inside]
    return (
        np.concatenate([run[~is_inside], np.repeat(dense, n_targets)]),
        np.concatenate([targets[~is_inside], np.tile(np.arange(n_targets), len(dense))]),
        np.concatenate([weights[~is_inside], table.ravel()]),
    )


def _lengthened(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return by how much each run of synapses falls short of a multiple of four."""
    return -counts % 4


def _padded(
    counts: NDArray[np.int64],
    targets: NDArray[Any],
    weights: NDArray[Any],
    padding: NDArray[Any],
) -> tuple[NDArray[np.int64], tuple[NDArray[Any], NDArray[Any]]]:
    """Lengthen runs of synapses to multiples of four, by weights of 0 to the units of ``padding``.

    Returns where each run starts, and the last ends; the targets; and the weights.
    """
    starts = np.concatenate([[0], np.cumsum(counts + _lengthened(counts))])
    ends = np.cumsum(counts)
    places = np.arange(len(targets)) + np.repeat(starts[:-1] - (ends - counts), counts)
    longer, padded = np.empty(starts[-1], np.int64), np.zeros(starts[-1], weights.dtype)
    is_padding = np.ones(starts[-1], dtype=bool)
    is_padding[places] = False
    longer[places], padded[places], longer[is_padding] = targets, weights, padding
    return starts, (longer, padded)


def _in_words(targets: NDArray[np.unsignedinteger]) -> NDArray[np.unsignedinteger]:
    """Return the same memory as words of four targets each, where that is one of eight bytes."""
    if targets.itemsize != 2:
        return targets
    return read_only(targets[: len(targets) // 4 * 4].view(np.uint64))


def check_network(network: Network) -> None:
    """Raise ValueError where there is not a number for each unit, or a delay is no delay.

    Parameters
    ----------
    network : Network
        As it was laid out.
    """
    n_units = len(network.bias)
    for name, per_unit in (
        ("refractory_steps", len(network.refractory_steps) or n_units),  # rate units have none
        ("unit_constants", network.unit_constants.shape[1]),
        ("plasticity", network.plasticity.shape[1] if len(network.plasticity) else n_units),
    ):
        if per_unit != n_units:
            raise ValueError(f"{name} is of {per_unit} units, not of {n_units}")
    if network.delays.min(initial=1) < 1 or len(network.plasticity) not in (0, 3):
        raise ValueError("delays must be at least one step, and plasticity have three numbers")


def check_state(state: Mapping[str, NDArray[Any]], rest: State) -> None:
    """Raise ValueError where a carried state is not one that its network could be in.

    Parameters
    ----------
    state : mapping of str to ndarray
        What was carried, by the names of :class:`State`.
    rest : State
        The network at rest.
    """
    if set(state) != set(rest._fields):
        raise ValueError(f"state_ must hold {', '.join(rest._fields)}")
    for name, expected in rest._asdict().items():
        check_alike(f"state_[{name!r}]", state[name], expected)
    n_units = rest.variables.shape[1]
    for name, lowest, highest in (("spikes", 0, n_units - 1), ("n_spikes", 0, n_units)):
        if np.any(state[name] < lowest) or np.any(state[name] > highest):
            raise ValueError(f"state_[{name!r}] must be from {lowest} to {highest}")
    if state["step"][0] < 0:
        raise ValueError("state_['step'] must be at least 0")


def index_type(n_units: int) -> type[np.unsignedinteger]:
    """Return the narrowest index: halving it is a quarter off the memory read per spike."""
    return np.uint16 if n_units <= 2**16 else np.uint32


def resting_state(variables: NDArray[Any], network: Network, *, n_traces: int, dtype: str) -> State:
    """Return the state of a network at rest, with no spike on its way."""
    n_units = variables.shape[1]
    longest = int(network.delays.max(initial=1))
    n_plastic = network.plasticity.shape[1] if len(network.plasticity) else 0
    resources = np.array([[0.0], [1.0], [-1.0]])  # a rested synapse, before the first step
    return State(
        variables=variables.astype(dtype),
        step=np.zeros(1, dtype=np.int64),
        held_until=np.zeros(n_units, dtype=np.int64),
        spikes=np.zeros((longest, n_units), dtype=index_type(n_units)),
        n_spikes=np.zeros(longest, dtype=np.int64),
        strengths=np.zeros((longest, n_plastic), dtype=dtype),
        resources=np.repeat(resources, n_plastic, axis=1),
        traces=np.zeros((n_traces, n_units), dtype=dtype),
    )
