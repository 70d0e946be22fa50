"""Loaded estimators of scikit-learn, which does not check what they hold."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["check_foreign"]


def check_foreign(estimator: Any) -> None:
    """Raise where a loaded estimator of scikit-learn cannot do what it is for.

    It is tried on one row of zeros: arrays that do not fit together, or are missing, show.

    Parameters
    ----------
    estimator : object
        Any that a checkpoint can hold.

    Raises
    ------
    ValueError
        If what it learned is not sound.
    """
    n_features = getattr(estimator, "n_features_in_", None)
    is_ours = type(estimator).__module__.partition(".")[0] == "sparcelearn"
    if is_ours or n_features is None or hasattr(estimator, "named_steps"):
        return
    sizes = [value.size for value in vars(estimator).values() if isinstance(value, np.ndarray)]
    largest = max(sizes, default=np.inf)  # without arrays, it learned nothing but this number
    if not (isinstance(n_features, int) and 0 < n_features <= largest):
        raise ValueError(f"{type(estimator).__name__} has n_features_in_={n_features!r}")
    if hasattr(estimator, "coef_") and np.size(estimator.intercept_) not in (
        1,
        len(np.atleast_2d(estimator.coef_)),
    ):
        raise ValueError(f"{type(estimator).__name__} has another number of intercepts")
    look = getattr(estimator, "predict", getattr(estimator, "transform", None))
    if not sizes or look is None or hasattr(estimator, "transformer_list"):
        return
    with np.errstate(all="ignore"):
        looked = look(np.zeros((1, n_features)))
    if len(looked) != 1:
        raise ValueError(f"{type(estimator).__name__} makes {len(looked)} rows of one")
