"""Where data files are, how they are fetched, and how their content is checked."""

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
        Its path in the folder of data sets.
    url : str
        Its address.
    content : str, default=""
        Digest of the numbers in it, independent of the container (`content_digest`).
    md5 : str, default=""
        Of the container, for files too large to be read completely.
    """

    file: str
    url: str
    content: str = ""
    md5: str = ""


@dataclass(frozen=True)
class About:
    """Description, licence and citation of a data set."""

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
    """Return the value if it is allowed; raise if not."""
    if value not in (known := list(allowed)):
        raise ValueError(f"{name} must be one of {known}, not {value!r}.")
    return value


def data_folder(data_home: str | Path | None) -> Path:
    """Return the folder of data sets: as given, from the environment, or the default."""
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
    """Read a published file from the folder of data sets; download it first if requested.

    Parameters
    ----------
    source : Source
        The file. If its name ends in ``.gz``, the unpacked file is accepted, too.
    read : callable
        Returns the arrays of a file, given its path; raises ValueError if it is damaged.
    data_home : str, Path or None
        See `data_folder`.
    download_if_missing : bool
        Whether to download a missing file.

    Returns
    -------
    list of ndarray

    Raises
    ------
    FileNotFoundError
        If the file is missing, and a download was not requested or failed.
    ValueError
        If the file is damaged or not the published one.
    ImportError
        If a download is requested without pooch.
    """
    path = data_folder(data_home) / source.file
    places = [path, path.with_suffix("")] if path.suffix == ".gz" else [path]
    for place in places:
        if place.is_file():
            return _read_checked(source, read, place)
    if not download_if_missing:
        raise FileNotFoundError(
            f"{' or '.join(map(str, places))} is missing. Put the file there by hand, or "
            f"call again with download_if_missing=True to download it from {source.url} ."
        )
    return _download(source, read, path)


def _read_checked(
    source: Source, read: Callable[[Path], list[NDArray[Any]]], path: Path
) -> list[NDArray[Any]]:
    arrays = read(path)
    if source.content and content_digest(*arrays) != source.content:
        raise ValueError(f"{path} is intact but is not the published file: {source.url} .")
    return arrays


def _download(
    source: Source, read: Callable[[Path], list[NDArray[Any]]], target: Path
) -> list[NDArray[Any]]:
    """Download to a temporary folder, read and check the file, and then move it to the target."""
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
        except OSError as error:  # errors of requests are OSErrors, too
            raise FileNotFoundError(
                f"{source.url} could not be downloaded: {error}. Put the file at {target} by hand."
            ) from error
        if source.md5 and pooch.file_hash(str(file), alg="md5") != source.md5:
            raise ValueError(f"The download from {source.url} is not the published file.")
        arrays = _read_checked(source, read, file)
        os.replace(file, target)
    return arrays
