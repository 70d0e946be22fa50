"""Parameter checks shared by every estimator, and the promise that a failed call changes nothing.

This is the one module that touches scikit-learn's private constraint classes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from sklearn.utils._param_validation import (
    HasMethods,
    Interval,
    StrOptions,
    validate_parameter_constraints,
)

__all__ = ["HasMethods", "Interval", "StrOptions", "check_parameters", "unchanged_on_error"]


def check_parameters(estimator: Any) -> None:
    """Check an estimator's parameters against its ``_parameter_constraints``.

    Raises
    ------
    ValueError
        If a parameter is of a wrong type or outside its range. The message
        names the parameter, what came and what is allowed. (scikit-learn's
        class for it is a ``TypeError`` as well.)
    """
    validate_parameter_constraints(
        estimator._parameter_constraints,
        estimator.get_params(deep=False),
        caller_name=type(estimator).__name__,
    )


def unchanged_on_error(method: Callable[..., Any]) -> Callable[..., Any]:
    """Make a method that raises leave its object's attributes as they were.

    A method so marked may rebind attributes at any point, but must not write
    into arrays before everything that can fail has passed.
    """

    @wraps(method)
    def guarded(self: Any, *args: Any, **kwargs: Any) -> Any:
        before = dict(vars(self))
        try:
            return method(self, *args, **kwargs)
        except BaseException:
            vars(self).clear()
            vars(self).update(before)
            raise

    return guarded
