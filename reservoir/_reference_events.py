"""Input events in the plain simulation: what arrives in a step, and what is kept of the input.

They are events of their own, or counts that rows of numbers hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .kernels.layout import EventRows, Network

__all__ = ["arriving", "remember"]


def arriving(
    network: Network,
    inputs: NDArray[Any] | EventRows,
    run_begin: int,
    row: int,
    past: NDArray[Any],
) -> Iterator[tuple[int, NDArray[Any], NDArray[Any]]]:
    """Yield the row of the state, the targets and what is added to them, for input events."""
    groups = zip(network.event_lags, network.event_receivers, strict=True)
    for group, (lag, receiver) in enumerate(groups):
        if isinstance(inputs, EventRows):
            arrived = [(channel, 1) for channel in _events(inputs, run_begin, row - lag, past)]
        else:
            arrived = list(enumerate(_row(inputs, run_begin, row - lag, past)))
        for channel, count in arrived:
            synapses = slice(*network.event_starts[channel, group : group + 2])
            weights = network.event_weights[synapses]
            if count != 0:
                yield receiver, network.event_targets[synapses], weights * weights.dtype.type(count)


def _row(inputs: NDArray[Any], run_begin: int, row: int, past: NDArray[Any]) -> NDArray[Any]:
    """Return a row of numbers, of this run or before it; nothing came before the start."""
    return inputs[row] if row >= run_begin else past[len(past) - (run_begin - row)]


def _events(inputs: EventRows, run_begin: int, row: int, past: NDArray[Any]) -> NDArray[Any]:
    """Return the channels of the events of a row, of this run or before it."""
    if row >= run_begin:
        return inputs.channels[inputs.starts[row] : inputs.starts[row + 1]]
    if run_begin - row > len(past):
        return np.zeros(0, dtype=np.int64)
    counts = past[len(past) - (run_begin - row)].astype(np.int64)
    return np.repeat(np.arange(len(counts)), counts)


def remember(
    inputs: NDArray[Any] | EventRows,
    run_begin: int,
    end: int,
    past: NDArray[Any],
) -> None:
    """Keep the last rows of input: of events, their counts."""
    n_new = min(end - run_begin, len(past))
    if n_new == 0:
        return
    past[: len(past) - n_new] = past[n_new:].copy()
    for k in range(len(past) - n_new, len(past)):
        row = end - len(past) + k
        if isinstance(inputs, EventRows):
            channels = inputs.channels[inputs.starts[row] : inputs.starts[row + 1]]
            past[k] = np.bincount(channels, minlength=past.shape[1])
        else:
            past[k] = inputs[row]
