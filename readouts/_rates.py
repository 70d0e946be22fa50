"""Learning rates of a pass over rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def update_rates(
    rates: tuple[float, float], n_rows: int, batch_size: int = 1
) -> NDArray[np.float64]:
    """Return the learning rate of each update of a pass.

    Parameters
    ----------
    rates : tuple of 2 floats
        The rate at the first row and the one that is approached linearly after the last.
    n_rows : int
        Rows of the pass.
    batch_size : int, default=1
        Rows per update.

    Returns
    -------
    etas : ndarray of shape (n_updates,)
    """
    first, last = rates
    if first == last:
        return np.full(-(-n_rows // batch_size), float(first))
    return first + (last - first) * (np.arange(0, n_rows, batch_size) / n_rows)
