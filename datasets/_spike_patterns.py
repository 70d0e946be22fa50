"""Fixed patterns of spikes: to be classified, or to be answered at precise times."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from sparcelearn._core.spike_trains import SpikeTrains

from ._checks import AT_LEAST_0, COUNT, POSITIVE, SEED, SHARE, checked

Events = tuple[NDArray[np.float64], NDArray[np.int64]]


def poisson_events(rng: RandomState, rates: NDArray[np.float64], duration: float) -> Events:
    """Draw times (ms) and channels of Poisson spikes of given rates (Hz)."""
    counts = rng.poisson(rates * duration / 1000)
    return rng.uniform(0, duration, counts.sum()), np.repeat(np.arange(len(rates)), counts)


@checked(
    {
        "n_samples": COUNT,
        "n_classes": COUNT,
        "n_channels": COUNT,
        "rate": POSITIVE,
        "duration": POSITIVE,
        "jitter": AT_LEAST_0,
        "deletion": SHARE,
        "noise_rate": AT_LEAST_0,
        "random_state": SEED,
    }
)
def make_spike_patterns(
    n_samples: int = 200,
    *,
    n_classes: int = 2,
    n_channels: int = 40,
    rate: float = 20.0,
    duration: float = 200.0,
    jitter: float = 2.0,
    deletion: float = 0.0,
    noise_rate: float = 0.0,
    random_state: int | RandomState | None = None,
) -> tuple[SpikeTrains, NDArray[np.int64]]:
    """Draw a pattern of Poisson spikes for each class, and noisy copies of them.

    Classes differ in the times of their spikes, hardly in their numbers.

    Parameters
    ----------
    n_samples : int, default=200
        Total number of copies.
    n_classes : int, default=2
        Number of patterns.
    n_channels : int, default=40
        Number of channels.
    rate : float, default=20.0
        Rate of each channel of a pattern (Hz).
    duration : float, default=200.0
        Length of a sample (ms).
    jitter : float, default=2.0
        Standard deviation by which each spike is moved (ms); a spike moved beyond an
        end stays at that end.
    deletion : float, default=0.0
        Probability that a spike of the pattern is left out.
    noise_rate : float, default=0.0
        Rate of Poisson spikes added to each channel (Hz).
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    X : SpikeTrains
        Samples in random order.
    y : ndarray of shape (n_samples,)
        The pattern, from 0.

    Examples
    --------
    >>> from sparcelearn.datasets import make_spike_patterns
    >>> X, y = make_spike_patterns(10, random_state=0)
    >>> X
    SpikeTrains(n_samples=10, n_channels=40, n_events=1585)
    """
    rng = check_random_state(random_state)
    rates = np.full(n_channels, float(rate))
    patterns = [poisson_events(rng, rates, duration) for _ in range(n_classes)]
    y = rng.permutation(np.arange(n_samples) % n_classes)
    last = np.nextafter(duration, 0)

    def copy(pattern: Events) -> Events:
        times, channels = pattern
        kept = rng.uniform(size=len(times)) >= deletion
        moved = times[kept] + jitter * rng.standard_normal(kept.sum())
        more = poisson_events(rng, np.full(n_channels, float(noise_rate)), duration)
        return (
            np.clip(np.concatenate([moved, more[0]]), 0, last),
            np.concatenate([channels[kept], more[1]]),
        )

    copies = [copy(patterns[label]) for label in y]
    return SpikeTrains.from_samples(copies, n_channels, duration), y.astype(np.int64)


@checked(
    {
        "n_channels": COUNT,
        "rate": POSITIVE,
        "duration": POSITIVE,
        "n_targets": COUNT,
        "random_state": SEED,
    }
)
def make_precise_spikes(
    n_channels: int = 100,
    *,
    rate: float = 10.0,
    duration: float = 500.0,
    n_targets: int = 5,
    random_state: int | RandomState | None = None,
) -> tuple[SpikeTrains, SpikeTrains]:
    """Draw fixed Poisson spikes, and the times at which one output should spike in response.

    Parameters
    ----------
    n_channels : int, default=100
        Number of inputs.
    rate : float, default=10.0
        Rate of each input (Hz).
    duration : float, default=500.0
        Length of the one sample (ms).
    n_targets : int, default=5
        Number of spikes of the output: one in each of ``n_targets`` equal windows, in the
        middle half of the window.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    X : SpikeTrains
        One sample of ``n_channels`` channels.
    y : SpikeTrains
        One sample of one channel.

    References
    ----------
    F. Zenke, S. Ganguli, "SuperSpike: supervised learning in multilayer spiking neural
    networks", Neural Computation 30(6), 1514-1541, 2018.

    Examples
    --------
    >>> from sparcelearn.datasets import make_precise_spikes
    >>> X, y = make_precise_spikes(random_state=0)
    >>> y.times.round()
    array([ 68., 133., 225., 372., 439.])
    """
    rng = check_random_state(random_state)
    events = poisson_events(rng, np.full(n_channels, float(rate)), duration)
    window = duration / n_targets
    targets = window * (np.arange(n_targets) + rng.uniform(0.25, 0.75, n_targets))
    return (
        SpikeTrains.from_samples([events], n_channels, duration),
        SpikeTrains.from_samples([(targets, np.zeros(n_targets, dtype=int))], 1, duration),
    )
