"""Files that are written completely or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows, which does not delete a file that is open
    fcntl = None  # type: ignore[assignment]

from .interrupts import Uninterrupted

__all__ = ["check_regular", "replacing"]


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a temporary file that replaces ``path`` at the end, if there was no error.

    At any time ``path`` is the complete old file or the complete new one. The new one is on
    the disk when the block ends. Temporary files of writers that were killed are removed.

    Parameters
    ----------
    path : str or path-like
        Name of the file. A link is followed. A file that exists keeps its permissions.

    Raises
    ------
    OSError
        If it is something else than a file, or cannot be written.

    Yields
    ------
    file
        For reading and writing bytes.
    """
    path = Path(os.path.realpath(path))
    mode = _mode(path)
    for left in path.parent.iterdir():
        if re.fullmatch(_temporary_name(path, "[0-9a-f]{16}", re.escape), left.name):
            _remove_if_left(left)
    made: list[tuple[BinaryIO, Path]] = []
    try:
        with Uninterrupted():  # an interrupt comes when it is known what is to be removed
            made.append(_new_locked_file(path))
        file, temporary = made[0]
        with file:
            if mode is not None:
                os.chmod(temporary, mode)
            yield file
            file.flush()
            os.fsync(file.fileno())
            if fcntl is None:  # Windows does not rename what is open
                file.close()
            os.replace(temporary, path)
    except BaseException:
        for file, temporary in made:
            file.close()
            temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def check_regular(path: str | os.PathLike[str]) -> None:
    """Raise OSError where a path is a folder, a device or a pipe: writing would replace it.

    Parameters
    ----------
    path : str or path-like
        Name of a file that may not exist.
    """
    _mode(path)


def _mode(path: str | os.PathLike[str]) -> int | None:
    """Return the permissions of a file, None where there is none yet."""
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", os.fspath(path))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file", os.fspath(path))
    return stat.S_IMODE(status.st_mode)


def _temporary_name(path: Path, token: str, escape: Callable[[str], str] = str) -> str:
    """Return a name that no other program gives, not longer than names may be."""
    name = path.name
    if len(os.fsencode(name)) > 200:
        name = hashlib.sha256(os.fsencode(name)).hexdigest()
    return escape(f".{name}.") + token + escape(".sparcelearn.tmp")


def _new_locked_file(path: Path) -> tuple[BinaryIO, Path]:
    """Make a file next to ``path``, locked as long as its writer is running."""
    while True:
        temporary = path.with_name(_temporary_name(path, secrets.token_hex(8)))
        file = open(temporary, "x+b")  # noqa: SIM115 (the caller closes it)
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
        if temporary.exists():  # else it was removed as a left one before it was locked
            return file, temporary
        file.close()


def _remove_if_left(temporary: Path) -> None:
    """Remove a file whose writer is gone: it is no longer locked."""
    try:
        status = temporary.lstat()
    except OSError:  # another process was faster
        return
    is_ours = not hasattr(os, "getuid") or status.st_uid == os.getuid()
    if not (stat.S_ISREG(status.st_mode) and is_ours):
        return
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
