"""Input synapses laid out as the arrays that kernels are given."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sparcelearn._core.arrays import read_only

from ._synapse_rows import by_source, by_target, in_words

__all__ = ["event_arrivals", "event_layout", "index_type", "row_layout"]

MAX_DRIVES = 2**18  # numbers of a block of rows, so that it stays in a core's cache
MAX_BLOCK = 64  # rows


def row_layout(
    weights: sparse.csr_array,
    lags: NDArray[np.int64],
    means: NDArray[np.float64],
    scales: NDArray[np.float64],
    dtype: str,
    arrivals: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the fields of :class:`Network` that concern input, by name, for rows of numbers.

    Parameters
    ----------
    weights : csr_array of shape (n_lags * n_channels, n_inputs * n_units)
        Input weights, lag by lag.
    lags : ndarray of shape (n_lags,)
        The lags, in rows.
    means, scales : ndarray of shape (n_channels,)
        A unit hears ``(x - mean) * scale`` of each channel.
    dtype : str
        Type of the weights.
    arrivals : dict, default=None
        The fields of what arrives at synapses, where rows hold counts of events.

    Returns
    -------
    dict
    """
    n_channels, n_columns = len(means), weights.shape[1]
    longest = int(lags.max(initial=0))
    block = int(np.clip(MAX_DRIVES // max(1, n_columns), 1, MAX_BLOCK))
    starts, sources, values = by_target(weights)
    lag, channel = np.divmod(sources.astype(np.int64), n_channels)
    places = channel * (longest + block) + longest - lags[lag]
    targets = places.astype(index_type(n_channels * (longest + block)))
    if arrivals is None:
        nothing = sparse.coo_array((len(lags) * n_channels, 1))
        arrivals = event_arrivals(nothing, lags, np.zeros(1, np.int64), n_channels, dtype)
    return {
        "input_starts": read_only(starts.astype(np.int64)),
        "input_targets": read_only(targets),
        "input_words": in_words(read_only(targets)),
        "input_weights": read_only(values.astype(dtype)),
        "longest_lag": longest,
        "channel_means": read_only(means.astype(np.float64)),
        "channel_scales": read_only(scales.astype(np.float64)),
        "block": block,
        **arrivals,
    }


def event_layout(
    entries: sparse.coo_array,
    lags: NDArray[np.int64],
    receivers: NDArray[np.int64],
    n_channels: int,
    dtype: str,
) -> dict[str, Any]:
    """Return the same fields for events, through which nothing is heard.

    Parameters are as of :func:`event_arrivals`.
    """
    nothing = sparse.csr_array((len(lags) * n_channels, 0))
    means, scales = np.zeros(n_channels), np.ones(n_channels)
    arrivals = event_arrivals(entries, lags, receivers, n_channels, dtype)
    return {**row_layout(nothing, lags, means, scales, dtype, arrivals), "block": 1}


def event_arrivals(
    entries: sparse.coo_array,
    lags: NDArray[np.int64],
    receivers: NDArray[np.int64],
    n_channels: int,
    dtype: str,
) -> dict[str, Any]:
    """Return the fields that concern what arrives at synapses.

    Parameters
    ----------
    entries : coo_array of shape (n_lags * n_channels, n_units)
        Weights of an event, lag by lag.
    lags : ndarray of shape (n_lags,)
        The lags, in rows.
    receivers : ndarray of shape (n_synapses,) or (1,)
        Row of the state that each weight is added to.
    n_channels : int
        Number of channels.
    dtype : str
        Type of the weights.

    Returns
    -------
    dict
    """
    n_units = entries.shape[1]
    lag, channel = np.divmod(entries.row.astype(np.int64), n_channels)
    by_channel = sparse.coo_array((entries.data, (channel, entries.col)), (n_channels, n_units))
    different, rows, starts, targets, values = by_source(by_channel, lags[lag], receivers)
    targets = read_only(targets.astype(index_type(n_units)))
    return {
        "event_lags": read_only(different.astype(np.int64)),
        "event_receivers": read_only(rows.astype(np.int64)),
        "event_starts": read_only(starts.astype(np.int64)),
        "event_targets": targets,
        "event_words": in_words(targets),
        "event_weights": read_only(values.astype(dtype)),
    }


def index_type(n: int) -> type[np.unsignedinteger]:
    """Return the narrowest index: halving it is a quarter off the memory read per spike."""
    return np.uint16 if n <= 2**16 else np.uint32
