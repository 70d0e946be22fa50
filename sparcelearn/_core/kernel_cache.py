"""Compiled code on disk, whose troubles are never those of the user.

Numba keeps compiled code in files next to a module. Where they are broken, it raises wherever
the kernel is called, for ever; where they cannot be written, likewise. Here what is broken is
compiled again and replaced, and what cannot be written is left out, with one warning.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from numba.core.caching import FunctionCache, IndexDataCacheFile

from .kernel_folder import warn_once

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["KernelCache", "keep_on_disk"]

DIGEST_BYTES = 32


def keep_on_disk(compiled: Any) -> None:
    """Let a compiled function find its code on disk in later processes.

    Nothing is done where there is no place for it: a package in a zip file, a program that was
    frozen, or folders that cannot be written to.

    Parameters
    ----------
    compiled : numba dispatcher
        The function, not yet called.
    """
    with suppress(RuntimeError, OSError):  # numba found no folder
        compiled._cache = KernelCache(compiled.py_func)


class KernelCache(FunctionCache):
    """The files of one function, checked when they are read.

    Parameters
    ----------
    function : callable
        The plain function.

    Attributes
    ----------
    compile_apart : callable or None
        Called with the types of arguments that are found in no file. True means that another
        process wrote the file.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self.compile_apart: Callable[[Any], bool] | None = None
        plain = self._cache_file
        self._cache_file = _CheckedFile(
            plain._cache_path, plain._index_name.removesuffix(".nbi"), plain._source_stamp
        )

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the code for types of arguments, or None where there is none that is sound."""
        found = self._found(sig, target_context)
        if found is None and self.compile_apart is not None and self.compile_apart(sig):
            found = self._found(sig, target_context)
        return found

    def _found(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # broken pickles raise anything
            return None  # it is compiled, and replaced by save_overload

    def save_overload(self, sig: Any, data: Any) -> None:
        """Write the code for types of arguments, if it can be written."""
        try:
            with self._alone():
                super().save_overload(sig, data)
        except OSError as error:
            warn_once(
                f"Compiled code cannot be kept in {self.cache_path} ({error}); kernels are "
                "compiled anew in every process. Set SPARCELEARN_CACHE_DIR to another folder."
            )

    @contextmanager
    def _alone(self) -> Generator[None]:
        """Let one process at a time write: two would give different code the same number."""
        if fcntl is None:
            yield
            return
        with open(Path(self.cache_path) / ".lock", "ab") as file:
            with suppress(OSError):  # a file system without locks
                fcntl.flock(file, fcntl.LOCK_EX)
            yield


class _CheckedFile(IndexDataCacheFile):
    """Files that end with the digest of what they hold: changed machine code would crash."""

    def _load_index(self) -> Any:
        """Return which file holds the code for which types; none if the index is not sound."""
        return super()._load_index() if _is_sound(self._index_path) else {}

    def _load_data(self, name: str) -> Any:
        return super()._load_data(name) if _is_sound(self._data_path(name)) else None

    @contextmanager
    def _open_for_write(self, filepath: str) -> Generator[Any]:
        with super()._open_for_write(filepath) as file:
            content = io.BytesIO()
            yield content
            # what reads the file stops before the digest
            file.write(content.getvalue() + hashlib.sha256(content.getvalue()).digest())


def _is_sound(path: str) -> bool:
    """Return whether a file ends with the digest of what comes before."""
    try:
        content = Path(path).read_bytes()
    except OSError:
        return False
    return hashlib.sha256(content[:-DIGEST_BYTES]).digest() == content[-DIGEST_BYTES:]
