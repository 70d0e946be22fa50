"""Errors of predictions along a stream."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._style import COLOURS, GREY, Display, finite


class StreamMonitorDisplay(Display):
    """Running mean of correct answers, or of squared errors, over a stream.

    Parameters
    ----------
    losses : dict of str to array-like of shape (n_samples,)
        For each learner, by name: 1 where it was right and 0 elsewhere, or errors.
    window : int, default=200
        Number of past samples to average over.
    events : array-like, default=()
        Positions of events to mark, such as drifts.
    name : str, default="accuracy"
        Name of the averaged quantity.

    Examples
    --------
    >>> from sparcelearn.displays import StreamMonitorDisplay
    >>> display = StreamMonitorDisplay({"online": [0, 1, 1, 1]}, window=2, events=[2])
    >>> display.plot()  # doctest: +SKIP
    """

    def __init__(
        self,
        losses: dict[str, ArrayLike],
        window: int = 200,
        events: ArrayLike = (),
        name: str = "accuracy",
    ) -> None:
        self.losses = losses
        self.window = window
        self.events = np.atleast_1d(np.asarray(events))
        self.name = name

    @classmethod
    def from_predictions(
        cls,
        y_true: ArrayLike,
        y_pred: ArrayLike | dict[str, ArrayLike],
        *,
        window: int = 200,
        events: ArrayLike = (),
        ax: Any = None,
    ) -> Self:
        """Draw the errors of predictions that were made before learning from each sample.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            Targets; whole numbers and text are classes.
        y_pred : array-like of shape (n_samples,), or dict of str to such
            Predictions of one learner, or of several by name.
        window : int, default=200
            Number of past samples to average over.
        events : array-like, default=()
            Positions of events to mark, such as drifts.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        StreamMonitorDisplay
        """
        truth = np.asarray(y_true)
        of_each = y_pred if isinstance(y_pred, dict) else {"online": y_pred}
        is_classes = truth.dtype.kind not in "f"
        losses: dict[str, ArrayLike] = {
            name: (truth == p if is_classes else (truth - np.asarray(p)) ** 2)
            for name, p in of_each.items()
        }
        name = "accuracy" if is_classes else "mean squared error"
        return cls(losses, window, events, name).plot(ax)

    def _draw(self, ax: Any) -> None:
        for event in self.events:
            ax.axvline(event, color=GREY, ls="--", lw=1)
        for (label, values), colour in zip(self.losses.items(), COLOURS, strict=False):
            mean = running_mean(finite(label, values), self.window)
            ax.plot(np.arange(len(mean)), mean, color=colour, lw=1.8, label=label)
        ax.set(xlabel="sample", ylabel=f"{self.name}, last {self.window}")
        if len(self.losses) > 1:
            ax.legend(loc="best")


def running_mean(values: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """Return the mean of the last ``window`` values, or of all so far, at each position."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(0, ends - window)
    return (sums[ends] - sums[starts]) / (ends - starts)
