"""A field in blocks of sites, each with its neighbourhood."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Sites", "neighbourhoods"]

Sites = NDArray[np.int64]


def neighbourhoods(
    n_sites: int, block: int, overlap: int, *, is_ring: bool
) -> list[tuple[Sites, Sites]]:
    """Cut a row of sites into blocks.

    Parameters
    ----------
    n_sites : int
        Number of sites.
    block : int
        Sites of a block; the last one may have fewer.
    overlap : int
        How many sites on either side are in its neighbourhood.
    is_ring : bool
        Whether the last site is a neighbour of the first.

    Returns
    -------
    list of (ndarray, ndarray)
        Sites of each block, and those of the block and its neighbourhood, no site twice.
    """
    found = []
    for first in range(0, n_sites, block):
        last = min(first + block, n_sites)
        heard = np.arange(first - overlap, last + overlap)
        if not is_ring:
            heard = heard[(heard >= 0) & (heard < n_sites)]
        elif len(heard) >= n_sites:  # its two ends meet
            heard = np.arange(n_sites)
        found.append((np.arange(first, last), heard % n_sites))
    return found
