"""Simulations that are remembered on disk, for searches that repeat them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import joblib
import numpy as np
from sklearn.utils.validation import check_memory

from sparcelearn._version import __version__

from ._codegen import kernel_source

__all__ = ["recall"]


def _version() -> str:
    """Return a digest of all that the result of a simulation depends on, except its numbers."""
    digest = hashlib.sha256(f"{__version__} {np.__version__} {version('numba')}".encode())
    for source in (files("sparcelearn._core") / "jit.py", *_sources(files(__package__))):
        if source.is_file():  # a frozen program may hold none, and cannot be edited
            digest.update(source.read_bytes())
    return digest.hexdigest()


def _sources(folder: Traversable) -> Iterator[Traversable]:
    """Yield the files of code in a folder, which may lie in a zip file."""
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            yield from _sources(item)
        elif item.name.endswith(".py"):
            yield item


VERSION = _version()  # at import: of the code that runs, not of what it is edited to later


def recall(memory: Any, method: Any, samples: Any, **how: Any) -> Any:
    """Call a method of a simulator, or remember what it returned.

    The result is stored under a key made of what determines it: the network, the samples and
    the code. So after any change of the package, results of older code are never used.

    Parameters
    ----------
    memory : str, path-like, joblib.Memory or None
        Where results are stored; None stores nothing.
    method : callable
        Method of a :class:`Simulator`.
    samples : Sequences
        Its argument.
    **how : dict
        Its other arguments; no result depends on ``n_jobs`` and ``verbose``.

    Returns
    -------
    object
        What the method returns.
    """
    if memory is None:
        return method(samples, **how)
    simulator: Any = method.__self__
    program = kernel_source(simulator.program)  # its constants are in the network
    rest = replace(simulator, program=None, name="")
    start = how.get("start")
    key = joblib.hash((VERSION, method.__name__, program, rest, start, samples), coerce_mmap=True)
    folder = os.fspath(memory) if isinstance(memory, os.PathLike) else memory
    remembering = check_memory(folder).cache(_call, ignore=["method", "samples", "how"])
    return remembering(key, method, samples, how)


def _call(key: str, method: Callable[..., Any], samples: Any, how: dict[str, Any]) -> Any:
    return method(samples, **how)
