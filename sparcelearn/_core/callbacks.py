"""Support for scikit-learn's callbacks (from version 1.9 on; without effect before it).

No other module uses them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self, TypeVar

try:
    from sklearn.callback import CallbackSupportMixin
    from sklearn.callback import with_callbacks as _with_callbacks
except ImportError:

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """An estimator without callbacks."""

    def _with_callbacks(method: Callable[..., Any]) -> Callable[..., Any]:
        """Return the method as it is."""
        return method


__all__ = ["NO_TASK", "CallbackSupportMixin", "FitTask", "fit_task", "with_callbacks"]

Method = TypeVar("Method", bound=Callable[..., Any])
Attributes = Callable[[], dict[str, Any]]

# scikit-learn has no types: without this one, what it decorates would have none either
with_callbacks: Callable[[Method], Method] = _with_callbacks


class FitTask:
    """A fit, or a part of one, as callbacks see it.

    Parameters
    ----------
    context : sklearn.callback.CallbackContext or None
        Its place in the tree of tasks. None: there are no callbacks.
    estimator : estimator
        Whose fit it is.
    X, y : array-like
        The data given to it.
    """

    def __init__(self, context: Any, estimator: Any, X: Any, y: Any) -> None:
        self._context = context
        self._estimator = estimator
        self._data = {"X": X, "y": y}

    def begin(self, fitted: Attributes | None = None) -> Self:
        """Tell callbacks that it begins; ``fitted`` returns the fitted attributes so far."""
        if self._context is not None:
            self._context.call_on_fit_task_begin(
                estimator=self._estimator, reconstruction_attributes=fitted, **self._data
            )
        return self

    def end(self, fitted: Attributes | None = dict) -> bool:
        """Tell callbacks that it ended; return whether one asks to stop the task it belongs to.

        By default the estimator itself is fitted.
        """
        return self._context is not None and self._context.call_on_fit_task_end(
            estimator=self._estimator, reconstruction_attributes=fitted, **self._data
        )

    def part(self, name: str) -> FitTask:
        """Return a part of the task; without callbacks none is recorded, which saves memory."""
        if not getattr(self._estimator, "_skl_callbacks", None):
            return NO_TASK
        return FitTask(self._context.subcontext(name), self._estimator, **self._data)

    @contextmanager
    def handed_to(self, estimator: Any, name: str) -> Iterator[None]:
        """Make the fit of another estimator a part of this task."""
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
    """Set up an estimator's callbacks, and tell them that its fit begins.

    The calling method must be decorated with ``with_callbacks``, which tears them down even
    after an error, and outside of it with ``unchanged_on_error``, which restores attributes.

    Parameters
    ----------
    estimator : estimator
        Whose fit it is.
    X, y : array-like
        The data given to it.
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
