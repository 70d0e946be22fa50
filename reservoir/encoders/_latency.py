"""Latency code: larger values spike earlier."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.sequences import Sequences
from sparcelearn._core.spike_counts import SNAP
from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn._core.validation import Interval, StrOptions

from ._base import Spikes, WindowEncoder, place_of_rows

__all__ = ["LatencyEncoder"]


@dataclass(eq=False, repr=False)
class LatencyEncoder(WindowEncoder):
    r"""One spike per value; larger values spike earlier.

    The logarithmic code is the first spike of a leaky integrator of time constant
    :math:`\tau` that is driven by :math:`x` and spikes at :math:`\theta`; the linear code is
    the simpler rule, for values from 0 to 1:

    .. math::
        t_{log} = \tau \ln\frac{x}{x - \theta}, \qquad t_{linear} = \tau\,(1 - x)

    Values up to the threshold do not spike, nor do those that would spike after the window of
    ``n_steps`` steps; both decode to 0. In the linear code, values above 1 spike at once.
    Times of events are exact; they are not rounded to steps.

    Parameters
    ----------
    n_steps : int, default=100
        Steps in which a row is encoded.
    code : {"log", "linear"}, default="log"
        Function from value to time.
    tau : float, default=None
        Time constant (ms). None is a fifth of the window for the logarithmic code, and its
        last step, ``(n_steps - 1) * dt``, for the linear one.
    threshold : float, default=0.2
        Largest value that does not spike.
    dt : float, default=1.0
        Length of a step (ms).
    output : {"dense", "spikes"}, default="dense"
        Spikes in each step as an array, or events as ``SpikeTrains``.

    Attributes
    ----------
    tau_ : float
        Time constant in use (ms).
    n_features_in_ : int
        Number of channels.

    References
    ----------
    Thorpe, Delorme, Van Rullen, "Spike-based strategies for rapid processing", Neural
    Networks 14, 715-725, 2001.

    Examples
    --------
    >>> from sparcelearn.reservoir.encoders import LatencyEncoder
    >>> encoder = LatencyEncoder(n_steps=5, code="linear", threshold=0.0, output="spikes")
    >>> spikes = encoder.fit_transform([[0.02, 0.5, 1.0]])
    >>> spikes.first_times()
    array([[3.92, 2.  , 0.  ]])
    >>> encoder.inverse_transform(spikes)
    array([[0.02, 0.5 , 1.  ]])
    """

    _: KW_ONLY
    code: str = "log"
    tau: float | None = None
    threshold: float = 0.2

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **WindowEncoder._parameter_constraints,
        "code": [StrOptions({"log", "linear"})],
        "tau": [Interval(Real, 0, None, closed="neither"), None],
        "threshold": [Interval(Real, 0, None, closed="left")],
    }

    def _learn(self, sequences: Sequences) -> None:
        if self.code == "log" and self.threshold == 0:
            raise ValueError("threshold must be above 0 for the logarithmic code, not 0.")
        share = self.n_steps / 5 if self.code == "log" else max(self.n_steps - 1, 1)
        self.tau_ = share * self.dt if self.tau is None else float(self.tau)

    def _spikes(self, sequences: Sequences, keys: NDArray[np.uint64]) -> Spikes:
        times = latencies(sequences.rows, self.code, self.tau_, self.threshold)
        return spikes_at(sequences, times, self.n_steps, self.dt)

    def _decode(self, trains: SpikeTrains, starts: NDArray[np.int64]) -> NDArray[np.floating]:
        times = first_spikes(trains, starts, self.n_steps, self.dt)
        return values_of(times, self.code, self.tau_, self.threshold)


def latencies(
    x: NDArray[np.floating], code: str, tau: float, threshold: float
) -> NDArray[np.floating]:
    """Return the time of each value's spike; infinity for no spike."""
    fires = x > threshold
    loud = np.where(fires, x, threshold + 1.0)
    times = -np.log1p(-threshold / loud) if code == "log" else np.maximum(1 - loud, 0)
    return np.where(fires, tau * times, np.inf)


def values_of(
    times: NDArray[np.floating], code: str, tau: float, threshold: float
) -> NDArray[np.floating]:
    """Invert ``latencies``; no spike is 0."""
    if code == "linear":
        return np.where(np.isinf(times), 0.0, 1 - times / tau)
    with np.errstate(divide="ignore"):  # a spike at once is an infinite value
        return np.where(np.isinf(times), 0.0, threshold / -np.expm1(-times / tau))


def spikes_at(sequences: Sequences, times: NDArray[np.floating], n_steps: int, dt: float) -> Spikes:
    """Make one spike of each time (n_rows, n_channels) that lies in its row's window."""
    # within the last step also after rounding in the sum below
    rows, channels = np.nonzero(times < (n_steps - 2 * SNAP) * dt)
    samples, positions = place_of_rows(sequences)
    return Spikes(samples[rows], positions[rows] * n_steps * dt + times[rows, channels], channels)


def first_spikes(
    trains: SpikeTrains, starts: NDArray[np.int64], n_steps: int, dt: float
) -> NDArray[np.floating]:
    """Return the first spike time of each channel in its window, infinity if there is none."""
    windows = trains.steps(dt) // n_steps
    times = np.maximum(trains.times - windows * n_steps * dt, 0.0)
    windows += np.repeat(starts[:-1] // n_steps, np.diff(trains.starts))
    first = np.full((starts[-1] // n_steps, trains.n_channels), np.inf)
    np.minimum.at(first, (windows, trains.channels), times)
    return first
