"""Files of NIR from strangers: looked through before anything of them is read."""

from __future__ import annotations

import os
from typing import Any

__all__ = ["read"]

MAX_NODES = 10_000  # groups and arrays in a file
MAX_DEPTH = 8


def read(path: str | os.PathLike[str], max_bytes: int) -> Any:
    """Read a graph, if all that is in the file is plain and fits into ``max_bytes``.

    Parameters
    ----------
    path : str or path-like
        File in HDF5.
    max_bytes : int
        Most that its arrays may take in memory, unpacked.

    Returns
    -------
    nir.NIRGraph

    Raises
    ------
    ValueError
        If it is no file of NIR, or holds more, or links, or data of other files.
    """
    import h5py  # type: ignore[import-untyped]
    import nir

    try:
        with h5py.File(path, "r") as file:
            _Inspection(h5py, max_bytes).visit(file, 0)
    except OSError as error:
        if not os.path.exists(path):
            raise
        raise ValueError(f"{os.fspath(path)!r} is no file of HDF5, or is damaged.") from error
    try:
        return nir.read(path)
    except (AssertionError, AttributeError, KeyError, OSError, TypeError) as error:
        raise ValueError(f"{os.fspath(path)!r} is no file of NIR: {error}.") from error


class _Inspection:
    """Counts what a file holds, and refuses what could be a trap."""

    def __init__(self, h5py: Any, max_bytes: int) -> None:
        self.h5py, self.max_bytes = h5py, max_bytes
        self.n_nodes = self.n_bytes = 0

    def visit(self, group: Any, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise ValueError(f"The file has groups more than {MAX_DEPTH} deep.")
        for name in group:
            self.n_nodes += 1
            if self.n_nodes > MAX_NODES:
                raise ValueError(f"The file holds more than {MAX_NODES} groups and arrays.")
            if not isinstance(group.get(name, getlink=True), self.h5py.HardLink):
                raise ValueError(f"The file has a link, {name!r}, to elsewhere.")
            item = group[name]
            if isinstance(item, self.h5py.Group):
                self.visit(item, depth + 1)
            else:
                self.measure(name, item)

    def measure(self, name: str, array: Any) -> None:
        if not isinstance(array, self.h5py.Dataset):
            raise ValueError(f"The file holds {name!r}, which is no array.")
        if array.external or array.is_virtual:
            raise ValueError(f"The array {name!r} lies in another file.")
        self.n_bytes += array.nbytes
        if self.n_bytes > self.max_bytes:
            raise ValueError(
                f"The arrays of the file take more than max_bytes={self.max_bytes}; {name!r} "
                f"has {array.nbytes}."
            )
