"""Synapses in rows that kernels read fast: sorted, filled up, and in lengths of four."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sparcelearn._core.arrays import read_only

__all__ = ["by_source", "by_target", "delayed", "in_words"]

# From this share of the units on, adding a whole row is faster than adding to some, one by one.
# Measured in float32: both take equally long at a share of 0.15 (500 units), 0.24 (1,000) and 0.33
# (4,000); a row that leads to all 1,000 takes 0.10 us as a whole, and 0.4 us one by one.
DENSE = 0.25


def by_source(
    matrix: sparse.csr_array | sparse.coo_array, delay_steps: NDArray[np.int64]
) -> tuple[NDArray[Any], ...]:
    """Sort synapses by source, delay, sign and target.

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
    run = 2 * row + (weights < 0)
    n_runs, n_targets = 2 * shape[0] * shape[1], matrix.shape[1]
    counts = np.bincount(run, minlength=n_runs)
    is_dense = counts >= DENSE * n_targets
    run, targets, weights = _filled_up(run, targets, weights, counts, is_dense, n_targets)
    order = np.lexsort((targets, run))
    counts = np.bincount(run, minlength=n_runs)
    # to different units, because an addition waits for the one before it to the same unit
    padding = np.arange(_lengthened(counts).sum()) % n_targets
    starts, (targets, weights) = _padded(counts, targets[order], weights[order], padding)
    begins = starts[:-1].reshape(*shape, 2)
    ends = np.append(begins[1:, :1, 0], starts[-1:, np.newaxis], axis=0)
    return delays, np.column_stack([begins[..., 0], ends]), begins[..., 1], targets, weights


def delayed(matrix: sparse.csr_array, delay_steps: NDArray[np.int64]) -> sparse.csr_array:
    """Let a matrix read from the last rates of all units, laid end to end, the oldest first."""
    longest, (n_units, _) = int(delay_steps.max()), matrix.shape
    entries = matrix.tocoo()
    steps = np.broadcast_to(delay_steps, entries.data.shape)
    places = (longest - steps) * n_units + entries.row
    return sparse.csr_array((entries.data, (places, entries.col)), (longest * n_units, n_units))


def by_target(matrix: sparse.csr_array) -> tuple[NDArray[Any], ...]:
    """Sort synapses by target and source.

    Returns where those of each target start, the sources, and the weights.
    """
    transposed = sparse.csr_array(matrix.T)
    transposed.sort_indices()
    counts = np.diff(transposed.indptr)
    # from units that send there anyway: 0 times the infinite rate of another would be NaN
    last = transposed.indptr[1:][counts > 0] - 1
    padding = np.repeat(transposed.indices[last], _lengthened(counts)[counts > 0])
    starts, (sources, weights) = _padded(counts, transposed.indices, transposed.data, padding)
    return starts, sources, weights


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


def in_words(targets: NDArray[np.unsignedinteger]) -> NDArray[np.unsignedinteger]:
    """Return the same memory as words of four targets each, where that is one of eight bytes."""
    if targets.itemsize != 2:
        return targets
    return read_only(targets[: len(targets) // 4 * 4].view(np.uint64))
