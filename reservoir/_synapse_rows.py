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
    entries: sparse.coo_array, delays: NDArray[np.int64], receivers: NDArray[np.int64]
) -> tuple[NDArray[Any], ...]:
    """Sort synapses by source, delay, receiver and target.

    Delays and receivers (rows of the state) are those of each entry, or one of all. Returns those
    of each group, where synapses of each source and group start, the targets, and the weights.
    """
    targets, weights = entries.col, entries.data
    n_sources, n_targets = entries.shape
    n_receivers = int(receivers.max(initial=0)) + 1
    place = np.broadcast_to(delays * n_receivers + receivers, weights.shape)
    is_there = np.bincount(place) > 0
    groups, number = np.flatnonzero(is_there), np.cumsum(is_there) - 1
    run = entries.row.astype(np.int64) * len(groups) + number[place]
    n_runs = n_sources * len(groups)
    counts = np.bincount(run, minlength=n_runs)
    is_dense = counts >= DENSE * n_targets
    run, targets, weights = _filled_up(run, targets, weights, counts, is_dense, n_targets)
    order = np.lexsort((targets, run))
    counts = np.bincount(run, minlength=n_runs)
    # to different units, because an addition waits for the one before it to the same unit
    padding = np.arange(_lengthened(counts).sum()) % n_targets
    starts, (targets, weights) = _padded(counts, targets[order], weights[order], padding)
    first = np.arange(n_sources)[:, np.newaxis] * len(groups)
    starts = starts[first + np.arange(len(groups) + 1)]
    return *np.divmod(groups, n_receivers), starts, targets, weights


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
