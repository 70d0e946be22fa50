"""Separation: how far apart different inputs drive the states."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import pdist
from sklearn.utils import check_array, check_consistent_length

from ._arrays import as_states

__all__ = ["separation"]


def separation(X: ArrayLike, inputs: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    r"""Return the distances of all pairs of inputs and of the states they lead to.

    Both are Euclidean and divided by the root of the number of values, so that reservoirs of
    different size can be compared. A reservoir separates if :math:`|x_u - x_v|` is well above 0
    for :math:`|u - v| > 0`; a chaotic one separates even the closest inputs.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_units)
        State at the end of each input.
    inputs : array-like of shape (n_samples, ...)
        The inputs: rows, or sequences of equal length. For spikes use
        ``SpikeTrains.to_dense``, or filter them.

    Returns
    -------
    input_distances, state_distances : ndarray of shape (n_samples * (n_samples - 1) / 2,)
        In the order of ``scipy.spatial.distance.pdist``.

    References
    ----------
    Maass, Natschlaeger, Markram, "Real-time computing without stable states", Neural
    Computation 14(11), 2531-2560, 2002.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.measures import separation
    >>> inputs = np.random.RandomState(0).rand(10, 3)
    >>> d_in, d_out = separation(2 * inputs, inputs)
    >>> bool(np.allclose(d_out, 2 * d_in))
    True
    """
    states = as_states(X)
    given = check_array(
        inputs, dtype=np.float64, allow_nd=True, ensure_2d=False, input_name="inputs"
    )
    check_consistent_length(states, given)
    flat = given.reshape(len(given), -1)
    return pdist(flat) / np.sqrt(flat.shape[1]), pdist(states) / np.sqrt(states.shape[1])
