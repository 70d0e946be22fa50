"""Values of a model's parameters: checked, computed, drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike

from ._distributions import Distribution
from .equations._affine import finite
from .equations._grammar import read
from .equations._hints import shortened
from .equations._symbols import check_known, with_numbers

__all__ = ["Parameter", "as_parameter", "computed", "draw_parameter"]

_OF_QUANTITIES = ("dimensions", "dimensionality", "unit")  # Brian2's, pint's, astropy's
_PLAIN = "give the number alone, in ms, mV, pA, nS, pF, GOhm or what goes with them"
Parameter = float | ArrayLike | Distribution


def as_parameter(name: str, value: Any) -> Any:
    """Return a parameter as a float, a read-only 1-D array or a distribution."""
    if isinstance(value, Distribution):
        return value
    for item in value if isinstance(value, (list, tuple)) else [value]:
        if any(hasattr(item, attribute) for attribute in _OF_QUANTITIES):
            raise TypeError(
                f"{name} must be a plain number, not {shortened(repr(value))} with a unit: "
                f"{_PLAIN}, as tau / ms is in Brian2."
            )
    try:
        array = np.array(value)
    except ValueError:  # rows of unequal length
        array = np.array(None)
    if array.dtype.kind not in "iuf":
        hint = f": {_PLAIN}" if isinstance(value, str) else ""
        given = shortened(repr(value))
        raise TypeError(f"{name} must be a number, an array or a Distribution, not {given}{hint}.")
    array = array.astype(np.float64)
    if array.ndim > 1 or not np.all(np.isfinite(array)):
        raise ValueError(f"{name} must be finite and at most 1-D, not {shortened(repr(value))}.")
    if array.ndim == 0:
        return float(array)
    array.flags.writeable = False
    return array


def computed(where: str, text: str, values: Mapping[str, Any]) -> Any:
    """Return the value of an expression of parameters."""
    tree = read(text, where)
    check_known(tree, values, where)
    return finite(with_numbers(tree, values), {k: np.asarray(v)[()] for k, v in values.items()})


def draw_parameter(name: str, value: Any, random_state: RandomState, n_units: int) -> Any:
    if isinstance(value, Distribution):
        return value.sample(random_state, n_units)
    if isinstance(value, np.ndarray) and value.shape != (n_units,):
        raise ValueError(f"{name} has {len(value)} values for {n_units} units.")
    return value
