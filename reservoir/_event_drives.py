"""What events drive each unit with: measured on its membrane, while nothing spikes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.arrays import read_only
from sparcelearn._core.sequences import Events

from ._simulator import Simulator

__all__ = ["event_drives"]

MAX_DRIVES = 2**23  # numbers held at once
SMALL = 0.01  # part of the way to the threshold that the membrane is moved, at most


def event_drives(
    network: Simulator, samples: Events, distance: NDArray[np.float64], least: NDArray[np.float64]
) -> Iterator[NDArray[np.float64]]:
    """Yield the drive that would move each membrane as events do, over all steps.

    Weights are made so small that no unit spikes: its membrane is then events filtered by the
    synapse and by the membrane itself.

    Parameters
    ----------
    network : Simulator
        The network, without recurrence or bias.
    samples : Events
        Input.
    distance : ndarray of shape (n_units,)
        From the membrane at rest to the threshold.
    least : ndarray of shape (n_units,)
        The constant drive that moves it there.

    Yields
    ------
    ndarray of shape (n_units, n_steps)
        Once, for all units.
    """
    n_samples = max(1, MAX_DRIVES // (network.n_units * int(samples.lengths.max())))
    if n_samples < len(samples):
        samples = samples.take(np.linspace(0, len(samples) - 1, n_samples).astype(int))
    rest = network.rest.variables[0].astype(np.float64)
    factor = 1e-3
    for _ in range(3):  # the last time as large as may be
        moved = _membrane(network, samples, factor) - rest
        largest = np.max(np.abs(moved) / distance, initial=0.0)
        if largest == 0:
            break
        moved /= factor
        factor *= SMALL / largest
    yield np.ascontiguousarray((moved * (least / distance)).T)


def _membrane(network: Simulator, samples: Events, factor: float) -> NDArray[np.float64]:
    """Return the membrane of each unit after every step, with weights times a factor."""
    weights = network.network.event_weights
    scaled = read_only(weights * weights.dtype.type(factor))
    quiet = replace(network, network=network.network._replace(event_weights=scaled))
    return quiet.unfold(samples)[:, 0].astype(np.float64)
