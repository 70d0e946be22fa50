"""Rate code: the larger the value, the more spikes."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy.special import pdtr
from sklearn.utils import check_random_state

from sparcelearn._core.sequences import Sequences
from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn._core.validation import Interval, StrOptions

from ._base import Spikes, WindowEncoder, in_steps, place_of_rows
from ._random import sample_keys, uniform

__all__ = ["RateEncoder"]


class RateEncoder(WindowEncoder):
    r"""Spikes at random times, at a rate proportional to the value.

    A value :math:`x` fires at :math:`f_{max}\,x` for ``n_steps`` steps. In each step,
    independently of the others, a Bernoulli process spikes once with probability
    :math:`p = \min(f_{max}\,x\,dt, 1)`; a Poisson process spikes as often as a Poisson
    variable of mean :math:`f_{max}\,x\,dt` says. Values below 0 are silent.

    The random numbers depend on ``random_state``, on the values of the whole sample and on the
    step: not on other samples, on their order, nor on how they are cut into calls.
    Equal samples thus have equal spikes; give a stream in longer pieces, not row by row.

    Parameters
    ----------
    n_steps : int, default=100
        Steps for which a row is encoded.
    f_max : float, default=100.0
        Rate of the value 1 (Hz).
    dt : float, default=1.0
        Length of a step (ms).
    process : {"bernoulli", "poisson"}, default="bernoulli"
        At most one spike in a step, or any number.
    output : {"dense", "spikes"}, default="dense"
        Spikes in each step as an array, or events as ``SpikeTrains``.
    random_state : int, RandomState or None, default=None
        Seed; drawn from once, by ``fit``.

    Attributes
    ----------
    seed_ : int
        Seed in use.
    n_features_in_ : int
        Number of channels.

    References
    ----------
    Gerstner, Kistler, Naud, Paninski, "Neuronal Dynamics", Cambridge University Press, 2014,
    section 7.6.

    Examples
    --------
    >>> from sparcelearn.reservoir.encoders import RateEncoder
    >>> encoder = RateEncoder(n_steps=1000, f_max=200.0, random_state=0).fit([[0.1, 0.5]])
    >>> spikes = encoder.transform([[0.1, 0.5]])
    >>> spikes.shape
    (1, 1000, 2)
    >>> encoder.inverse_transform(spikes).round(1)
    array([[0.1, 0.5]])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **WindowEncoder._parameter_constraints,
        "f_max": [Interval(Real, 0, None, closed="neither")],
        "process": [StrOptions({"bernoulli", "poisson"})],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        n_steps: int = 100,
        *,
        f_max: float = 100.0,
        dt: float = 1.0,
        process: str = "bernoulli",
        output: str = "dense",
        random_state: int | RandomState | None = None,
    ) -> None:
        self.n_steps = n_steps
        self.f_max = f_max
        self.dt = dt
        self.process = process
        self.output = output
        self.random_state = random_state

    def _learn(self, sequences: Sequences) -> None:
        self.seed_ = int(check_random_state(self.random_state).randint(2**31 - 1))

    def _spikes(self, sequences: Sequences) -> Spikes:
        means = sequences.rows * (self.f_max * self.dt / 1000)
        return random_spikes(sequences, means, self.n_steps, self.dt, self.seed_, self.process)

    def _decode(self, trains: SpikeTrains, starts: NDArray[np.int64]) -> NDArray[np.floating]:
        return mean_counts(trains, starts, self.n_steps, self.dt) / (self.f_max * self.dt / 1000)


def random_spikes(
    sequences: Sequences,
    means: NDArray[np.floating],
    n_steps: int,
    dt: float,
    seed: int,
    process: str = "bernoulli",
) -> Spikes:
    """Draw spikes of given mean number in a step (n_rows, n_channels)."""
    rows, channels = np.nonzero(means > 0)
    samples, positions = place_of_rows(sequences)
    keys = sample_keys(sequences, seed)[samples[rows]]
    steps = positions[rows, np.newaxis] * n_steps + np.arange(n_steps)
    u = uniform(keys[:, np.newaxis], steps * means.shape[1] + channels[:, np.newaxis])
    mean = means[rows, channels][:, np.newaxis]
    counts = (u < mean).astype(np.int64) if process == "bernoulli" else _poisson(u, mean)
    which, step = np.nonzero(counts)
    repeats = counts[which, step]
    which, step = np.repeat(which, repeats), np.repeat(step, repeats)
    return Spikes(samples[rows[which]], steps[which, step] * dt, channels[which])


def _poisson(u: NDArray[np.floating], mean: NDArray[np.floating]) -> NDArray[np.int64]:
    """Return how many spikes ``u`` stands for: the quantile function of Poisson."""
    counts = np.zeros(u.shape, dtype=np.int64)
    more, k = np.full(u.shape, True), 0
    while more.any():
        more &= u >= pdtr(k, mean)
        counts += more
        k += 1
    return counts


def mean_counts(
    trains: SpikeTrains, starts: NDArray[np.int64], n_steps: int, dt: float
) -> NDArray[np.floating]:
    """Return the mean number of spikes in a step of every window (n_windows, n_channels)."""
    counts = in_steps(trains, starts, dt)
    return counts.reshape(-1, n_steps, trains.n_channels).mean(axis=1)
