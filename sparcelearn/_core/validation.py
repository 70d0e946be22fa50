"""Parameter checks of all estimators, and estimators that a failed call leaves unchanged.

No other module uses scikit-learn's private constraint classes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import _param_validation
from sklearn.utils._param_validation import (
    HasMethods,
    Interval,
    StrOptions,
    validate_parameter_constraints,
)

from .guarded import unchanged_on_error
from .parameters import parameters_of

__all__ = [
    "HasMethods",
    "Interval",
    "StrOptions",
    "check_parameters",
    "fill",
    "unchanged_on_error",
    "validate_params",
]

Function = TypeVar("Function", bound=Callable[..., Any])

# scikit-learn has no types: without this one, what it decorates would have none either
validate_params: Callable[..., Callable[[Function], Function]] = _param_validation.validate_params


_PLAIN = {bool, int, float, str, type(None)}  # of which equal values of a type are the same
_VALID: WeakKeyDictionary[type, list[tuple[type, Any]]] = WeakKeyDictionary()


def check_parameters(estimator: Any) -> None:
    """Check an estimator's parameters against its ``_parameter_constraints``.

    Plain values that were valid in the last call are not checked again: on a stream they are the
    same in every call, and checks of thirty of them take a fifth of it.

    Raises
    ------
    ValueError
        If a parameter is of a wrong type or outside its range. The message
        names the parameter, what was given and what is allowed. (scikit-learn's
        class for it is also a ``TypeError``.)
    """
    kind, given = type(estimator), parameters_of(estimator)
    typed = [(type(value), value) for value in given.values()]
    is_plain = all(value_type in _PLAIN for value_type, _ in typed)
    if is_plain and _VALID.get(kind) == typed:
        return
    validate_parameter_constraints(
        estimator._parameter_constraints, given, caller_name=kind.__name__
    )
    if is_plain:
        _VALID[kind] = typed


def fill(
    out: NDArray[np.floating], values: ArrayLike, name: str, largest: float | None = None
) -> None:
    """Copy finite real numbers into a row; does what ``check_array`` does, in a microsecond.

    Parameters
    ----------
    out : ndarray of shape (n,)
        Where they go; undefined after an error.
    values : array-like of shape (n,), or a number if n is 1
        Values of the user.
    name : str
        Name in messages.
    largest : float, optional
        The largest size of a number, where that is less than ``out`` can hold.

    Raises
    ------
    TypeError
        If values are not real numbers.
    ValueError
        If there are too few or too many, or one is NaN, infinite or too large.
    """
    if isinstance(values, float) and out.size == 1:  # takes a tenth of the time
        out[0] = values
        if math.isfinite(out[0]) and (largest is None or abs(out[0]) <= largest):
            return
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} must hold real numbers, not {array.dtype}.")
    if array.size != out.size or array.ndim > 1:
        raise ValueError(f"{name} must be of shape ({out.size},), not {array.shape}.")
    out[:] = array
    fits = np.isfinite(out) if largest is None else np.abs(out) <= largest
    if 0 in fits.tobytes():  # a third of the time that all() takes
        beyond = "" if largest is None else f" or a number beyond {largest:.3g}"
        raise ValueError(f"{name} must not hold NaN or infinity{beyond}, got {values!r}.")
