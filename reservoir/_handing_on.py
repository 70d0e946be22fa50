"""What one reservoir of a chain hands to the next."""

from __future__ import annotations

import numpy as np

from sparcelearn._core.sequences import Sequences, as_events

from ._base import BaseReservoir, Samples
from ._spiking import SpikingReservoir
from .kernels.layout import State

__all__ = ["hand_on"]


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
