"""Names of channels, of lists of frames and of single rows, which scikit-learn does not look at.

No other module uses scikit-learn's private functions for names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.utils.validation import _check_feature_names, _get_feature_names

__all__ = ["check_names_of_samples", "values_by_name"]


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


def values_by_name(x: Any, names: Any) -> Any:
    """Return the values of a mapping or a pandas Series in the order of names; others as they are.

    Parameters
    ----------
    x : object
        A row.
    names : sequence of str or None
        Names of the channels; None where the model was not given any.

    Returns
    -------
    object

    Raises
    ------
    ValueError
        If a name is missing or unknown, or the model knows no names.
    """
    if not isinstance(x, Mapping):
        index = getattr(x, "index", None)  # of a Series
        if names is None or index is None or callable(index):
            return x
        if not all(isinstance(name, str) for name in index):
            return x
        x = dict(zip(index, np.asarray(x), strict=True))
    if names is None:
        raise ValueError(
            f"x has names ({', '.join(map(str, x))}), but the model was fitted on rows without."
        )
    if len(x) == len(names):
        try:
            return [x[name] for name in names]
        except KeyError:
            pass  # told below
    missing = [str(name) for name in names if name not in x]
    unknown = [str(name) for name in x if name not in set(names)]
    raise ValueError(
        f"x must have the names {', '.join(map(str, names))}; "
        f"missing: {', '.join(missing) or '-'}, unknown: {', '.join(unknown) or '-'}."
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
