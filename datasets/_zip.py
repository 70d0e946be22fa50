"""Read files out of a zip archive that may be damaged or hostile. Nothing is written to disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

MAX_MEMBERS = 200_000
MAX_MEMBER_BYTES = 2**26
MAX_BYTES = 2**32
MAX_READ = 2**24  # bytes at a time: the directory, above all
PIECE = 2**20

# Errors of zipfile for archives that are damaged, encrypted or of an unknown format.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)


class Archive:
    """The files in an open zip archive, by name.

    Attributes
    ----------
    path : Path
        Path of the archive.
    names : list of str
        Names of the files in it, in their order.
    """

    def __init__(self, path: Path, opened: zipfile.ZipFile, max_bytes: int) -> None:
        self.path = path
        self._opened = opened
        files = [info for info in opened.infolist() if not info.filename.endswith("/")]
        self.names = [info.filename for info in files]
        for name in self.names:
            parts = PurePosixPath(name.replace("\\", "/"))
            if parts.is_absolute() or ".." in parts.parts or ":" in name:
                raise ValueError(f"{path} names a file outside of the archive: {name!r}.")
        if len(set(self.names)) != len(self.names):
            raise ValueError(f"{path} names a file twice.")
        packings = {info.compress_type for info in files}
        if not packings <= {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:  # others take what they like
            raise ValueError(f"{path} is packed in a way that is not read: {sorted(packings)}.")
        total = sum(info.file_size for info in files)
        largest = max((info.file_size for info in files), default=0)
        if len(files) > MAX_MEMBERS or largest > MAX_MEMBER_BYTES or total > max_bytes:
            raise ValueError(
                f"{path} claims {len(files)} files of {total} bytes, the largest {largest}; "
                f"at most {MAX_MEMBERS} of {max_bytes}, {MAX_MEMBER_BYTES} each, are read."
            )

    def read(self, name: str) -> bytes:
        """Return a file's content, after checking its size and checksum."""
        try:
            claimed = self._opened.getinfo(name).file_size
            with self._opened.open(name) as file:
                # reading all at once unpacks all there is, whatever it claims
                content = bytearray()
                while piece := file.read(min(claimed + 1 - len(content), PIECE)):
                    content += piece
            if len(content) != claimed:
                raise EOFError(f"{len(content)} bytes of {claimed}")
            return bytes(content)
        except KeyError as error:
            raise ValueError(f"{self.path} has no file {name!r}.") from error
        except _DAMAGE as error:
            raise ValueError(f"{self.path} is damaged at {name!r}: {error}.") from error


@contextmanager
def open_archive(path: Path, max_bytes: int = MAX_BYTES) -> Generator[Archive]:
    """Open an archive.

    Raises
    ------
    ValueError
        If it is damaged, names a file outside of the archive or twice, or claims too many or
        too large files. Memory is allocated only after these checks.
    """
    with _InPieces(open(path, "rb", buffering=0)) as file:
        try:
            opened = zipfile.ZipFile(file)
        except _DAMAGE as error:
            raise ValueError(f"{path} is damaged: {error}.") from error
        with opened:
            yield Archive(path, opened, max_bytes)


class _InPieces(io.BufferedReader):
    """A file of which no more is read at a time than a directory may be large."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_READ:
            raise zipfile.BadZipFile(f"a directory or file of {size} bytes")
        return super().read(size)
