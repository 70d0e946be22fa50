"""How much units repeat each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._arrays import as_states

__all__ = ["mean_abs_correlation"]


def mean_abs_correlation(X: ArrayLike) -> NDArray[np.float64]:
    r"""Return each unit's mean absolute correlation with the others.

    .. math:: \bar\rho_i = \frac{1}{n - 1} \sum_{j \ne i} |\rho_{ij}|

    over the :math:`n` units that vary.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_units)
        Activity.

    Returns
    -------
    ndarray of shape (n_units,)
        NaN for units that do not vary, and for all if only one varies. Its ``numpy.nanmean``
        is the mean over all pairs.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.measures import mean_abs_correlation
    >>> x = np.random.RandomState(0).rand(100)
    >>> mean_abs_correlation(np.stack([x, -x, np.zeros(100)], axis=1)).round(6)
    array([ 1.,  1., nan])
    """
    states = as_states(X)
    result = np.full(states.shape[1], np.nan)
    varying = np.flatnonzero(np.ptp(states, axis=0) > 0)
    n = len(varying)
    if n > 1:
        correlation = np.abs(np.corrcoef(states[:, varying], rowvar=False))
        result[varying] = (correlation.sum(axis=1) - 1) / (n - 1)
    return result
