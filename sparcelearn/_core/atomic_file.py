"""Files that are written completely or not at all."""

from __future__ import annotations

import glob
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows, which does not delete a file that is open
    fcntl = None  # type: ignore[assignment]

__all__ = ["replacing"]


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a temporary file that replaces ``path`` at the end, if there was no error.

    At any time ``path`` is the complete old file or the complete new one. The new one is on
    the disk when the block ends. Temporary files of writers that were killed are removed.

    Parameters
    ----------
    path : str or path-like
        Name of the file. A link is followed.

    Yields
    ------
    file
        For reading and writing bytes.
    """
    path = Path(os.path.realpath(path))
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        _remove_if_left(left)
    file, temporary = _new_locked_file(path)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if fcntl is None:  # Windows does not rename what is open
                file.close()
            os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _new_locked_file(path: Path) -> tuple[BinaryIO, Path]:
    """Make a file next to ``path``, locked as long as its writer is running."""
    while True:
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
        file = open(temporary, "x+b")  # noqa: SIM115 (the caller closes it)
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
        if temporary.exists():  # else it was removed as a left one before it was locked
            return file, temporary
        file.close()


def _remove_if_left(temporary: Path) -> None:
    """Remove a file whose writer is gone: it is no longer locked."""
    # OSError: it is locked, or another process was faster
    with suppress(OSError), open(temporary, "rb") as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        temporary.unlink()


def _sync_folder(folder: Path) -> None:
    """Write the new name to the disk, too."""
    if fcntl is not None:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
