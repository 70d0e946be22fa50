"""The idx format of MNIST: a magic number, the sizes, and the numbers themselves."""

from __future__ import annotations

import gzip
import math
import zlib
from io import BufferedIOBase
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MAX_BYTES = 2**30  # files that claim more are refused
MAX_AXES = 32

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(path: str | Path, *, max_bytes: int = MAX_BYTES) -> NDArray[np.generic]:
    """Read an idx file, gzipped or not.

    Parameters
    ----------
    path : str or Path
        The file; a name ending in ``.gz`` is unpacked.
    max_bytes : int, default=2**30
        Most bytes that the numbers may take.

    Returns
    -------
    ndarray
        In native byte order.

    Raises
    ------
    ValueError
        If the file is not idx, is shorter or longer than its header says, or claims more
        than ``max_bytes``. Memory is allocated only for data that are there.
    """
    path = Path(path)
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        try:
            head = file.read(4)
            if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in _TYPES or not head[3]:
                raise ValueError(f"{path} does not start like an idx file: {head!r}.")
            dtype, n_axes = np.dtype(_TYPES[head[2]]), head[3]
            if n_axes > MAX_AXES:
                raise ValueError(f"{path} claims {n_axes} axes; at most {MAX_AXES} are read.")
            sizes = file.read(4 * n_axes)
            if len(sizes) < 4 * n_axes:
                raise ValueError(f"{path} ends within its header.")
            shape = tuple(int(n) for n in np.frombuffer(sizes, ">u4"))
            n_bytes = math.prod(shape) * dtype.itemsize
            if n_bytes > max_bytes or math.prod(max(n, 1) for n in shape) > 2**62:
                raise ValueError(f"{path} claims {shape}; at most {max_bytes} bytes are read.")
            content = _read(file, n_bytes + 1)
        except (EOFError, OSError, zlib.error) as error:
            raise ValueError(f"{path} is damaged: {error}.") from error
    if len(content) != n_bytes:
        more = "more" if len(content) > n_bytes else f"only {len(content)}"
        raise ValueError(f"{path} should hold {n_bytes} bytes of {shape} but has {more}.")
    return np.frombuffer(content, dtype).reshape(shape).astype(dtype.newbyteorder("="), copy=False)


def _read(file: BufferedIOBase, n_bytes: int) -> bytearray:
    """Read up to ``n_bytes``, in pieces: ``read(n)`` allocates n bytes before it reads."""
    content = bytearray()
    while piece := file.read(min(n_bytes - len(content), 2**20)):
        content += piece
    return content
