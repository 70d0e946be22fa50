"""Whether arrays that came from a file are made like those that belong there."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["check_alike"]


def check_alike(name: str, found: Any, expected: Any) -> None:
    """Raise ValueError where an array, or one in a list, has another shape or kind of numbers.

    Compiled code trusts shapes, so that a wrong one would have it read what is not its own.

    Parameters
    ----------
    name : str
        What it is called in messages.
    found : object
        What came.
    expected : object
        What a new one looks like. What is no array there is not looked at.
    """
    if isinstance(expected, (list, tuple)):
        if not isinstance(found, (list, tuple)) or len(found) != len(expected):
            raise ValueError(f"{name} must hold {len(expected)} arrays")
        for k, (mine, like) in enumerate(zip(found, expected, strict=True)):
            check_alike(f"{name}[{k}]", mine, like)
    elif isinstance(expected, np.ndarray):
        if not isinstance(found, np.ndarray):
            raise ValueError(f"{name} must be an array, not {type(found).__name__}")
        if found.shape != expected.shape or found.dtype.kind != expected.dtype.kind:
            raise ValueError(
                f"{name} is {found.dtype} of shape {found.shape}; it must be {expected.dtype} of "
                f"shape {expected.shape}"
            )
