"""Generated modules: assembled from kernel files, kept on disk for later processes."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import stat
import sys
import tempfile
import threading
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import ModuleType

_LOCK = threading.Lock()
_MARK = "# --- the text below this line goes into every generated module ---\n"


@lru_cache
def kernel_text(package: str, name: str) -> str:
    """Return the text below the mark in a kernel file, for a generated module.

    Parameters
    ----------
    package : str
        Import name of the package of kernels.
    name : str
        Name of the module in it.

    Returns
    -------
    str
    """
    source = files(package).joinpath(f"{name}.py").read_text("utf-8")
    return source.split(_MARK)[1].strip() + "\n"


def load_module(source: str) -> ModuleType:
    """Import generated source from the cache folder, writing it there first if need be.

    The file is named by the digest of its text, and its text is compared before it is
    imported, so that an edited or incomplete file is never run.

    Parameters
    ----------
    source : str
        Text of the module.

    Returns
    -------
    module
    """
    with _LOCK:
        return _load(source)


@lru_cache(maxsize=256)
def _load(source: str) -> ModuleType:
    digest = hashlib.sha256(source.encode()).hexdigest()[:20]
    name = f"sparcelearn_kernel_{digest}"
    path = cache_folder() / f"{name}.py"
    if not path.exists() or path.read_bytes() != source.encode():
        _write_atomically(path, source)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # numba looks its functions up by module name
    spec.loader.exec_module(module)
    return module


@lru_cache(maxsize=1)
def cache_folder() -> Path:
    """Return the folder of generated modules.

    It is named by ``SPARCELEARN_CACHE_DIR``, else it is in the user's cache folder. Its files
    are run, so a folder that others can write to is not used; a temporary one is made instead.
    """
    named = os.environ.get("SPARCELEARN_CACHE_DIR")
    folder = Path(named) if named else _user_cache() / "sparcelearn" / "kernels"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_private(folder) and os.access(folder, os.W_OK | os.X_OK):
            return folder
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="sparcelearn-"))


def _user_cache() -> Path:
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        if os.environ.get(variable):
            return Path(os.environ[variable])
    return Path.home() / ".cache"


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
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
