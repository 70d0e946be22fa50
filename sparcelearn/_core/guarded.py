"""Methods that change an object: one at a time, and wholly or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

from sklearn.base import BaseEstimator

from .interrupts import Uninterrupted

__all__ = ["exclusive", "lock_of", "unchanged_on_error"]

_LOCKS: WeakKeyDictionary[Any, threading.RLock] = WeakKeyDictionary()
_ALL = threading.Lock()


def lock_of(thing: Any) -> Any:
    """Return the lock of an object, which is neither copied nor stored with it."""
    with _ALL:
        lock = _LOCKS.get(thing)
        if lock is None:
            lock = _LOCKS[thing] = threading.RLock()
        return lock


def exclusive(method: Callable[..., Any]) -> Callable[..., Any]:
    """Let no other thread change the object while the decorated method runs."""

    @wraps(method)
    def alone(self: Any, *args: Any, **kwargs: Any) -> Any:
        with lock_of(self):
            return method(self, *args, **kwargs)

    return alone


def unchanged_on_error(method: Callable[..., Any]) -> Callable[..., Any]:
    """Restore an object, and the estimators in it, if the decorated method raises.

    Ctrl-C counts as an error. The method may rebind attributes at any point, but must not write
    into arrays before everything that can fail is done. No other thread changes the object
    meanwhile.
    """
    goes_on = method.__name__ != "fit"  # which makes new estimators

    @wraps(method)
    def guarded(self: Any, *args: Any, **kwargs: Any) -> Any:
        with lock_of(self):
            before = list(_attributes(self, goes_on))
            try:
                return method(self, *args, **kwargs)
            except BaseException:
                with Uninterrupted():
                    for thing, attributes in before:
                        vars(thing).clear()
                        vars(thing).update(attributes)
                raise

    return guarded


def _attributes(thing: Any, goes_on: bool) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Yield an object with its attributes, and likewise the estimators that it has fitted."""
    is_ours = type(thing).__module__.split(".")[0] == "sparcelearn"
    # others write into their arrays
    yield thing, dict(vars(thing)) if is_ours else deepcopy(vars(thing))
    if is_ours and goes_on:
        for name, value in vars(thing).items():
            if name.endswith("_"):
                named = value if isinstance(value, list) else [(name, value)]
                for entry in named:
                    part = entry[-1] if isinstance(entry, tuple) and entry else entry
                    if isinstance(part, BaseEstimator):
                        yield from _attributes(part, goes_on)
