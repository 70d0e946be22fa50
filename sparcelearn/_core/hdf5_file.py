"""Files of HDF5 from strangers: looked through before anything of them is read."""

from __future__ import annotations

import math
import os
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

__all__ = ["check_hdf5"]

MAX_NODES = 10_000  # groups and arrays in a file
MAX_DEPTH = 16
MAX_TEXT, MAX_TEXTS = 2**16, 10**5  # bytes of a text, and texts in an array
REFERENCE_BYTES = 16  # of an entry's place: its length, the heap that holds it, and where there
ROOM = 2**24  # bytes that a file may have beyond its arrays
MAX_CHUNKS = 1000  # of an array, and more where arrays may be large
NUMBER_BYTES, WEIGHT_BYTES = 8, 32  # of a number in a vector, and in a matrix that becomes sparse
ENTRY_BYTES, EVENT_BYTES = 256, 32  # of an entry of its own length, and of each number in it
PIECE = 2**20
FILTERS = {"1": "gzip", "2": "shuffle", "3": "fletcher32"}  # by their number in HDF5


def check_hdf5(path: str | os.PathLike[str], max_bytes: int, *, is_ragged: bool = False) -> None:
    """Raise if not all that is in a file is plain and fits into ``max_bytes``.

    Parameters
    ----------
    path : str or path-like
        File in HDF5.
    max_bytes : int
        Most that what is made of its arrays may take in memory.
    is_ragged : bool, default=False
        Whether an array may hold entries of lengths of their own.

    Raises
    ------
    FileNotFoundError
        If it is no file.
    ValueError
        If it is no file of HDF5, or holds more, or links, or data of other files.
    """
    import h5py

    if not os.path.isfile(path):  # a pipe would be waited for
        kind = "is no file" if os.path.exists(path) else "does not exist"
        raise FileNotFoundError(f"{os.fspath(path)!r} {kind}.")
    if os.path.getsize(path) > max_bytes + ROOM:
        raise ValueError(
            f"{os.fspath(path)!r} has more bytes than {max_bytes=} lets its arrays be."
        )
    try:
        with h5py.File(path, "r") as file, open(path, "rb") as content:
            if file.userblock_size:
                raise _RefusedError("It begins with something else.")
            _Inspection(h5py, content, max_bytes, is_ragged).visit(file, 0)
    except _RefusedError as error:
        raise ValueError(f"{os.fspath(path)!r} is refused: {error}") from None
    except Exception as error:  # damage comes as any error
        raise ValueError(
            f"{os.fspath(path)!r} is no file of HDF5, or is damaged: {error}."
        ) from error


class _RefusedError(ValueError):
    """What is in a file is not what it may be."""


