"""What one reservoir of a chain hands to the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sparcelearn._core.sequences import Sequences, as_events

from ._base import BaseReservoir, Samples
from ._spiking import SpikingReservoir
from .kernels.layout import State

__all__ = ["blocks", "check_chain", "hand_on"]

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


def check_chain(reservoirs: list[Any]) -> None:
    """Raise ValueError where reservoirs cannot be joined.

    Parameters
    ----------
    reservoirs : list of (str, BaseReservoir)
        Names and reservoirs.
    """
    if not reservoirs:
        raise ValueError("reservoirs must hold at least one (name, reservoir).")
    for entry in reservoirs:
        is_pair = isinstance(entry, tuple) and len(entry) == 2
        if not is_pair or not isinstance(entry[1], BaseReservoir):
            raise ValueError(
                f"reservoirs holds {entry!r}; every entry must be a (name, reservoir)."
            )
        if getattr(entry[1], "features", None) == "spikes":
            raise ValueError(
                f"reservoir {entry[0]!r} has features='spikes'; spikes are handed on in any "
                "case, and features must be numbers."
            )
    if len({bool(reservoir.carry_state) for _, reservoir in reservoirs}) > 1:
        raise ValueError("reservoirs must all have the same carry_state.")


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
