"""Names of channels, of lists of frames and of single rows, which scikit-learn does not look at.

No other module uses scikit-learn's private functions for names.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import _check_feature_names, _get_feature_names

__all__ = ["check_names_of_row", "check_names_of_samples"]


def check_names_of_samples(estimator: Any, samples: Any, *, reset: bool) -> None:
    """Set or compare ``feature_names_in_`` where samples are frames.

    Parameters
    ----------
    estimator : estimator
        The caller.
    samples : sequence of array-like of shape (n_timesteps, n_channels)
        Frames or arrays.
    reset : bool
        Whether this call defines the names.

    Raises
    ------
    ValueError
        If samples differ in their names or in the order of them, or from those of ``fit``.
    """
    first = _get_feature_names(samples[0])
    for k, sample in enumerate(samples):
        names = None if isinstance(sample, np.ndarray) else _get_feature_names(sample)
        if not _is_same(names, first):
            raise ValueError(
                f"Samples in X must have the same columns in the same order: sample 0 has "
                f"{_shown(first)}, sample {k} has {_shown(names)}."
            )
    _check_feature_names(estimator, samples[0], reset=reset)


def check_names_of_row(estimator: Any, x: Any) -> None:
    """Raise ValueError where a row, a Series, has names other than those of ``fit``.

    Parameters
    ----------
    estimator : estimator
        The caller, which may know names.
    x : object
        A row; only one with an ``index`` of texts has names.
    """
    known = getattr(estimator, "feature_names_in_", None)
    index = getattr(x, "index", None)
    if known is None or index is None or callable(index):
        return
    names = list(index)
    if all(isinstance(name, str) for name in names) and names != list(known):
        raise ValueError(
            f"x must have the names of X in fit, in the same order, {_shown(known)}, not "
            f"{_shown(names)}."
        )


def _is_same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return bool(np.array_equal(one, other))


def _shown(names: Any) -> str:
    if names is None:
        return "no names"
    shown = ", ".join(str(name) for name in names[:6])
    return f"{shown}, ..." if len(names) > 6 else shown
