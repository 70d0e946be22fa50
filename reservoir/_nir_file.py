"""Files of NIR from strangers: looked through before anything of them is read."""

from __future__ import annotations

import os
from typing import Any

from sparcelearn._core.hdf5_file import check_hdf5

__all__ = ["read"]


def read(path: str | os.PathLike[str], max_bytes: int) -> Any:
    """Read a graph, if all that is in the file is plain and fits into ``max_bytes``.

    Parameters
    ----------
    path : str or path-like
        File in HDF5.
    max_bytes : int
        Most that what is made of its arrays may take in memory.

    Returns
    -------
    nir.NIRGraph

    Raises
    ------
    ValueError
        If it is no file of NIR, or holds more, or links, or data of other files.
    """
    import nir

    check_hdf5(path, max_bytes)
    try:
        return nir.read(path)
    except Exception as error:
        raise ValueError(f"{os.fspath(path)!r} is no file of NIR: {error}.") from error
