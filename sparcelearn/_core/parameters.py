"""The parameters of an estimator, for what happens at every call."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

__all__ = ["parameters_of"]

_NAMES: WeakKeyDictionary[type, tuple[str, ...]] = WeakKeyDictionary()


def parameters_of(estimator: Any) -> dict[str, Any]:
    """Return what ``get_params(deep=False)`` does, which reads a signature at every call.

    Parameters
    ----------
    estimator : estimator
        Any whose parameters are those of its class.

    Returns
    -------
    dict of str to object
    """
    kind = type(estimator)
    if kind not in _NAMES:
        _NAMES[kind] = tuple(estimator.get_params(deep=False))
    return {name: getattr(estimator, name) for name in _NAMES[kind]}
