"""Generated modules: put together from kernel files, kept on disk for later processes.

Numba notices neither that a function in another file was edited nor that a function passed as
an argument is one that it has compiled before. So a kernel and all that it calls become one
module, whose file is named by its text.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.abc
import importlib.util
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from importlib.util import resolve_name
from textwrap import fill
from types import ModuleType
from typing import Any

from .jit import CACHE
from .kernel_folder import written

MARK = "# --- the text below this line goes into every generated module ---\n"
_LOCK = threading.Lock()
_HEADER = """\
# Written by sparcelearn. Safe to delete: it is written again when it is needed.
{description}
import numpy as np

from sparcelearn._core.jit import inlined, jit
"""


def assemble(
    root: str,
    given: Mapping[str, str] | None = None,
    *,
    switches: Mapping[str, Any] | None = None,
    description: str = "",
) -> str:
    """Write a module that holds a kernel and all that it calls.

    Of each file it takes what stands below the mark; where that calls functions of other kernels,
    relative imports above the mark say of which. They come first, each once. Of named tuples
    above the mark, and of those in ``layout.py`` beside the root, it names the fields. What a
    file imports from ``vectors``, the module imports.

    Parameters
    ----------
    root : str
        Import name of the kernel.
    given : mapping of str to str, optional
        What stands in for a module that kernels import: the name of another, or text that is
        written for the occasion and has several lines, a mark and imports above it as files have.
        Names that begin with a dot are relative to the root's package.
    switches : mapping of str to object, optional
        Values of constants that the files set to others.
    description : str, optional
        What the module is for: lines of its header.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If nothing imports a module, or sets a constant, that something is given for.
    """
    pairs = (tuple((chosen or {}).items()) for chosen in (given, switches))
    return _assembled(root, *pairs, description)


@lru_cache(maxsize=64)
def _assembled(
    root: str, given: tuple[tuple[str, str], ...], switches: tuple, description: str
) -> str:
    package = root.rpartition(".")[0]
    standing_in = {
        resolve_name(name, package): part if "\n" in part else resolve_name(part, package)
        for name, part in given
    }
    met: set[str] = set()
    layout = list(_parts(f"{package}.layout", package, standing_in, met))
    parts = [*layout, *_parts(root, package, standing_in, met)]
    text = "\n\n".join([with_header(description), *parts])
    for name, value in switches:
        text, n_set = re.subn(rf"^{name} = .*$", f"{name} = {value!r}", text, flags=re.MULTILINE)
        if n_set != 1:
            raise ValueError(f"{name} is set {n_set} times in the kernels of {root}.")
    if unmet := ", ".join(sorted(set(standing_in) - met)):
        raise ValueError(f"the kernels of {root} do not import {unmet}.")
    return text


def _parts(name: str, package: str, standing_in: Mapping[str, str], met: set[str]) -> Iterator[str]:
    """Yield the texts of a module and of what it calls, callees first, unless it was met."""
    if name in met:
        return
    met.add(name)
    part = standing_in.get(name, name)
    if "\n" in part:
        title, (callees, text) = "written for this module", _split(part, package)
    elif part != name:
        title, callees, text = name, (part,), ""
    else:
        title, (callees, text) = name, _read(name)
    for callee in callees:
        yield from _parts(callee, package, standing_in, met)
    if text:
        yield f"# --- {title} ---\n\n\n{text}"


@lru_cache
def _read(name: str) -> tuple[tuple[str, ...], str]:
    package, _, module = name.rpartition(".")
    return _split(files(package).joinpath(f"{module}.py").read_text("utf-8"), package)


def _split(source: str, package: str) -> tuple[tuple[str, ...], str]:
    """Return which modules of kernels a source imports, and what it adds to a module."""
    head, mark, text = source.partition(MARK)
    nodes = ast.parse(head).body
    fields = _fields(nodes)
    if not mark:
        return (), fields
    imports = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    relative = ["." * node.level + (node.module or "") for node in imports if node.level]
    vectors = [ast.unparse(node) for node in imports if node.module == "sparcelearn._core.vectors"]
    text = "\n\n".join(filter(None, [*vectors, fields, text.strip()])) + "\n"
    return tuple(resolve_name(name, package) for name in relative), text


def _fields(nodes: list[ast.stmt]) -> str:
    """Name the fields of the named tuples among definitions, in comments.

    Compiled code reads them by place, and numba notices no change of their order.
    """
    lines = []
    for node in nodes:
        if isinstance(node, ast.ClassDef) and "NamedTuple" in map(ast.unparse, node.bases):
            fields = [part.target for part in node.body if isinstance(part, ast.AnnAssign)]
            line = f"{node.name}: {', '.join(map(ast.unparse, fields))}"
            lines.append(fill(line, 100, initial_indent="# ", subsequent_indent="#     "))
    return "".join(f"{line}\n" for line in lines)


def with_header(description: str = "", text: str = "") -> str:
    """Return text with what every generated module begins with.

    Parameters
    ----------
    description : str, default=""
        What the module is for.
    text : str, default=""
        The module.

    Returns
    -------
    str
    """
    lines = [f"# {line}".rstrip() + "\n" for line in description.splitlines()]
    return _HEADER.format(description="".join(["#\n" if lines else "", *lines])) + text


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
    name = f"sparcelearn_kernel_{hashlib.sha256(source.encode()).hexdigest()[:20]}"
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
