"""Rules as values: how something is drawn, in a form that searches and files understand."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np


@dataclass(frozen=True)
class Rule:
    """A rule with numbers. Rules are immutable: they can be printed, compared and pickled."""

    def __call__(self, **numbers: Any) -> Self:
        """Return the rule with some numbers replaced."""
        for name in numbers:
            if name not in self.get_params():
                known = ", ".join(self.get_params())
                raise ValueError(f"{type(self).__name__} has no {name!r}; it has {known}.")
        return replace(self, **numbers)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the numbers of the rule, for searches.

        Parameters
        ----------
        deep : bool, default=True
            Ignored.

        Returns
        -------
        dict
        """
        return {part.name: getattr(self, part.name) for part in fields(self)}

    def __sklearn_clone__(self) -> Self:
        return self  # immutable


def check_fraction(name: str, value: Any) -> None:
    """Raise if a value is not a number from 0 to 1.

    Parameters
    ----------
    name : str
        Name in messages.
    value : object
        The value.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        raise TypeError(f"{name} must be a number, not {value!r}.")
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must be from 0 to 1, not {value!r}.")


def check_count(name: str, value: Any, lowest: int) -> None:
    """Raise if a value is not an integer, or too small.

    Parameters
    ----------
    name : str
        Name in messages.
    value : object
        The value.
    lowest : int
        The smallest number allowed.
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be an integer, not {value!r}.")
    if value < lowest:
        raise ValueError(f"{name} must be at least {lowest}, not {value}.")


def check_positive(name: str, value: Any) -> None:
    """Raise if a value is not a number above 0, or infinite.

    Parameters
    ----------
    name : str
        Name in messages.
    value : object
        The value.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        raise TypeError(f"{name} must be a number, not {value!r}.")
    if not 0 < value < float("inf"):
        raise ValueError(f"{name} must be above 0, not {value!r}.")
