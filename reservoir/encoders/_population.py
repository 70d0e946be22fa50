"""Population code: each value is encoded by units with Gaussian receptive fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from sparcelearn._core.sequences import Sequences
from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn._core.validation import Interval, StrOptions

from ._base import Spikes, WindowEncoder
from ._latency import first_spikes, latencies, spikes_at, values_of
from ._random import Words, keys_of
from ._rate import mean_counts, random_spikes

__all__ = ["PopulationEncoder"]


@dataclass(eq=False, repr=False)
class PopulationEncoder(WindowEncoder):
    r"""Gaussian receptive fields: a channel becomes ``n_fields`` units.

    Unit :math:`i` of :math:`m` responds to a value :math:`x` with

    .. math::
        r_i = e^{-(x - \mu_i)^2 / 2 \sigma^2}, \qquad
        \mu_i = lo + \frac{2i - 3}{2}\,\frac{hi - lo}{m - 2}, \qquad
        \sigma = \frac{1}{\beta}\,\frac{hi - lo}{m - 2}

    and sends one spike at :math:`T (1 - r_i)`, with :math:`T` the last step of the
    window, or by random spikes of probability :math:`r_i` in each step. Decoding
    gives the population vector :math:`\sum_i r_i \mu_i / \sum_i r_i`, NaN if no unit spiked.
    Times of events are exact in the latency code.

    Parameters
    ----------
    n_fields : int, default=10
        Units for each channel, at least 3. The units of the first channel come first.
    n_steps : int, default=100
        Steps in which a row is encoded.
    code : {"latency", "rate"}, default="latency"
        Code of the responses.
    beta : float, default=1.5
        Distance of neighbouring fields divided by their width.
    lo, hi : float, default=0.0 and 1.0
        Range of values that the fields cover.
    threshold : float, default=0.1
        Largest response that does not spike, in the latency code.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.
    fresh_trials : bool, default=False
        Whether equal samples of one call to ``transform`` have different spikes, each drawn anew,
        in the rate code.
    dt : float, default=1.0
        Length of a step (ms).
    output : {"dense", "spikes"}, default="dense"
        Spikes in each step as an array, or events as ``SpikeTrains``.

    Attributes
    ----------
    centers_ : ndarray of shape (n_fields,)
        Centre of each field.
    width_ : float
        Standard deviation of a field.
    seed_ : int
        Seed in use.
    n_features_in_ : int
        Number of channels.

    References
    ----------
    Bohte, Kok, La Poutre, "Error-backpropagation in temporally encoded networks of spiking
    neurons", Neurocomputing 48, 17-37, 2002.

    Examples
    --------
    >>> from sparcelearn.reservoir.encoders import PopulationEncoder
    >>> encoder = PopulationEncoder(n_fields=6, output="spikes").fit([[0.3]])
    >>> encoder.centers_
    array([-0.125,  0.125,  0.375,  0.625,  0.875,  1.125])
    >>> spikes = encoder.transform([[0.3]])
    >>> spikes.channels  # the nearest first
    array([2, 1, 3], dtype=int32)
    >>> encoder.inverse_transform(spikes).round(1)
    array([[0.3]])
    """

    n_fields: int = 10
    _: KW_ONLY
    n_steps: int = 100
    code: str = "latency"
    beta: float = 1.5
    lo: float = 0.0
    hi: float = 1.0
    threshold: float = 0.1
    random_state: int | RandomState | None = None
    fresh_trials: bool = False

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **WindowEncoder._parameter_constraints,
        "n_fields": [Interval(Integral, 3, None, closed="left")],
        "code": [StrOptions({"latency", "rate"})],
        "beta": [Interval(Real, 0, None, closed="neither")],
        "lo": [Interval(Real, None, None, closed="neither")],
        "hi": [Interval(Real, None, None, closed="neither")],
        "threshold": [Interval(Real, 0, 1, closed="left")],
        "random_state": ["random_state"],
        "fresh_trials": ["boolean"],
    }

    @property
    def _n_channels_out(self) -> int:
        return self.n_features_in_ * self.n_fields

    @property
    def _window(self) -> float:
        return max(self.n_steps - 1, 1) * self.dt

    def _learn(self, sequences: Sequences) -> None:
        if not self.lo < self.hi:
            raise ValueError(f"lo={self.lo} must be below hi={self.hi}.")
        spacing = (self.hi - self.lo) / (self.n_fields - 2)
        self.centers_ = self.lo + (np.arange(self.n_fields) - 0.5) * spacing
        self.width_ = spacing / self.beta
        self.seed_ = int(check_random_state(self.random_state).randint(2**31))

    def _keys(self, blocks: Sequence[Sequences]) -> Words:
        return keys_of(blocks, self.seed_, self.fresh_trials)

    def _spikes(self, sequences: Sequences, keys: NDArray[np.uint64]) -> Spikes:
        r = responses(sequences.rows, self.centers_, self.width_)
        if self.code == "rate":
            return random_spikes(sequences, keys, r, self.n_steps, self.dt)
        times = latencies(r, "linear", self._window, self.threshold)
        return spikes_at(sequences, times, self.n_steps, self.dt)

    def _decode(self, trains: SpikeTrains, starts: NDArray[np.int64]) -> NDArray[np.floating]:
        if self.code == "rate":
            r = mean_counts(trains, starts, self.n_steps, self.dt)
        else:
            times = first_spikes(trains, starts, self.n_steps, self.dt)
            r = values_of(times, "linear", self._window, self.threshold)
        return population_vector(r, self.centers_)


def responses(
    x: NDArray[np.floating], centers: NDArray[np.floating], width: float
) -> NDArray[np.floating]:
    """Return the responses of all fields to each value, as (n_rows, n_channels * n_fields)."""
    distances = (x[:, :, np.newaxis] - centers) / width
    return np.exp(-0.5 * distances**2).reshape(len(x), -1)


def population_vector(
    r: NDArray[np.floating], centers: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Return the mean centre, weighted by the responses."""
    r = r.reshape(len(r), -1, len(centers))
    with np.errstate(invalid="ignore"):
        return (r @ centers) / r.sum(axis=2)
