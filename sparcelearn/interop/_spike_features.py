"""Features of spikes that were recorded elsewhere: what a reservoir reads of its own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn.reservoir._features import Reading
from sparcelearn.reservoir._simulator import Simulator

__all__ = ["check_readable", "spike_features"]


def check_readable(simulator: Simulator) -> None:
    """Raise ValueError where a feature is read of a variable, not of spikes.

    Parameters
    ----------
    simulator : Simulator
        Whose features are meant.
    """
    kinds, names = simulator.reading.kinds, simulator.reading.names
    read = [name for kind, name in zip(kinds, names, strict=False) if kind < _first(simulator)]
    if read:
        raise ValueError(
            f"features={read[0]!r} is read of a variable, and only spikes come back; take "
            "features='count', 'trace', 'first_spike' or 'spikes'."
        )


def spike_features(simulator: Simulator, trains: SpikeTrains) -> NDArray[np.floating]:
    """Return the features of a reservoir whose units spiked as the trains say.

    Parameters
    ----------
    simulator : Simulator
        Says what is read, and when.
    trains : SpikeTrains
        A spike of step ``k`` has the time ``k * dt``; with the padding of samples.

    Returns
    -------
    ndarray of shape (n_samples, n_readouts * n_kinds * n_units)
    """
    reading, n_units = simulator.reading, simulator.n_units
    shape = (len(trains), simulator.n_readouts, len(reading.kinds), n_units)
    features = np.empty(shape, dtype=simulator.network.bias.dtype)
    all_steps, n_steps = trains.steps(simulator.dt), trains.n_steps(simulator.dt)
    for k, out in enumerate(features):
        spikes = slice(trains.starts[k], trains.starts[k + 1])
        ends = np.arange(1, simulator.n_readouts + 1) * n_steps[k] // simulator.n_readouts
        values = _values(simulator, all_steps[spikes], trains.channels[spikes], ends)
        for j, value in enumerate(values):
            out[:, j] = _scaled(reading, j, value)
    return features.reshape(len(trains), -1)


def _first(simulator: Simulator) -> int:
    """Return the number of the first kind that is read of spikes."""
    return len(simulator.program.states)


def _values(
    simulator: Simulator,
    steps: NDArray[np.int64],
    units: NDArray[np.int32],
    ends: NDArray[np.int64],
) -> list[NDArray[np.float64]]:
    """Return each kind of feature of one sample at each instant, as it is read."""
    taus = simulator.reading.taus
    shape = (len(ends), simulator.n_units)
    windows = np.diff(ends, prepend=0)
    instants = np.searchsorted(ends, steps, side="right")
    found = []
    for kind in simulator.reading.kinds - _first(simulator):
        value = np.zeros(shape)
        if kind == len(taus):  # the first spike since the instant before
            value[:] = windows[:, np.newaxis]
            since = steps - (ends - windows)[instants]
            np.minimum.at(value, (instants, units), since)
            found.append(value * simulator.dt)
            continue
        decay = simulator.dt / taus[kind]  # 0 for a count
        ages = ends[instants] - steps - 1
        np.add.at(value, (instants, units), np.exp(-ages * decay))
        if np.isfinite(taus[kind]):
            for k in range(1, len(ends)):
                value[k] += value[k - 1] * np.exp(-windows[k] * decay)
        found.append(value)
    return found


def _scaled(reading: Reading, kind: int, value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bring a feature to the scale that readouts see."""
    value = np.sqrt(value) if reading.roots[kind] else value
    if reading.offsets is None or reading.scales is None:
        return value
    return (value - reading.offsets[kind]) * reading.scales[kind]
