"""Generated modules: run, and kept on disk for later processes."""

from __future__ import annotations

import importlib.abc
import importlib.util
import re
import sys
import threading
from functools import lru_cache
from types import ModuleType

from .jit import CACHE
from .kernel_folder import cache_folder, written
from .kernel_text import TEXTS, name_of

__all__ = ["load_module", "new_module"]

_LOCK = threading.RLock()  # a module may load others
_IMPORTED = re.compile(r"^from (sparcelearn_kernel_[0-9a-f]{20}) import", re.MULTILINE)


def load_module(source: str) -> ModuleType:
    """Run generated source as a module, which is kept for as long as the process lasts.

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
    return new_module(source)


def new_module(source: str) -> ModuleType:
    """Run generated source as a new module, whose compiled code is found on disk.

    A file in the cache folder holds the text, is named by its digest and tells numba where code
    belongs. What is run is the text itself, so that an edited or incomplete file never is.

    Parameters
    ----------
    source : str
        Text of the module.

    Returns
    -------
    module
    """
    for name in _IMPORTED.findall(source):
        if name not in sys.modules:
            load_module(_text_of(name))
    name = name_of(source)
    path = written(name, source) if CACHE else None
    loader = _TextLoader(source, str(path or f"<{name}>"))
    spec = importlib.util.spec_from_loader(name, loader, origin=loader.path)
    assert spec is not None
    spec.has_location = True
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # numba looks its functions up by module name
    loader.exec_module(module)
    return module


class _TextLoader(importlib.abc.ExecutionLoader):
    """Runs a text that is at hand; the file of the same text is not read again."""

    def __init__(self, source: str, path: str) -> None:
        self.source, self.path = source, path

    def get_source(self, fullname: str) -> str:
        return self.source

    def get_filename(self, fullname: str) -> str:
        return self.path


def _text_of(name: str) -> str:
    """Return the text of a module that was put together here, or by another process."""
    text = TEXTS.get(name)
    if text is None and CACHE and (folder := cache_folder()) is not None:
        text = (folder / f"{name}.py").read_text("utf-8")
    if text is None or name_of(text) != name:
        raise ImportError(f"the text of {name} is not at hand", name=name)
    return text
