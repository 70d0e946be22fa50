"""Read files out of a zip archive that may be damaged or hostile. Nothing is written to disk."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

MAX_MEMBERS = 200_000
MAX_MEMBER_BYTES = 2**26
MAX_BYTES = 2**32

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

    def __init__(self, path: Path, opened: zipfile.ZipFile) -> None:
        self.path = path
        self._opened = opened
        files = [info for info in opened.infolist() if not info.is_dir()]
        self.names = [info.filename for info in files]
        for name in self.names:
            parts = PurePosixPath(name.replace("\\", "/"))
            if parts.is_absolute() or ".." in parts.parts or ":" in name:
                raise ValueError(f"{path} names a file outside of the archive: {name!r}.")
        if len(set(self.names)) != len(self.names):
            raise ValueError(f"{path} names a file twice.")
        total = sum(info.file_size for info in files)
        largest = max((info.file_size for info in files), default=0)
        if len(files) > MAX_MEMBERS or largest > MAX_MEMBER_BYTES or total > MAX_BYTES:
            raise ValueError(
                f"{path} claims {len(files)} files of {total} bytes, the largest {largest}; "
                f"at most {MAX_MEMBERS} of {MAX_BYTES}, {MAX_MEMBER_BYTES} each, are read."
            )

    def read(self, name: str) -> bytes:
        """Return a file's content, after checking its size and checksum."""
        try:
            content = self._opened.read(name)
            if len(content) != (claimed := self._opened.getinfo(name).file_size):
                raise EOFError(f"{len(content)} bytes of {claimed}")
            return content
        except KeyError as error:
            raise ValueError(f"{self.path} has no file {name!r}.") from error
        except _DAMAGE as error:
            raise ValueError(f"{self.path} is damaged at {name!r}: {error}.") from error


@contextmanager
def open_archive(path: Path) -> Generator[Archive]:
    """Open an archive.

    Raises
    ------
    ValueError
        If it is damaged, names a file outside of the archive or twice, or claims too many or
        too large files. Memory is allocated only after these checks.
    """
    try:
        opened = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise
    except _DAMAGE as error:
        raise ValueError(f"{path} is damaged: {error}.") from error
    with opened:
        yield Archive(path, opened)
