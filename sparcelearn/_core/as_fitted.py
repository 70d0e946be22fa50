"""Fitted objects keep what they were fitted with, whatever `set_params` says afterwards."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, TypeVar, cast

from .parameters import parameters_of

__all__ = [
    "as_fitted",
    "fitted_parameter",
    "fixed_parameters",
    "keep_parameters",
    "with_fitted_parameters",
]

Method = TypeVar("Method", bound=Callable[..., Any])

# How something is done, on which no result depends, and what is large and used by ``fit`` only.
NOT_KEPT = frozenset(
    {
        "delay",
        "estimator",
        "estimators",
        "gap_junctions",
        "input_wiring",
        "memory",
        "n_jobs",
        "random_state",
        "readout",
        "reservoir",
        "reservoirs",
        "residual_wiring",
        "short_term_plasticity",
        "verbose",
        "wiring",
    }
)
# How a readout learns: `partial_fit` goes by the values of the day, as scikit-learn's do.
LEARNING = frozenset(
    {
        "alpha",
        "average",
        "batch_size",
        "early_stopping",
        "error_threshold",
        "forgetting_factor",
        "learn_thresholds",
        "learning_rate",
        "learning_rate_schedule",
        "max_iter",
        "n_iter_no_change",
        "n_replay",
        "noise_scale",
        "normalized",
        "regularization",
        "shuffle",
        "solver",
        "synapse",
        "threshold_rate",
        "tol",
        "validation_fraction",
        "warm_start",
        "window",
    }
)
PLAIN = (bool, int, float, str, tuple)


def keep_parameters(estimator: Any) -> None:
    """Note the values of the parameters that an estimator is fitted with."""
    given = parameters_of(estimator)
    estimator._kept = {name: x for name, x in given.items() if name not in NOT_KEPT}


def fixed_parameters(estimator: Any) -> frozenset[str]:
    """Return the names of the parameters that were settled when learning began."""
    return frozenset(vars(estimator).get("_kept", ())) - LEARNING


def fitted_parameter(estimator: Any, name: str) -> Any:
    """Return the value of a parameter in the last fit, or before any fit as it is."""
    return vars(estimator).get("_kept", {}).get(name, getattr(estimator, name))


def as_fitted(estimator: Any, names: Collection[str] | None = None) -> Any:
    """Return an estimator with the values of parameters that it was fitted with.

    Parameters
    ----------
    estimator : estimator
        Any that may have been fitted.
    names : collection of str, default=None
        Which parameters; None for all that were kept.

    Returns
    -------
    estimator
        The same object where nothing differs, else a shallow copy: what is set on it does not
        reach the other.
    """
    kept = vars(estimator).get("_kept", {})
    changed = {
        name: value
        for name, value in kept.items()
        if (names is None or name in names) and not _is_same(value, getattr(estimator, name))
    }
    if not changed:
        return estimator
    fitted = object.__new__(type(estimator))
    fitted.__dict__.update(vars(estimator))
    fitted.__dict__.update(changed)
    return fitted


def with_fitted_parameters(method: Method) -> Method:
    """Let a method that sets nothing see the parameters that the estimator was fitted with."""

    @wraps(method)
    def as_it_was(self: Any, *args: Any, **kwargs: Any) -> Any:
        return method(as_fitted(self), *args, **kwargs)

    return cast(Method, as_it_was)


def _is_same(one: Any, other: Any) -> bool:
    return one is other or (
        type(one) is type(other) and isinstance(one, PLAIN) and bool(one == other)
    )
