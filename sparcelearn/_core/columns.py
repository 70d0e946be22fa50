"""Columns of a frame that hold no numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["refuse_columns_without_numbers"]


def refuse_columns_without_numbers(X: Any) -> None:
    """Raise ValueError where a frame has columns of dates or text, and name them.

    Parameters
    ----------
    X : array-like
        What is looked at only if it has columns.
    """
    names = getattr(X, "columns", None)
    if names is None or callable(names):
        return
    found = [f"{name!r} ({kind})" for name in names if (kind := _without_numbers(X[name]))]
    if found:
        raise ValueError(
            f"X has columns that hold no numbers: {', '.join(found)}. Leave out times and names, "
            "as in X.drop(columns=...): rows are in the order of time. Make numbers of categories, "
            "as in pandas.get_dummies(X, dtype=float)."
        )


def _without_numbers(column: Any) -> str | None:
    """Return what a column holds, if it is not numbers."""
    values = np.asarray(column)
    if values.dtype.kind in "mM":
        return "times"
    if values.dtype.kind in "OUST":
        try:
            values.astype(np.float64)
        except ValueError:
            return "text"
        except TypeError:  # what stands for missing values, which is told elsewhere
            return None
    return None
