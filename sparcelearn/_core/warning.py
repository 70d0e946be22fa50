"""Warnings that point at the line of the user's that brought them about."""

from __future__ import annotations

import sys
import threading
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
    caller = getattr(threading.current_thread(), "caller", None)  # it waits for a compile thread
    frame = caller or sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").split(".")[0] in _BETWEEN:
        frame = frame.f_back
    warnings.warn_explicit(
        message,
        category,
        frame.f_code.co_filename,
        frame.f_lineno,
        module=frame.f_globals.get("__name__"),
        registry=frame.f_globals.setdefault("__warningregistry__", {}),
    )
