"""Checkpoints: an estimator and the position of its stream, in a file without code.

The file is an uncompressed zip of ``header.json`` and of arrays in numpy's format, so that
``unzip`` and ``np.load`` can read it. Its last 64 bytes, the comment of the zip, are the
SHA-256 of everything before them.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import platform
import zipfile
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.atomic_file import check_regular, replacing
from sparcelearn._version import __version__

from .tree import Reader, Writer

__all__ = ["load", "save"]

# since 2, units hear the input through lags and have scales of their own; since 3, equations say
# what is held during the refractory period; since 4, weights are averaged; since 5, averages over
# few and over many updates are mixed
FORMAT = 5
HEADER = "header.json"
MAX_HEADER_BYTES = 2**24
ENTRY_BYTES = 100  # of an entry of the header in memory
DIGEST_BYTES = 64
BLOCK = 2**20


def save(path: str | os.PathLike[str], estimator: Any, offset: Any = None) -> None:
    """Save an estimator, fitted or not, at any point of a stream, in one file.

    The file holds parameters, fitted arrays, carried state and the states of random
    generators, so that a loaded estimator continues exactly, to the bit. It is written to a
    temporary file, which then replaces ``path``: at any time ``path`` is the complete old
    file or the complete new one. When the call returns, the file is on the disk.

    Parameters
    ----------
    path : str or path-like
        Name of the file. An existing file is replaced, and keeps its permissions. The estimator
        may come first, as in other libraries.
    estimator : estimator
        Any of sparcelearn's, or a scikit-learn Pipeline or FeatureUnion of them and of
        LogisticRegression, Ridge, RidgeClassifier, LabelBinarizer, MaxAbsScaler, MinMaxScaler
        and StandardScaler. Of a search, save ``best_estimator_``. Anything else, such as
        GridSearchCV or RidgeClassifierCV, can be kept with skops (``trusted_types`` lists ours)
        or joblib, which runs code when it loads. A parameter ``memory`` is
        not saved, since a cache belongs to a machine, and neither are callbacks.
    offset : object, default=None
        Position of the stream: a number, a text, or a list or dictionary of them, such as the
        offsets of a broker's partitions. In the same file, it always fits the estimator.

    Raises
    ------
    TypeError
        If the estimator holds an object that is neither data nor of a known class; the
        message names it. Nothing is then written.
    OSError
        If the file cannot be written, or is a folder, a device or a pipe. An existing file is
        then unchanged.

    See Also
    --------
    load : Load the file.

    Notes
    -----
    Temporary files of a killed writer are removed by the next `save` to the same path.

    Examples
    --------
    >>> import os, tempfile
    >>> import sparcelearn
    >>> from sparcelearn.readouts import SparceRegressor
    >>> readout = SparceRegressor().partial_fit([[0.0], [1.0]], [0.0, 2.0])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "readout.ckpt")
    ...     sparcelearn.save(path, readout, offset=2)
    ...     again, offset = sparcelearn.load(path, return_offset=True)
    >>> offset, bool((again.coef_ == readout.coef_).all())
    (2, True)
    """
    if not _is_path(path) and _is_path(estimator):
        path, estimator = estimator, path
    _check_path(path)
    check_regular(path)
    writer = Writer()
    header = {
        "format": FORMAT,
        "versions": {
            "sparcelearn": __version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
        "offset": writer.tree(offset, "offset"),
        "estimator": writer.tree(estimator, type(estimator).__name__),
        "shared": writer.shared,
        "n_arrays": len(writer.arrays),
    }
    text = json.dumps(header, allow_nan=False).encode()
    if len(text) > MAX_HEADER_BYTES:
        raise ValueError(f"estimator holds {len(text)} bytes outside of arrays, which is too much.")
    with replacing(path) as file:
        _write(file, text, writer.arrays)


def load(
    path: str | os.PathLike[str], *, return_offset: bool = False, max_bytes: int = 2**32
) -> Any:
    """Load a file that :func:`save` wrote.

    The file contains no code. Files of earlier versions can be read, but for reservoirs of
    format 1, whose parameters no longer exist: train those again. A damaged file is refused,
    and so is one whose arrays have other shapes than its estimator needs, or indices out of
    range. The numbers themselves are not checked.

    Parameters
    ----------
    path : str or path-like
        The file.
    return_offset : bool, default=False
        Whether to return the position of the stream, too.
    max_bytes : int, default=2**32
        Refuse a larger file. Loading takes at most a few times as much memory.

    Returns
    -------
    estimator : estimator
        As it was saved.
    offset : object
        As it was saved; only with ``return_offset``.

    Raises
    ------
    ValueError
        If the file is damaged, larger than ``max_bytes``, of a later version, not a
        checkpoint, or holds something that this version no longer has.
    OSError
        If the file cannot be read.

    See Also
    --------
    save : Save a file; with an example.
    """
    _check_path(path)
    check_regular(path)  # opening a pipe would wait
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > max_bytes:
            raise ValueError(f"{path} has {size} bytes, more than max_bytes={max_bytes}.")
        try:
            estimator, offset = _read(file, size, max_bytes)
        except Exception as error:  # any error means that the file is wrong
            raise ValueError(f"{path} is not a sound checkpoint: {error}") from error
    return (estimator, offset) if return_offset else estimator


def _is_path(thing: Any) -> bool:
    return isinstance(thing, (str, os.PathLike))


def _check_path(path: Any) -> None:
    if not _is_path(path):
        raise TypeError(f"path must be a str or path-like, not {type(path).__name__}.")


def _write(file: BinaryIO, header: bytes, arrays: list[NDArray[Any]]) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(_entry(HEADER), header)
        for k, array in enumerate(arrays):
            with archive.open(_entry(_array_name(k)), "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.asanyarray(array), allow_pickle=False)
        archive.comment = b"0" * DIGEST_BYTES
    end = file.seek(0, os.SEEK_END) - DIGEST_BYTES
    digest = _digest(file, end)
    file.seek(end)
    file.write(digest)


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name)  # of a fixed date: same content, same bytes


def _array_name(k: int) -> str:
    return f"arrays/{k}.npy"


def _digest(file: BinaryIO, end: int) -> bytes:
    """Return the digest of a file up to a position, in hexadecimal digits."""
    digest = hashlib.sha256()
    for start in range(file.seek(0), end, BLOCK):
        digest.update(file.read(min(BLOCK, end - start)))
    return digest.hexdigest().encode()


def _read(file: BinaryIO, size: int, max_bytes: int) -> tuple[Any, Any]:
    digest = _digest(file, size - DIGEST_BYTES)
    if size <= DIGEST_BYTES or file.read() != digest:
        raise ValueError("its checksum does not match, so it is damaged or something else")
    with zipfile.ZipFile(file) as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        # Nothing is compressed and nothing overlaps, so nothing is larger than the file.
        if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries.values()):
            raise ValueError("an entry is compressed")
        if any(entry.compress_size != entry.file_size for entry in entries.values()):
            raise ValueError("an entry has two sizes")
        if sum(entry.file_size for entry in archive.infolist()) > size:
            raise ValueError("its entries are larger than the file")
        if entries[HEADER].file_size > MAX_HEADER_BYTES:
            raise ValueError("its header is too large")
        text = archive.read(HEADER)
        if ENTRY_BYTES * sum(map(text.count, b"{[,")) > max(4 * max_bytes, MAX_HEADER_BYTES):
            raise ValueError("its header holds too many entries")
        header = json.loads(text)
        if header["format"] > FORMAT:
            raise ValueError(
                f"it is of format {header['format']}, written by sparcelearn "
                f"{header['versions']['sparcelearn']}; this is {__version__} and reads {FORMAT}"
            )
        names = [_array_name(k) for k in range(min(header["n_arrays"], len(entries)))]
        arrays = [_array(archive.read(name)) for name in names]
    try:
        former = header["format"] if header["format"] < FORMAT else None
        reader = Reader(arrays, header["shared"], file_format=former)
        return reader.value(header["estimator"]), reader.value(header["offset"])
    except Exception as error:
        if header["format"] == FORMAT:
            raise
        raise ValueError(
            f"it is of format {header['format']}, written by sparcelearn "
            f"{header['versions']['sparcelearn']}, and holds something that {__version__} no "
            f"longer has: {error}"
        ) from error


def _array(content: bytes) -> NDArray[Any]:
    """Read an array; compare its shape with the size of its data before allocating it."""
    file = io.BytesIO(content)
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(file)
    else:
        shape, is_fortran, dtype = np.lib.format.read_array_header_2_0(file)
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != len(content) - file.tell():
        raise ValueError("an array is not what its header says")
    flat = np.frombuffer(content, dtype, offset=file.tell())
    return flat.reshape(shape, order="F" if is_fortran else "C").copy(order="K")
