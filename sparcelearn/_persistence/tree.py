"""Estimators as plain data and back: a tree for JSON, and a list of arrays.

Numbers, texts, None and lists are themselves. Everything else is an object with one key
that says what it is:

================ =============================================================
``float``        infinity or not a number, as text
``tuple``        its items
``dict``         its pairs of key and value
``array``        position in the list of arrays
``scalar``       the same, of a numpy number
``objects``      items of an array of Python objects, and its ``shape``
``sparse``       data, indices and row starts of a CSR array, and its ``shape``
``shared``       position in the list of shared things: estimators and generators
================ =============================================================

A shared thing is stored once, after all its parts. So a position always points backwards,
and nothing can contain itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator

from .foreign import check_foreign
from .former import as_present
from .known_classes import class_of, name_of

__all__ = ["Reader", "Writer"]

BIT_GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")
# A file must not point at a folder of joblib, which holds pickles. Callbacks belong to a process.
NEVER_STORED = ("memory", "_skl_callbacks")


class Writer:
    """Turns values into a tree.

    Attributes
    ----------
    arrays : list of ndarray
        What ``array`` and ``scalar`` refer to.
    shared : list
        Trees of shared things.
    """

    def __init__(self) -> None:
        self.arrays: list[NDArray[Any]] = []
        self.shared: list[Any] = []
        self._positions: dict[int, int | None] = {}  # of shared things, by their identity

    def tree(self, value: Any, where: str) -> Any:
        """Return the tree of a value; ``where`` names it in errors."""
        kind = type(value)
        if kind in (type(None), bool, int, str):
            return value
        if kind is float:
            return value if np.isfinite(value) else {"float": repr(value)}
        if kind in (list, tuple):
            items = [self.tree(x, f"{where}[{k}]") for k, x in enumerate(value)]
            return items if kind is list else {"tuple": items}
        if isinstance(value, Mapping):
            pairs = [
                (self.tree(k, where), self.tree(v, f"{where}[{k!r}]")) for k, v in value.items()
            ]
            return {"dict": pairs}
        if isinstance(value, np.generic):
            return {"scalar": self._array(np.asarray(value), where)}
        if kind in (np.ndarray, np.memmap):
            if value.dtype == object:
                items = [self.tree(x, f"{where}[{k}]") for k, x in enumerate(value.flat)]
                return {"objects": items, "shape": list(value.shape)}
            return {"array": self._array(value, where)}
        if sparse.issparse(value):
            matrix: Any = value
            rows = matrix.tocsr()
            parts = [self._array(x, where) for x in (rows.data, rows.indices, rows.indptr)]
            return {"sparse": parts, "shape": list(rows.shape)}
        return {"shared": self._shared(value, where)}

    def _array(self, array: NDArray[Any], where: str) -> int:
        if array.dtype.kind not in "biufcUSmM":
            raise TypeError(f"{where} is an array of {array.dtype}, which cannot be saved.")
        self.arrays.append(array)
        return len(self.arrays) - 1

    def _shared(self, thing: Any, where: str) -> int:
        if id(thing) not in self._positions:
            self._positions[id(thing)] = None
            self.shared.append(self._made_of(thing, where))
            self._positions[id(thing)] = len(self.shared) - 1
        position = self._positions[id(thing)]
        if position is None:
            raise TypeError(f"{where} contains itself and cannot be saved.")
        return position

    def _made_of(self, thing: Any, where: str) -> dict[str, Any]:
        if isinstance(thing, np.random.RandomState):
            return {"RandomState": self.tree(thing.get_state(legacy=False), where)}
        if isinstance(thing, np.random.Generator):
            return {"Generator": self.tree(thing.bit_generator.state, where)}
        name = name_of(thing)
        if name is None:
            kind = f"{type(thing).__module__}.{type(thing).__qualname__}"
            raise TypeError(f"{where} is of type {kind}, which cannot be saved. {_instead(thing)}")
        given = {k: getattr(thing, k) for k in inspect.signature(type(thing)).parameters}
        fitted = {k: v for k, v in _storable(thing.__getstate__()).items() if k not in given}
        return {
            "class": name,
            "parameters": {k: self.tree(v, f"{where}.{k}") for k, v in _storable(given).items()},
            "fitted": {k: self.tree(v, f"{where}.{k}") for k, v in fitted.items()},
        }


class Reader:
    """Turns trees back into values; makes objects of known classes only.

    Parameters
    ----------
    arrays : list of ndarray
        What ``array`` and ``scalar`` refer to.
    shared : list
        Trees of shared things.
    file_format : int or None, default=None
        Format of the file, whose estimators are brought to the present one; None is the present.
    """

    def __init__(
        self, arrays: list[NDArray[Any]], shared: list[Any], *, file_format: int | None = None
    ) -> None:
        self._arrays = arrays
        self._format = file_format
        self._shared: list[Any] = []
        for tree in shared:
            self._shared.append(self._made(tree))

    def value(self, tree: Any) -> Any:
        """Return the value of a tree."""
        match tree:
            case None | bool() | int() | float() | str():
                return tree
            case list():
                return [self.value(item) for item in tree]
            case {"float": str(text)}:
                return float(text)
            case {"tuple": list(items)}:
                return tuple(self.value(item) for item in items)
            case {"dict": list(pairs)}:
                return {self.value(k): self.value(v) for k, v in pairs}
            case {"array": int(position)}:
                return self._arrays[position]
            case {"scalar": int(position)}:
                return self._arrays[position][()]
            case {"objects": list(items), "shape": list(shape)}:
                array = np.empty(len(items), dtype=object)
                array[:] = [self.value(item) for item in items]
                return array.reshape(shape)
            case {"sparse": list(positions), "shape": list(shape)}:
                data, indices, starts = (self._arrays[position] for position in positions)
                matrix = sparse.csr_array((data, indices, starts), shape=tuple(shape))
                matrix.check_format(full_check=True)  # kernels trust the indices
                return matrix
            case {"shared": int(position)}:
                return self._shared[position]
        raise ValueError(f"unknown entry {str(tree)[:80]!r}")

    def _made(self, tree: dict[str, Any]) -> Any:
        match tree:
            case {"RandomState": state}:
                state = self.value(state)
                random_state = np.random.RandomState(_bit_generator(state))
                random_state.set_state(state)
                return random_state
            case {"Generator": state}:
                state = self.value(state)
                generator = np.random.Generator(_bit_generator(state))
                generator.bit_generator.state = state
                return generator
            case {"class": str(name), "parameters": dict(parameters), "fitted": dict(fitted)}:
                given = {k: self.value(v) for k, v in _storable(parameters).items()}
                learned = {k: self.value(v) for k, v in _storable(fitted).items()}
                kind = class_of(name)
                if self._format is not None:
                    given, learned = as_present(kind, given, learned, self._format)
                thing = kind(**given)
                if learned and not hasattr(thing, "__setstate__"):
                    raise ValueError(f"{name!r} has nothing to be fitted")
                if learned:
                    thing.__setstate__(learned)
                    if hasattr(thing, "_check_loaded"):
                        thing._check_loaded()
                    else:
                        check_foreign(thing)
                return thing
        raise ValueError(f"unknown entry {str(tree)[:80]!r}")


def _instead(thing: Any) -> str:
    """Return what can be done where something cannot be saved, as the end of a message."""
    if isinstance(thing, BaseEstimator):
        return (
            "Of a search, save best_estimator_; other estimators are kept by skops.io.dump or "
            "joblib.dump."
        )
    return (
        "Besides estimators of this library a file holds numbers, texts, None, arrays, and lists, "
        "tuples and dictionaries of them."
    )


def _storable(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters or attributes that a file may hold."""
    return {k: v for k, v in named.items() if k not in NEVER_STORED}


def _bit_generator(state: dict[str, Any]) -> np.random.BitGenerator:
    if state["bit_generator"] not in BIT_GENERATORS:
        raise ValueError(f"unknown bit generator {state['bit_generator']!r}")
    return getattr(np.random, state["bit_generator"])()
