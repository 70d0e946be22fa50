"""Branching ratio: how many spikes a spike causes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import curve_fit
from sklearn.utils import check_array

__all__ = ["branching_ratio"]


def branching_ratio(activity: ArrayLike, max_lag: int = 20) -> float:
    r"""Estimate the branching ratio of a population from its spike counts.

    If each spike causes :math:`m` others a step later, activity regresses on itself with
    slope :math:`r_k = b\,m^k` at lag :math:`k`. Recording only a part of the population lowers
    :math:`b`, not :math:`m`, so :math:`m` is found from the decrease of the slope with the
    lag. Below 1 activity dies out without input, at 1 it is critical.

    Parameters
    ----------
    activity : array-like of shape (n_steps,) or (n_trials, n_steps)
        Spikes of the population in each step. The step is that of propagation; input
        should be constant. For ``SpikeTrains`` use ``trains.to_dense(dt).sum(axis=2)``.
    max_lag : int, default=20
        Longest lag, in steps: a few times the decay time of activity.

    Returns
    -------
    float
        NaN if activity does not vary.

    References
    ----------
    Wilting, Priesemann, "Inferring collective dynamical states from widely unobserved
    systems", Nature Communications 9, 2325, 2018.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.measures import branching_ratio
    >>> rng, activity = np.random.RandomState(0), [100]
    >>> for _ in range(20_000):
    ...     activity.append(rng.poisson(0.8 * activity[-1] + 20))
    >>> round(branching_ratio(activity), 1)
    0.8
    """
    counts = check_array(activity, dtype=np.float64, ensure_2d=False, input_name="activity")
    counts = np.atleast_2d(counts)
    if not 2 <= max_lag <= counts.shape[1] - 2:
        raise ValueError(
            f"max_lag must be from 2 to 2 less than the {counts.shape[1]} steps, not {max_lag}."
        )
    if np.ptp(counts) == 0:
        return float("nan")
    lags = np.arange(1, max_lag + 1)
    slopes = np.array([_slope(counts[:, :-k], counts[:, k:]) for k in lags])
    first, second = slopes[:2]
    ratio = float(np.clip(second / first, 0.01, 1)) if first > 0 else 0.5
    guess = (float(np.clip(first / ratio, 0.01, 1.9)), ratio)
    (_, m), _ = curve_fit(lambda k, b, m: b * m**k, lags, slopes, guess, bounds=(0, [2, 2]))
    return float(m)


def _slope(x: np.ndarray, y: np.ndarray) -> float:
    x = x - x.mean()
    spread = np.sum(x**2)
    return float(np.sum(x * (y - y.mean())) / spread) if spread > 0 else 0.0
