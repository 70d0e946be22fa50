"""Features as a chip that learns has them: integers of a few bits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.spike_trains import SpikeTrains

from ._decays import shift_decay


def integer_features(X: Any, x_max: float, bits: int) -> NDArray[np.int64]:
    """Return features as integers, the nearest: ``x_max`` is the largest; larger are clipped.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Features.
    x_max : float
        Largest magnitude, above 0.
    bits : int
        Bits of a magnitude.

    Returns
    -------
    ndarray of shape (n_samples, n_features)
        From ``-(2**bits - 1)`` to ``2**bits - 1``.
    """
    most = 2**bits - 1
    scaled = np.asarray(X, dtype=np.float64) * (most / x_max)
    return np.clip(np.rint(scaled), -most, most).astype(np.int64)


def integer_traces(trains: SpikeTrains, shift: int, bits: int, dt: float) -> NDArray[np.int64]:
    """Return traces of spikes at the ends of samples, decayed by shifts.

    A spike adds a quarter of the range; every step the trace loses ``x >> shift``. It is kept
    with ``shift`` bits more than are read, so that small traces decay, too.

    Parameters
    ----------
    trains : SpikeTrains
        Spikes.
    shift : int
        Bits of the decay, see `shift_time_constant`.
    bits : int
        Bits of a trace.
    dt : float
        Step (ms).

    Returns
    -------
    ndarray of shape (n_samples, n_channels)
        From 0 to ``2**bits - 1``, where they saturate.
    """
    n_steps = trains.n_steps(dt)
    sample = np.repeat(np.arange(len(trains)), np.diff(trains.starts))
    left = n_steps[sample] - trains.steps(dt)  # a step is added, then decays to the end
    traces = np.zeros((len(trains), trains.n_channels), dtype=np.int64)
    most, impulse = (2**bits - 1) << shift, 2 ** (bits - 2) << shift
    order = np.argsort(-left, kind="stable")
    ends = np.searchsorted(-left[order], -np.arange(int(n_steps.max(initial=0)), 0, -1), "right")
    start = 0
    for end in ends:
        traces = np.asarray(shift_decay(traces, shift))
        now = order[start:end]
        np.add.at(traces, (sample[now], trains.channels[now]), impulse)
        np.minimum(traces, most, out=traces)
        start = end
    return traces >> shift
