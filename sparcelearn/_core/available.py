"""Methods that are there only where a check allows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sklearn.utils import metaestimators

__all__ = ["available_if"]

Method = TypeVar("Method", bound=Callable[..., Any])

# scikit-learn has no types: without this one, what it decorates would have none either
available_if: Callable[[Callable[[Any], bool]], Callable[[Method], Method]] = (
    metaestimators.available_if
)
