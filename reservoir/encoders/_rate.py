"""Rate code: larger values spike more often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
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
from ._random import Words, keys_of, uniform

__all__ = ["RateEncoder"]


@dataclass(eq=False, repr=False)
class RateEncoder(WindowEncoder):
    r"""Spikes at random times, at a rate proportional to the value.

    A value :math:`x` fires at :math:`f_{max}\,x` for ``n_steps`` steps. In each step,
    independently of the others, a Bernoulli process spikes once with probability
    :math:`p = \min(f_{max}\,x\,dt, 1)`; a Poisson process draws the number of spikes from a
    Poisson distribution of mean :math:`f_{max}\,x\,dt`. Values below 0 do not spike.

    The random numbers depend on ``random_state``, on the values of the whole sample and on the
    step, and not on other samples or on how samples are divided among calls. So equal samples
    have equal spikes; give a stream in long pieces, not row by row. With ``fresh_trials`` equal
    samples are trials: spikes of the n-th of them in a call also depend on n. The same call
    gives the same trials.

    Parameters
    ----------
    n_steps : int, default=100
        Steps in which a row is encoded.
    f_max : float, default=100.0
        Rate of the value 1 (Hz).
    process : {"bernoulli", "poisson"}, default="bernoulli"
        At most one spike in a step, or any number.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.
    fresh_trials : bool, default=False
        Whether equal samples of one call to ``transform`` have different spikes, each drawn anew.
    dt : float, default=1.0
        Length of a step (ms).
    output : {"dense", "spikes"}, default="dense"
        Spikes in each step as an array, or events as ``SpikeTrains``.

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

    Trials of one stimulus:

    >>> import numpy as np
    >>> trials = RateEncoder(fresh_trials=True, output="spikes", random_state=0)
    >>> spikes = trials.fit_transform(np.full((500, 1), 0.5))
    >>> counts = spikes.counts()
    >>> bool(abs(counts.mean() - 5.0) < 0.5), bool(abs(counts.var() - 4.75) < 1.5)
    (True, True)
    """

    _: KW_ONLY
    f_max: float = 100.0
    process: str = "bernoulli"
    random_state: int | RandomState | None = None
    fresh_trials: bool = False

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **WindowEncoder._parameter_constraints,
        "f_max": [Interval(Real, 0, None, closed="neither")],
        "process": [StrOptions({"bernoulli", "poisson"})],
        "random_state": ["random_state"],
        "fresh_trials": ["boolean"],
    }

    def _learn(self, sequences: Sequences) -> None:
        self.seed_ = int(check_random_state(self.random_state).randint(2**31))

    def _keys(self, blocks: Sequence[Sequences]) -> Words:
        return keys_of(blocks, self.seed_, self.fresh_trials)

    def _spikes(self, sequences: Sequences, keys: NDArray[np.uint64]) -> Spikes:
        means = sequences.rows * (self.f_max * self.dt / 1000)
        return random_spikes(sequences, keys, means, self.n_steps, self.dt, self.process)

    def _decode(self, trains: SpikeTrains, starts: NDArray[np.int64]) -> NDArray[np.floating]:
        return mean_counts(trains, starts, self.n_steps, self.dt) / (self.f_max * self.dt / 1000)


def random_spikes(
    sequences: Sequences,
    keys: Words,
    means: NDArray[np.floating],
    n_steps: int,
    dt: float,
    process: str = "bernoulli",
) -> Spikes:
    """Draw spikes, given a key per sample and mean numbers per step (n_rows, n_channels)."""
    rows, channels = np.nonzero(means > 0)
    samples, positions = place_of_rows(sequences)
    keys = keys[samples[rows]]
    steps = positions[rows, np.newaxis] * n_steps + np.arange(n_steps)
    u = uniform(keys[:, np.newaxis], steps * means.shape[1] + channels[:, np.newaxis])
    mean = means[rows, channels][:, np.newaxis]
    counts = (u < mean).astype(np.int64) if process == "bernoulli" else _poisson(u, mean)
    which, step = np.nonzero(counts)
    repeats = counts[which, step]
    which, step = np.repeat(which, repeats), np.repeat(step, repeats)
    return Spikes(samples[rows[which]], steps[which, step] * dt, channels[which])


def _poisson(u: NDArray[np.floating], mean: NDArray[np.floating]) -> NDArray[np.int64]:
    """Return the quantile function of the Poisson distribution at ``u``."""
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
