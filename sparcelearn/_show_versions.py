"""Versions, for bug reports."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from ._version import __version__

__all__ = ["show_versions"]

NEEDED = ("numpy", "scipy", "scikit-learn", "numba", "llvmlite", "joblib", "threadpoolctl")
OPTIONAL = (
    "matplotlib",
    "pooch",
    "dask",
    "river",
    "skops",
    "nir",
    "neo",
    "tqdm",
    "pandas",
    "polars",
)
VARIABLES = (
    "NUMBA_CACHE_DIR",
    "NUMBA_DISABLE_JIT",
    "OMP_NUM_THREADS",
    "SPARCELEARN_CACHE_DIR",
    "SPARCELEARN_DATA",
    "SPARCELEARN_NO_CACHE",
)


def show_versions() -> None:
    """Print the versions of this library and of the packages it uses, for bug reports.

    Examples
    --------
    >>> import sparcelearn
    >>> sparcelearn.show_versions()  # doctest: +ELLIPSIS
    System
        python          ...
    """
    system = {
        "python": sys.version.split()[0],
        "executable": sys.executable,
        "machine": platform.platform(),
        "processors": str(os.cpu_count()),
    }
    packages = {"sparcelearn": __version__} | {name: _version(name) for name in NEEDED}
    set_here = {name: os.environ[name] for name in VARIABLES if name in os.environ}
    _print("System", system)
    _print("Packages", packages)
    _print("Optional packages", {name: _version(name) for name in OPTIONAL})
    _print("Environment", set_here)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"


def _print(title: str, values: dict[str, str]) -> None:
    print(title)
    for name, value in values.items():
        print(f"    {name:15} {value}")
