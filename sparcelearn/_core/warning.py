"""Warnings that point at the line of the user's that brought them about."""

from __future__ import annotations

import sys
import warnings

# What stands between a user and us: our own calls, pipelines, searches, wrappers, the compiler.
_BETWEEN = {"sparcelearn", "sklearn", "joblib", "numba"}


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn from the line, outside of this package and of scikit-learn, that led here.

    Parameters
    ----------
    message : str
        What is wrong, and what to do about it.
    category : type of Warning, default=UserWarning
        Its kind.
    """
    level, frame = 2, sys._getframe(1)  # Python 3.12 has skip_file_prefixes for this
    while frame.f_back and frame.f_globals.get("__name__", "").split(".")[0] in _BETWEEN:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
