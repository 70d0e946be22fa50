"""Where generated modules and compiled code are kept, and what becomes of trouble there."""

from __future__ import annotations

import atexit
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from .warning import warn

__all__ = ["cache_folder", "forget_folder", "warn_once", "written"]

PRIVATE = 0o700
_ADVICE = "Set SPARCELEARN_CACHE_DIR to a folder of your own, or SPARCELEARN_NO_CACHE=1."


class _Place:
    """The folder in use, once it is known."""

    def __init__(self) -> None:
        self.is_known = self.is_temporary = self.has_warned = False
        self.folder: Path | None = None

    def choose(self) -> None:
        """Take the folder that was named, or that of the user, if it can be trusted."""
        self.is_known = True
        named = os.environ.get("SPARCELEARN_CACHE_DIR")
        try:
            folder = Path(named) if named else _user_cache() / "sparcelearn" / "kernels"
            self.folder = Path(os.path.abspath(folder))  # also after a change of folder
            _make_private(self.folder / "__pycache__")
            for made in (self.folder, self.folder / "__pycache__"):
                if not (_is_private(made) and os.access(made, os.W_OK | os.X_OK)):
                    raise PermissionError(f"{made} is not yours, or others can write to it")
        except (OSError, RuntimeError) as error:  # RuntimeError: there is no home
            self.replace(error)

    def replace(self, error: Exception) -> None:
        """Go on in a temporary folder, and in none if that is what there was trouble with."""
        self.folder, failed = None, self.is_temporary
        if not failed:
            with suppress(OSError):
                self.folder = Path(tempfile.mkdtemp(prefix="sparcelearn-"))
                self.is_temporary = True
                _make_private(self.folder / "__pycache__")
                atexit.register(_remove, self.folder, os.getpid())
        where = "a temporary folder" if self.folder else "memory"
        warn_once(
            f"Compiled kernels are kept in {where}, and compiled anew in every process: {error}. "
            f"{_ADVICE}"
        )


_PLACE = _Place()


def cache_folder() -> Path | None:
    """Return the folder of generated modules, or None where there is room for none.

    It is named by ``SPARCELEARN_CACHE_DIR``, else it is in the user's cache folder. Its files
    are run, so a folder that others can write to is not used; a temporary one is made instead,
    which is removed when the process ends.

    Returns
    -------
    Path or None
    """
    if not _PLACE.is_known:
        _PLACE.choose()
    return _PLACE.folder


def forget_folder() -> None:
    """Choose anew when a folder is needed next, as a new process would."""
    _PLACE.__init__()  # type: ignore[misc]


def warn_once(message: str) -> None:
    """Warn of trouble with the folder, but not of more of it.

    Parameters
    ----------
    message : str
        What is wrong, and what to do.
    """
    if not _PLACE.has_warned:
        _PLACE.has_warned = True
        warn(message)


def written(name: str, source: str) -> Path | None:
    """Return the path of a file that holds a generated module, writing it if need be.

    Parameters
    ----------
    name : str
        Name of the module.
    source : str
        Its text.

    Returns
    -------
    Path or None
        None where there is no place for it.
    """
    while (folder := cache_folder()) is not None:
        path = folder / f"{name}.py"
        try:
            if not path.is_file() or path.read_bytes() != source.encode():
                _make_private(folder / "__pycache__")  # somebody may have tidied up
                _write_atomically(path, source)
            return path
        except OSError as error:
            _PLACE.replace(error)
    return None


def _user_cache() -> Path:
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        if os.environ.get(variable):
            return Path(os.environ[variable])
    return Path.home() / ".cache"


def _make_private(folder: Path) -> None:
    """Make a folder and its parents where they are missing, for nobody else, whatever the umask."""
    if not folder.is_dir():
        _make_private(folder.parent)
        folder.mkdir(mode=PRIVATE, exist_ok=True)
        folder.chmod(PRIVATE)


def _is_private(folder: Path) -> bool:
    if not hasattr(os, "getuid"):  # Windows: only the user can write to the profile
        return True
    status = folder.stat()
    return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _write_atomically(path: Path, text: str) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
        os.chmod(temporary, 0o600)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _remove(folder: Path, process: int) -> None:
    if os.getpid() == process:  # a forked process has the folder of its parent
        shutil.rmtree(folder, ignore_errors=True)
