"""What a fit tells scikit-learn's callbacks, which version 1.9 brought; before it, nothing.

This is the one module that touches them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self

try:
    from sklearn.callback import CallbackSupportMixin, with_callbacks
except ImportError:

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """What has no callbacks."""

    def with_callbacks(method: Callable[..., Any]) -> Callable[..., Any]:
        """Return the method as it is."""
        return method


__all__ = ["NO_TASK", "CallbackSupportMixin", "FitTask", "fit_task", "with_callbacks"]

Attributes = Callable[[], dict[str, Any]]


class FitTask:
    """A fit, or a part of one, as callbacks see it.

    Parameters
    ----------
    context : sklearn.callback.CallbackContext or None
        Its place in the tree of tasks. None tells nobody.
    estimator : estimator
        Whose fit it is.
    X, y : array-like
        What that was given.
    """

    def __init__(self, context: Any, estimator: Any, X: Any, y: Any) -> None:
        self._context = context
        self._estimator = estimator
        self._data = {"X": X, "y": y}

    def begin(self, fitted: Attributes | None = None) -> Self:
        """Say that it begins; ``fitted`` returns what makes of the estimator a fitted one."""
        if self._context is not None:
            self._context.call_on_fit_task_begin(
                estimator=self._estimator, reconstruction_attributes=fitted, **self._data
            )
        return self

    def end(self, fitted: Attributes | None = dict) -> bool:
        """Say that it ended; return whether a callback asks to stop what it is a part of.

        By default the estimator is fitted as it is.
        """
        return self._context is not None and self._context.call_on_fit_task_end(
            estimator=self._estimator, reconstruction_attributes=fitted, **self._data
        )

    def part(self, name: str) -> FitTask:
        """Return a part of the task; without callbacks there is no record of a million epochs."""
        if not getattr(self._estimator, "_skl_callbacks", None):
            return NO_TASK
        return FitTask(self._context.subcontext(name), self._estimator, **self._data)

    @contextmanager
    def handed_to(self, estimator: Any, name: str) -> Iterator[None]:
        """Make a part of the task of all that another estimator does in its own fit."""
        if self._context is None:
            yield
            return
        context = self._context.subcontext(name)
        with context.propagate_callback_context(estimator):
            part = FitTask(context, self._estimator, **self._data).begin()
            yield
            part.end(fitted=None)


NO_TASK = FitTask(None, None, None, None)


def fit_task(estimator: Any, X: Any, y: Any, n_parts: int = 0) -> FitTask:
    """Set an estimator's callbacks up, and tell them that its fit begins.

    The method that calls this must be marked ``with_callbacks``, which tears them down
    whatever happens, and outside of that ``unchanged_on_error``, which forgets them.

    Parameters
    ----------
    estimator : estimator
        Whose fit it is.
    X, y : array-like
        What that was given.
    n_parts : int, default=0
        How many parts there will be, at most.

    Returns
    -------
    FitTask
    """
    if not hasattr(estimator, "_init_callback_context"):
        return NO_TASK
    context = estimator._init_callback_context(max_subtasks=n_parts)
    return FitTask(context, estimator, X, y).begin()
