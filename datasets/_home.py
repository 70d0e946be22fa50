"""Where data files lie, how one is fetched, and how its content is told from another's."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import Bunch

VARIABLE = "SPARCELEARN_DATA"
DEFAULT_HOME = Path("~") / "sparcelearn_data"


@dataclass(frozen=True)
class Source:
    """A published file.

    Parameters
    ----------
    file : str
        Where it lies under the data home.
    url : str
        Where it is published.
    content : str, default=""
        Digest of the numbers in it, whatever container they are in (`content_digest`).
    md5 : str, default=""
        Of the container, for files too large to be read as a whole.
    """

    file: str
    url: str
    content: str = ""
    md5: str = ""


@dataclass(frozen=True)
class About:
    """What a user must know of a data set."""

    title: str
    text: str
    licence: str
    citation: str

    def result(self, return_X_y: bool, data: Any, target: Any, **more: Any) -> Any:
        """Return what every loader returns: ``(data, target)`` or a Bunch."""
        if return_X_y:
            return data, target
        description = f"{self.title}\n\n{self.text}\n\nLicence: {self.licence}\n\n{self.citation}\n"
        return Bunch(
            data=data,
            target=target,
            **more,
            DESCR=description,
            licence=self.licence,
            citation=self.citation,
        )


def choose(name: str, value: Any, allowed: Iterable[str]) -> Any:
    """Return the value, or tell what is allowed."""
    if value not in (known := list(allowed)):
        raise ValueError(f"{name} must be one of {known}, not {value!r}.")
    return value


def data_folder(data_home: str | Path | None) -> Path:
    """Return the folder of data sets: the one given, the environment's, or the default."""
    home = data_home if data_home is not None else os.environ.get(VARIABLE) or DEFAULT_HOME
    return Path(home).expanduser()


def content_digest(*arrays: NDArray[Any]) -> str:
    """Return a digest of the shapes, types and numbers of arrays."""
    digest = hashlib.sha256()
    for array in arrays:
        little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        digest.update(f"{little.dtype.str}{little.shape}".encode())
        digest.update(little.tobytes())
    return digest.hexdigest()


def fetch(
    source: Source,
    read: Callable[[Path], list[NDArray[Any]]],
    *,
    data_home: str | Path | None,
    download_if_missing: bool,
) -> list[NDArray[Any]]:
    """Read a published file from the data home, after a download if asked for.

    Parameters
    ----------
    source : Source
        The file. Where its name ends in ``.gz``, the unpacked one serves as well.
    read : callable
        Turns a path into arrays; a ValueError says what is wrong with the file.
    data_home : str, Path or None
        See `data_folder`.
    download_if_missing : bool
        Whether to download what is not there.

    Returns
    -------
    list of ndarray

    Raises
    ------
    FileNotFoundError
        If the file is not there, and not asked for or not reached.
    ValueError
        If the file is damaged, or is another than the one published.
    ImportError
        If a download is asked for without pooch.
    """
    path = data_folder(data_home) / source.file
    places = [path, path.with_suffix("")] if path.suffix == ".gz" else [path]
    for place in places:
        if place.is_file():
            return _read_checked(source, read, place)
    if not download_if_missing:
        raise FileNotFoundError(
            f"{' or '.join(map(str, places))} is not there. Put the file there by hand, or "
            f"call again with download_if_missing=True to download it from {source.url} ."
        )
    return _download(source, read, path)


def _read_checked(
    source: Source, read: Callable[[Path], list[NDArray[Any]]], path: Path
) -> list[NDArray[Any]]:
    arrays = read(path)
    if source.content and content_digest(*arrays) != source.content:
        raise ValueError(f"{path} is whole but is not the file that was published: {source.url} .")
    return arrays


def _download(
    source: Source, read: Callable[[Path], list[NDArray[Any]]], target: Path
) -> list[NDArray[Any]]:
    """Download beside the target and move it there once it has been read and checked."""
    try:
        import pooch
    except ImportError as error:
        raise ImportError(
            "Downloads need pooch: pip install 'sparce-learn[data]'. Or put the file of "
            f"{source.url} at {target} by hand."
        ) from error
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".download-", dir=target.parent) as work:
        file = Path(work) / target.name
        try:
            pooch.HTTPDownloader()(source.url, str(file), None)
        except OSError as error:  # what requests raises is one of those
            raise FileNotFoundError(
                f"{source.url} could not be downloaded: {error}. Put the file at {target} by hand."
            ) from error
        if source.md5 and pooch.file_hash(str(file), alg="md5") != source.md5:
            raise ValueError(f"What came from {source.url} is not the file that was published.")
        arrays = _read_checked(source, read, file)
        os.replace(file, target)
    return arrays
