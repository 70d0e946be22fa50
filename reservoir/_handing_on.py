"""Reservoirs run together, and what one of a chain hands to the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.sequences import Sequences, as_events
from sparcelearn._core.spike_trains import SpikeTrains

from ._base import BaseReservoir, Samples
from ._spiking import SpikingReservoir
from .kernels.layout import State

__all__ = ["check_chain", "gives_spikes", "hand_on", "run_stack"]

BLOCK = 2**25  # bytes of what one reservoir hands to the next, at most (but at least one sample)


def hand_on(
    reservoir: BaseReservoir,
    samples: Samples,
    start: State | None,
    after: BaseReservoir,
    *,
    reset: bool = False,
) -> Samples:
    """Return what a reservoir makes of samples, as input of the one after it."""
    if isinstance(reservoir, SpikingReservoir) and isinstance(after, SpikingReservoir):
        trains = reservoir._record(samples, start)[0]
        return as_events(after, trains, reset=reset, dt=after.dt)
    unfolded = reservoir._unfold(samples, start)
    rows = np.ascontiguousarray(unfolded.rows, dtype=np.float64)
    if reset:
        after.n_features_in_ = rows.shape[1]
    return Sequences(rows, unfolded.starts)


def gives_spikes(reservoir: Any) -> bool:
    """Return whether a reservoir gives its spikes, not features."""
    return getattr(reservoir, "features", None) in ("spikes", ("spikes",))


def check_chain(reservoirs: list[Any], *, is_last_read: bool) -> None:
    """Raise ValueError where reservoirs cannot be joined.

    Parameters
    ----------
    reservoirs : list of (str, BaseReservoir)
        Names and reservoirs.
    is_last_read : bool
        Whether the last alone is read, which then may give spikes.
    """
    if not reservoirs:
        raise ValueError("reservoirs must hold at least one (name, reservoir).")
    for k, entry in enumerate(reservoirs, 1):
        is_pair = isinstance(entry, tuple) and len(entry) == 2
        if not is_pair or not isinstance(entry[1], BaseReservoir):
            raise ValueError(
                f"reservoirs holds {entry!r}; every entry must be a (name, reservoir)."
            )
        if gives_spikes(entry[1]) and not (is_last_read and k == len(reservoirs)):
            raise ValueError(
                f"reservoir {entry[0]!r} has features='spikes'; spikes are handed on in any "
                "case, and only the last of a chain with skip=False may give them."
            )
    if len({bool(reservoir.carry_state) for _, reservoir in reservoirs}) > 1:
        raise ValueError("reservoirs must all have the same carry_state.")


def run_stack(
    reservoirs: list[BaseReservoir],
    inputs: list[Samples],
    states: list[State | None],
    *,
    is_chain: bool,
    skip: bool,
) -> tuple[Any, NDArray[np.int64], list[State | None]]:
    """Run samples through all reservoirs, block by block.

    Parameters
    ----------
    reservoirs : list of BaseReservoir
        The reservoirs, drawn.
    inputs : list of Sequences or Events
        What each of them hears; of a chain, what the first hears.
    states : list of State or None
        Where each stands in a stream.
    is_chain : bool
        Whether each is driven by the one before.
    skip : bool
        Whether features of all reservoirs of a chain are given, or of the last.

    Returns
    -------
    features : ndarray of shape (n_samples, n_features), or SpikeTrains
    spike_counts : ndarray of shape (n_units of all,)
    states : list of State or None
        Where each reservoir ends.
    """
    parts, counts = [], np.zeros(sum(r.n_units for r in reservoirs), dtype=np.int64)
    for first, last in blocks(reservoirs, inputs[0]):
        block = [samples.block(first, last) for samples in inputs]
        outs, spikes, ends = [], [], []
        for k, (reservoir, start) in enumerate(zip(reservoirs, states, strict=True)):
            is_last = k + 1 == len(reservoirs)
            reservoir._check_lengths(block[k])
            out, fired, end = reservoir._drive(block[k], start)
            if skip or is_last or not is_chain:
                outs.append(out)
            if is_chain and not is_last:
                block.append(hand_on(reservoir, block[k], start, reservoirs[k + 1]))
            spikes.append(fired)
            ends.append(None if start is None else end)
        parts.append(outs[0] if len(outs) == 1 else np.concatenate(outs, axis=1))
        counts += np.concatenate(spikes)
        states = ends
    join: Any = SpikeTrains if isinstance(parts[0], SpikeTrains) else np
    return join.concatenate(parts), counts, states


def blocks(reservoirs: list[BaseReservoir], samples: Samples) -> Iterator[tuple[int, int]]:
    """Yield the borders of blocks whose intermediate results fit into the room allowed.

    Parameters
    ----------
    reservoirs : list of BaseReservoir
        The reservoirs of a chain.
    samples : Sequences or Events
        Input of the first.

    Yields
    ------
    tuple of (int, int)
        First sample, and the one after the last.
    """
    handing = reservoirs[:-1] or reservoirs
    sizes = [
        r._n_features_out // r._simulator.n_readouts * np.dtype(r.dtype).itemsize for r in handing
    ]
    n_rows = max(1, BLOCK // max(sizes))
    first = 0
    while first < len(samples):
        last = int(np.searchsorted(samples.starts, samples.starts[first] + n_rows, "right")) - 1
        last = max(last, first + 1)
        yield first, last
        first = last
