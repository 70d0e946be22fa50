"""The text of generated modules: a kernel, and all that it calls.

Numba notices neither that a function in another file was edited nor that a function passed as
an argument is one that it has compiled before. So a kernel and all that it calls become one
module, whose file is named by its text. What is written for the occasion makes many modules of
one kernel; what does not depend on it is then left to modules of its own, which all of them import
and which are compiled once.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from importlib.util import resolve_name
from textwrap import fill
from typing import Any, NamedTuple

__all__ = ["MARK", "TEXTS", "assemble", "name_of", "with_header"]

MARK = "# --- the text below this line goes into every generated module ---\n"
IN_LLVM = {"sparcelearn._core.fetch", "sparcelearn._core.vectors"}  # written in its language
WIDTH = 100
TEXTS: dict[str, str] = {}  # of modules that others import, by name
HOW = ("jit", "fetch", "lanes", "vectors", "vector_types")  # of them numba sees no change
_HEADER = """\
# Written by sparcelearn. Safe to delete: it is written again when it is needed.
# How it is compiled: {how}
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
    file imports from ``fetch`` and ``vectors``, the module imports. Where text is written for the
    occasion, only that and what calls it, directly or not, is in the module; all else it imports.

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
    root: str, given: tuple[tuple[str, str], ...], switches: tuple[Any, ...], description: str
) -> str:
    package = root.rpartition(".")[0]
    standing_in = {
        resolve_name(name, package): part if "\n" in part else resolve_name(part, package)
        for name, part in given
    }
    parts: dict[str, _Part] = {}
    for name in (f"{package}.layout", root):
        _collect(name, package, standing_in, parts)
    layout = parts.pop(f"{package}.layout").text
    is_written = any("\n" in part for _, part in given)
    own = _depending_on_text(parts) if is_written else set(parts)
    shared = {name: part for name, part in parts.items() if name not in own}
    places = _places(shared, layout)
    texts = [parts[name].text for name in parts if name in own and parts[name].text]
    text = _joined(description, layout, "\n\n".join(texts), places)
    for name, value in switches:
        text, n_set = re.subn(rf"^{name} = .*$", f"{name} = {value!r}", text, flags=re.MULTILINE)
        if n_set != 1:
            raise ValueError(f"{name} is set {n_set} times in the kernels of {root}.")
    if unmet := ", ".join(sorted(set(standing_in) - set(parts))):
        raise ValueError(f"the kernels of {root} do not import {unmet}.")
    return text


class _Part(NamedTuple):
    """A file that goes into modules: what it adds, and what it calls."""

    text: str
    callees: tuple[str, ...]
    is_written: bool


def _collect(
    name: str, package: str, standing_in: Mapping[str, str], parts: dict[str, _Part]
) -> None:
    """Add the part of a module, after those of what it calls, unless it is there."""
    if name in parts:
        return
    part = standing_in.get(name, name)
    is_written = "\n" in part
    if is_written:
        title, (callees, text) = "written for this module", _split(part, package)
    elif part != name:
        title, callees, text = name, (part,), ""
    else:
        title, (callees, text) = name, _read(name)
    for callee in callees:
        _collect(callee, package, standing_in, parts)
    parts[name] = _Part(f"# --- {title} ---\n\n\n{text}" if text else "", callees, is_written)


def _depending_on_text(parts: Mapping[str, _Part]) -> set[str]:
    """Return the parts that are written for the occasion, or call one, directly or not."""
    found: set[str] = set()
    for name, part in parts.items():  # callees come first
        if part.is_written or not found.isdisjoint(part.callees):
            found.add(name)
    return found


def _places(shared: Mapping[str, _Part], layout: str) -> dict[str, str]:
    """Return the module of every name that shared parts define; each part has a module."""
    places: dict[str, str] = {}
    for part in shared.values():
        if part.text:
            text = _joined("", layout, part.text, places)
            module = name_of(text)
            TEXTS[module] = text
            places |= dict.fromkeys(_defined(part.text), module)
    return places


def _joined(description: str, layout: str, text: str, places: Mapping[str, str]) -> str:
    """Return the text of a module, which imports what it uses and others define."""
    needed = sorted((_used(text) & set(places)) - _defined(text))
    modules = {places[name]: [x for x in needed if places[x] == places[name]] for name in needed}
    imports = "".join(_import(module, names) for module, names in modules.items())
    return with_header(description, imports + "\n\n" + "\n\n".join(filter(None, (layout, text))))


def _import(module: str, names: list[str]) -> str:
    line, listed = f"from {module} import ", ", ".join(names)
    if len(line) + len(listed) <= WIDTH:
        return f"{line}{listed}\n"
    indented = fill(listed, WIDTH, initial_indent="    ", subsequent_indent="    ")
    return f"{line}(\n{indented},\n)\n"


@lru_cache
def _used(text: str) -> frozenset[str]:
    return frozenset(node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name))


@lru_cache
def _defined(text: str) -> frozenset[str]:
    """Return the names that the text of a part gives to functions and constants."""
    found = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            targets = [x for target in node.targets for x in ast.walk(target)]
            found |= {x.id for x in targets if isinstance(x, ast.Name)}
    return frozenset(found)


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
    of_llvm = [ast.unparse(node) for node in imports if node.module in IN_LLVM]
    text = "\n\n".join(filter(None, [*of_llvm, fields, text.strip()])) + "\n"
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
            lines.append(fill(line, WIDTH, initial_indent="# ", subsequent_indent="#     "))
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
    description = "".join(["#\n" if lines else "", *lines])
    return _HEADER.format(how=digest_of(HOW), description=description) + text


@lru_cache
def digest_of(names: tuple[str, ...]) -> str:
    """Return a digest of the texts of some modules beside this one.

    Machine code that an older version left on disk is of other vectors, or of other flags, where
    one of them has changed since.
    """
    core = files("sparcelearn._core")
    text = "".join(core.joinpath(f"{name}.py").read_text("utf-8") for name in names)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def name_of(text: str) -> str:
    """Return the name of a module of this text.

    Parameters
    ----------
    text : str
        The module.

    Returns
    -------
    str
    """
    return f"sparcelearn_kernel_{hashlib.sha256(text.encode()).hexdigest()[:20]}"
