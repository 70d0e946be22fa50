"""Pattern generation: produce a smooth curve in response to fixed spikes."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from sparcelearn._core.spike_trains import SpikeTrains

from ._checks import COUNT, POSITIVE, SEED, checked
from ._spike_patterns import poisson_events

CYCLES = (1, 2, 3, 5)


@checked(
    {
        "n_outputs": COUNT,
        "n_channels": COUNT,
        "rate": POSITIVE,
        "duration": POSITIVE,
        "dt": POSITIVE,
        "random_state": SEED,
    }
)
def make_pattern_generation(
    n_outputs: int = 1,
    *,
    n_channels: int = 100,
    rate: float = 50.0,
    duration: float = 1000.0,
    dt: float = 1.0,
    random_state: int | RandomState | None = None,
) -> tuple[SpikeTrains, NDArray[np.float64]]:
    r"""Draw fixed Poisson spikes, and curves of four sines to be produced in response.

    Each curve adds up sines of 1, 2, 3 and 5 cycles with amplitudes uniform in [0.5, 2]
    and phases uniform in :math:`[0, 2 \pi]`, has its first value subtracted, and is
    scaled so that its largest magnitude is 1.

    Parameters
    ----------
    n_outputs : int, default=1
        Number of curves.
    n_channels : int, default=100
        Number of inputs.
    rate : float, default=50.0
        Rate of each input (Hz).
    duration : float, default=1000.0
        Length of the one sample (ms).
    dt : float, default=1.0
        Step at which the curves are given (ms).
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    X : SpikeTrains
        One sample of ``n_channels`` channels.
    y : ndarray of shape (n_timesteps, n_outputs)
        The curves; ``n_timesteps`` is ``duration / dt``, rounded.

    References
    ----------
    G. Bellec, F. Scherr, A. Subramoney, E. Hajek, D. Salaj, R. Legenstein, W. Maass, "A
    solution to the learning dilemma for recurrent networks of spiking neurons", Nature
    Communications 11, 3625, 2020.

    Examples
    --------
    >>> from sparcelearn.datasets import make_pattern_generation
    >>> X, y = make_pattern_generation(2, random_state=0)
    >>> X.n_channels, y.shape
    (100, (1000, 2))
    """
    rng = check_random_state(random_state)
    events = poisson_events(rng, np.full(n_channels, float(rate)), duration)
    n_timesteps = max(2, round(duration / dt))
    phase = 2 * np.pi * np.arange(n_timesteps)[:, np.newaxis] / n_timesteps * np.array(CYCLES)
    amplitudes = rng.uniform(0.5, 2, (n_outputs, len(CYCLES)))
    shifts = rng.uniform(0, 2 * np.pi, (n_outputs, len(CYCLES)))
    waves = amplitudes * np.sin(phase[:, np.newaxis] + shifts)  # (time, outputs, cycles)
    y = waves.sum(axis=2)
    y -= y[0]
    return SpikeTrains.from_samples([events], n_channels, duration), y / np.abs(y).max(axis=0)
