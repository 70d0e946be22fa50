"""Constraints of generators' parameters, in scikit-learn's form."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from numbers import Integral, Real
from typing import Any, TypeVar

from sparcelearn._core.validation import Interval, StrOptions, validate_params

__all__ = ["AT_LEAST_0", "COUNT", "POSITIVE", "SEED", "SHARE", "StrOptions", "checked", "whole"]

Function = TypeVar("Function", bound=Callable[..., Any])

COUNT = [Interval(Integral, 1, None, closed="left")]
POSITIVE = [Interval(Real, 0, None, closed="neither")]
AT_LEAST_0 = [Interval(Real, 0, None, closed="left")]
SHARE = [Interval(Real, 0, 1, closed="both")]
SEED = ["random_state"]

checked: Callable[[dict[str, list[Any]]], Callable[[Function], Function]] = partial(
    validate_params, prefer_skip_nested_validation=True
)


def whole(low: int) -> list[Interval]:
    """Return the constraint for a whole number of at least ``low``."""
    return [Interval(Integral, low, None, closed="left")]
