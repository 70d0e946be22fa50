"""What is read of a spiking network."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._spike_trains import SpikeTrains

from .kernels.layout import Raster

_KINDS = {"trace": -1, "count": -2, "membrane": 0}


def feature_kinds(features: Any, states: Iterable[str]) -> NDArray[np.int64]:
    """Return the numbers by which a kernel knows what to read; none for the spikes themselves.

    Parameters
    ----------
    features : str or tuple of str
        Names of features.
    states : iterable of str
        State variables of the neuron model, in order.

    Returns
    -------
    ndarray of shape (n_kinds,)

    Raises
    ------
    ValueError
        If a name is not known, or there is none.
    """
    if features == "spikes":
        return np.zeros(0, dtype=np.int64)
    known = {**{x: k for k, x in enumerate(states)}, **_KINDS}
    chosen = (features,) if isinstance(features, str) else features
    for feature in chosen:
        if isinstance(feature, str) and feature == "spikes":
            raise ValueError(f"features={features!r}: 'spikes' cannot be joined with others.")
        if not isinstance(feature, str) or feature not in known:
            raise ValueError(
                f"features={features!r} holds {feature!r}; known are "
                f"{', '.join(known)} and, alone, spikes."
            )
    if not chosen:
        raise ValueError("features must name at least one feature.")
    return np.array([known[feature] for feature in chosen], dtype=np.int64)


def as_spike_trains(
    raster: Raster, n_steps: NDArray[np.int64], dt: float, n_units: int
) -> SpikeTrains:
    """Give every spike its time: one of step ``k`` of its sample has ``k * dt``.

    Parameters
    ----------
    raster : Raster
        Spikes of all samples, laid end to end.
    n_steps : ndarray of shape (n_samples,)
        Steps of each sample.
    dt : float
        Length of a step (ms).
    n_units : int
        Number of units.

    Returns
    -------
    SpikeTrains
    """
    borders = np.concatenate([[0], np.cumsum(n_steps)])
    spikes_before = np.concatenate([[0], np.cumsum(raster.n_spikes)])
    starts = spikes_before[borders]
    step = np.repeat(np.arange(borders[-1]), raster.n_spikes)
    step -= np.repeat(borders[:-1], np.diff(starts))
    return SpikeTrains(step * dt, raster.units, starts, n_units, n_steps * dt)
