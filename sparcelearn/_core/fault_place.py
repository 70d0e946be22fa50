"""Where numbers are not finite: looked for once a check of scikit-learn has found that some are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["naming_the_place"]


@contextmanager
def naming_the_place(
    X: Any, starts: NDArray[np.integer] | None = None, names: Any = None
) -> Iterator[None]:
    """Add the first place to a ValueError of scikit-learn that ``X`` has NaN or infinity.

    Where labels have NaN, see to it that ``y`` is named.

    Parameters
    ----------
    X : array-like of shape (n_rows, n_channels)
        What is checked.
    starts : ndarray of shape (n_samples + 1,), default=None
        Where samples start, if they are sequences.
    names : sequence of str, default=None
        Names of the channels; None for those of ``X``, if it has any.
    """
    try:
        yield
    except ValueError as error:
        what, dot, advice = str(error).partition(".")
        if what == "Input contains NaN":  # so it says of objects, which labels can be, but not X
            raise ValueError("Input y contains NaN.") from None
        if what.startswith("Input X contains") and (place := _first_place(X, starts, names)):
            raise ValueError(f"{what}, first in {place}{dot}{advice}") from None
        raise


def _first_place(X: Any, starts: NDArray[np.integer] | None, names: Any) -> str | None:
    try:
        rows = np.asarray(X, dtype=np.float64)
    except (TypeError, ValueError):  # values that stand for missing ones, of other libraries
        return None
    places = np.argwhere(~np.isfinite(rows))
    if rows.ndim != 2 or not len(places):
        return None
    row, channel = (int(k) for k in places[0])
    names = getattr(X, "columns", None) if names is None else names
    name = channel if names is None else repr(names[channel])
    if starts is None:
        return f"row {row}, column {name}"
    sample = int(np.searchsorted(starts, row, "right")) - 1
    which = f"sample {sample}, " if len(starts) > 2 else ""
    return f"{which}time step {row - starts[sample]}, channel {name}"
