"""What one reservoir of a chain hands to the next."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparcelearn._core.sequences import Sequences, as_events

from ._base import BaseReservoir, Samples
from ._spiking import SpikingReservoir
from .kernels.layout import State

__all__ = ["check_chain", "hand_on"]


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
