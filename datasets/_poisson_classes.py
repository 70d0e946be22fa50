"""Classes that differ in the rates of Poisson spikes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from sparcelearn._core.spike_trains import SpikeTrains

from ._checks import COUNT, POSITIVE, SEED, checked
from ._known_risk import KnownClasses
from ._spike_patterns import poisson_events


class PoissonClasses(KnownClasses):
    """Spikes at constant rates that depend on the class.

    The numbers of spikes of the channels are a sufficient statistic, and the best decision is
    linear in them.

    Parameters
    ----------
    rates : array-like of shape (n_classes, n_channels)
        Rate of each channel in each class (Hz), above 0.
    duration : float
        Length of a sample (ms).

    References
    ----------
    D. L. Snyder, "Random Point Processes", Wiley, 1975.
    """

    def __init__(self, rates: ArrayLike, duration: float) -> None:
        self.rates = np.asarray(rates, dtype=np.float64)
        if self.rates.ndim != 2 or not np.all(np.isfinite(self.rates) & (self.rates > 0)):
            raise ValueError("rates must be numbers above 0 of shape (n_classes, n_channels).")
        self.duration = float(duration)
        self.n_classes = len(self.rates)

    def _draw(self, rng: RandomState, y: NDArray[np.int64]) -> SpikeTrains:
        events = (poisson_events(rng, self.rates[label], self.duration) for label in y)
        return SpikeTrains.from_samples(events, self.rates.shape[1], self.duration)

    def log_likelihood(self, X: Any) -> NDArray[np.float64]:
        """Return the log likelihood under each class, up to a constant of each sample.

        Parameters
        ----------
        X : SpikeTrains, or array-like of shape (n_samples, n_channels)
            Spikes, or their number in each channel.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
        """
        counts = X.counts() if isinstance(X, SpikeTrains) else np.asarray(X)
        expected = self.rates * self.duration / 1000
        return counts @ np.log(expected).T - expected.sum(axis=1)

    def bayes_risk(
        self, n_samples: int = 100_000, random_state: int | RandomState | None = None
    ) -> tuple[float, float]:
        # the numbers of spikes are enough, and quicker to draw
        return _PoissonCounts(self.rates, self.duration).mean_error(n_samples, random_state)


class _PoissonCounts(PoissonClasses):
    """The same, but samples are numbers of spikes."""

    def _draw(self, rng: RandomState, y: NDArray[np.int64]) -> Any:
        return rng.poisson(self.rates[y] * self.duration / 1000)

    mean_error = KnownClasses.bayes_risk


@checked(
    {
        "n_samples": COUNT,
        "rates": ["array-like", None],
        "n_classes": COUNT,
        "n_channels": COUNT,
        "duration": POSITIVE,
        "random_state": SEED,
        "return_classes": ["boolean"],
    }
)
def make_poisson_classes(
    n_samples: int = 400,
    *,
    rates: ArrayLike | None = None,
    n_classes: int = 2,
    n_channels: int = 20,
    duration: float = 200.0,
    random_state: int | RandomState | None = None,
    return_classes: bool = False,
) -> Any:
    """Draw Poisson spikes whose rates depend on the class; the lowest possible error is known.

    Parameters
    ----------
    n_samples : int, default=400
        Number of samples.
    rates : array-like of shape (n_classes, n_channels), default=None
        Rates (Hz). None draws each uniformly from 10 to 30, for ``n_classes`` and
        ``n_channels``.
    n_classes, n_channels : int, default=2 and 20
        Size of the problem, if ``rates`` is None.
    duration : float, default=200.0
        Length of a sample (ms).
    random_state : int, RandomState instance or None, default=None
        Seed.
    return_classes : bool, default=False
        Whether to return the distribution, with its best decision, as well.

    Returns
    -------
    X : SpikeTrains
        The samples.
    y : ndarray of shape (n_samples,)
        Their classes.
    classes : PoissonClasses
        With ``predict``, ``bayes_risk`` and ``sample`` to draw more; only with
        ``return_classes``.

    Examples
    --------
    >>> from sparcelearn.datasets import make_poisson_classes
    >>> X, y, classes = make_poisson_classes(2000, random_state=0, return_classes=True)
    >>> risk, standard_error = classes.bayes_risk(random_state=1)
    >>> bool(abs((classes.predict(X) != y).mean() - risk) < 0.03)
    True
    """
    rng = check_random_state(random_state)
    if rates is None:
        rates = rng.uniform(10, 30, (n_classes, n_channels))
    classes = PoissonClasses(rates, duration)
    X, y = classes.sample(n_samples, rng)
    return (X, y, classes) if return_classes else (X, y)
