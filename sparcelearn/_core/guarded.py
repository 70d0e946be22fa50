"""Methods that change an object: one at a time, and wholly or not at all."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline

from .interrupts import Uninterrupted

__all__ = ["exclusive", "lock_of", "restore", "snapshot", "unchanged_on_error"]

Method = TypeVar("Method", bound=Callable[..., Any])

_LOCKS: WeakKeyDictionary[Any, threading.RLock] = WeakKeyDictionary()
_ALL = threading.Lock()


def _begin_anew() -> None:
    """Forget all locks: those that other threads held when a process was forked."""
    global _ALL  # noqa: PLW0603
    _ALL = threading.Lock()
    _LOCKS.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


def lock_of(thing: Any) -> Any:
    """Return the lock of an object, which is neither copied nor stored with it."""
    with _ALL:
        lock = _LOCKS.get(thing)
        if lock is None:
            lock = _LOCKS[thing] = threading.RLock()
        return lock


def exclusive(method: Method) -> Method:
    """Let no other thread change the object while the decorated method runs."""

    @wraps(method)
    def alone(self: Any, *args: Any, **kwargs: Any) -> Any:
        with lock_of(self):
            return method(self, *args, **kwargs)

    return cast(Method, alone)


def unchanged_on_error(method: Method) -> Method:
    """Restore an object, and the estimators in it, if the decorated method raises.

    Ctrl-C counts as an error. The method may rebind attributes at any point, but must not write
    into arrays before everything that can fail is done. No other thread changes the object
    meanwhile.
    """
    goes_on = method.__name__ != "fit"  # which makes new estimators

    @wraps(method)
    def guarded(self: Any, *args: Any, **kwargs: Any) -> Any:
        with lock_of(self):
            before = snapshot(self, goes_on)
            try:
                return method(self, *args, **kwargs)
            except BaseException:
                with Uninterrupted():
                    restore(before)
                raise

    return cast(Method, guarded)


def snapshot(thing: Any, goes_on: bool = True) -> list[tuple[Any, dict[str, Any]]]:
    """Return an object with its attributes, and likewise the estimators that it has fitted.

    Parameters
    ----------
    thing : object
        An estimator.
    goes_on : bool, default=True
        Whether the estimators in it may change; else the object alone is returned.

    Returns
    -------
    list of (object, dict of str to object)
    """
    is_pipeline = isinstance(thing, Pipeline)
    is_known = is_pipeline or type(thing).__module__.split(".")[0] == "sparcelearn"
    # others write into their arrays
    found = [(thing, dict(vars(thing)) if is_known or not goes_on else deepcopy(vars(thing)))]
    if is_known and goes_on:
        for name, value in vars(thing).items():
            if name.endswith("_") or (is_pipeline and name == "steps"):
                for entry in value if isinstance(value, list) else [value]:
                    part = entry[-1] if isinstance(entry, tuple) and entry else entry
                    if isinstance(part, BaseEstimator):
                        found += snapshot(part)
    return found


def restore(before: list[tuple[Any, dict[str, Any]]]) -> None:
    """Give objects the attributes that they had."""
    for thing, attributes in before:
        thing.__dict__.clear()
        thing.__dict__.update(attributes)