class _Inspection:
    """Counts what a file holds, and refuses what could be a trap."""

    def __init__(self, h5py: Any, content: BinaryIO, max_bytes: int, is_ragged: bool) -> None:
        self.h5py, self.content = h5py, content
        self.max_bytes, self.is_ragged = max_bytes, is_ragged
        self.n_nodes = self.n_bytes = 0

    def visit(self, group: Any, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise _RefusedError(f"The file has groups more than {MAX_DEPTH} deep.")
        for name in group:
            self.n_nodes += 1
            if self.n_nodes > MAX_NODES:
                raise _RefusedError(f"The file holds more than {MAX_NODES} groups and arrays.")
            if not isinstance(group.get(name, getlink=True), self.h5py.HardLink):
                raise _RefusedError(f"The file has a link, {name!r}, to elsewhere.")
            item = group[name]
            if isinstance(item, self.h5py.Group):
                self.visit(item, depth + 1)
            else:
                self.measure(name, item)

    def measure(self, name: str, array: Any) -> None:
        if not isinstance(array, self.h5py.Dataset):
            raise _RefusedError(f"The file holds {name!r}, which is no array.")
        if array.external or array.is_virtual:
            raise _RefusedError(f"The array {name!r} lies in another file.")
        size = math.prod(array.shape or ())  # numpy's products overflow
        self.count(name, size * self.bytes_of_each(name, array))
        if array.chunks is not None:
            self.measure_chunks(name, array)
        if array.dtype.kind == "O" and size:
            self.measure_entries(name, array, size)

    def bytes_of_each(self, name: str, array: Any) -> int:
        """Return what an entry takes, without what it refers to."""
        size: int = array.dtype.itemsize
        entry = self.h5py.check_vlen_dtype(array.dtype)
        if self.h5py.check_string_dtype(array.dtype) is not None:
            return max(size, 64)
        if array.dtype.kind in "iufb":
            each = WEIGHT_BYTES if len(array.shape or ()) > 1 else NUMBER_BYTES
            return max(each, size)
        if self.is_ragged and isinstance(entry, np.dtype) and entry.kind in "iuf":
            return ENTRY_BYTES
        kind = "complex" if array.dtype.kind == "c" else array.dtype
        raise _RefusedError(f"The array {name!r} holds {kind} entries, not real numbers or text.")

    def measure_entries(self, name: str, array: Any, size: int) -> None:
        """Count entries of any length, which may all be the same long one."""
        is_text = self.h5py.check_string_dtype(array.dtype) is not None
        if is_text and size > MAX_TEXTS:
            raise _RefusedError(f"The array {name!r} holds {size} texts.")
        claims = self.claims(name, array, size)
        if is_text and claims.max() > MAX_TEXT:
            raise _RefusedError(f"The array {name!r} holds a text of {claims.max()} bytes.")
        self.count(name, int(claims.sum()) * (1 if is_text else EVENT_BYTES))

    def claims(self, name: str, array: Any, size: int) -> NDArray[np.int64]:
        """Return how long entries claim to be: HDF5 takes memory for that before it looks."""
        found = list(self.references(array, size))
        if sum(map(len, found)) < size * REFERENCE_BYTES:
            raise _RefusedError(f"The array {name!r} stores its entries in an unusual way.")
        whole = b"".join(found)
        whole = whole[: len(whole) // REFERENCE_BYTES * REFERENCE_BYTES]
        return np.frombuffer(whole, "<u4")[:: REFERENCE_BYTES // 4].astype(np.int64)

    def references(self, array: Any, size: int) -> Iterator[bytes]:
        """Yield where entries are, as they lie in the file."""
        if array.chunks is None:
            place = array.id.get_offset()
            if place is not None and array.id.get_storage_size() == size * REFERENCE_BYTES:
                self.content.seek(place)
                yield self.content.read(size * REFERENCE_BYTES)
            return
        filters = _filters(array)
        n_bytes = math.prod(array.chunks) * REFERENCE_BYTES
        for k in range(array.id.get_num_chunks()):
            place = array.id.get_chunk_info(k).chunk_offset
            mask, packed = array.id.read_direct_chunk(place)
            yield _unpacked(packed, filters, mask, n_bytes)

    def measure_chunks(self, name: str, array: Any) -> None:
        """Unpack every chunk in pieces: one may hold far more than its array."""
        each = REFERENCE_BYTES if array.dtype.kind == "O" else array.dtype.itemsize
        n_bytes = math.prod(array.chunks) * each
        self.count(name, max(0, n_bytes - math.prod(array.shape) * each))
        filters = _filters(array)
        if unknown := [number for number in filters if number not in FILTERS]:
            allowed = ", ".join(FILTERS.values())
            raise _RefusedError(
                f"The array {name!r} is packed by filter {unknown[0]}, not by {allowed}."
            )
        self.measure_number_of_chunks(name, array)
        for k in range(array.id.get_num_chunks()):
            chunk = array.id.get_chunk_info(k)
            if chunk.size > n_bytes + n_bytes // 8 + 1024:
                raise _RefusedError(f"A chunk of {name!r} is larger packed than unpacked.")
            if "1" in filters:
                mask, packed = array.id.read_direct_chunk(chunk.chunk_offset)
                if not mask >> filters.index("1") & 1 and _unpacks_to_more(packed, n_bytes + 4):
                    raise _RefusedError(
                        f"A chunk of {name!r} unpacks to more than {n_bytes} bytes."
                    )

    def measure_number_of_chunks(self, name: str, array: Any) -> None:
        """Refuse more chunks than the size of an array explains: each takes HDF5 some 4 kB."""
        pairs = zip(array.shape, array.chunks, strict=True)
        n_chunks = math.prod(-(-length // of_chunk) for length, of_chunk in pairs)
        if max(n_chunks, array.id.get_num_chunks()) > MAX_CHUNKS + self.max_bytes // 2**14:
            raise _RefusedError(f"The array {name!r} lies in {n_chunks} chunks.")

    def count(self, name: str, n_bytes: int) -> None:
        self.n_bytes += n_bytes
        if self.n_bytes > self.max_bytes:
            raise _RefusedError(
                f"The arrays of the file take more than max_bytes={self.max_bytes}; {name!r} "
                f"takes {n_bytes}."
            )


def _filters(array: Any) -> list[str]:
    """Return what an array's chunks are packed by, in the order of packing."""
    plan = array.id.get_create_plist()
    return [str(plan.get_filter(k)[0]) for k in range(plan.get_nfilters())]


def _unpacked(packed: bytes, filters: list[str], mask: int, n_bytes: int) -> bytes:
    """Return a chunk of references as it is in memory."""
    for k, number in reversed(list(enumerate(filters))):
        if mask >> k & 1:
            continue
        if number == "1":
            packed = zlib.decompressobj().decompress(packed, n_bytes + 4)
        elif number == "2":
            packed = np.frombuffer(packed, "u1").reshape(REFERENCE_BYTES, -1).T.tobytes()
    return packed


def _unpacks_to_more(packed: bytes, n_bytes: int) -> bool:
    """Return whether bytes unpack to more than so many, which need no more than a piece."""
    unpacker, found = zlib.decompressobj(), 0
    while packed and found <= n_bytes and not unpacker.eof:
        found += len(unpacker.decompress(packed, PIECE))
        packed = unpacker.unconsumed_tail
    return found > n_bytes
