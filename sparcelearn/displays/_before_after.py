"""Distributions of thresholds or weights before and after learning."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from ._style import BLUE, GREY, Display, finite


class BeforeAfterDisplay(Display):
    """Two histograms of the same quantity, before and after, and how far values moved.

    Parameters
    ----------
    before, after : array-like
        Values.
    name : str, default="value"
        Name of the quantity.
    count_name : str, default="features"
        What is counted.

    Examples
    --------
    >>> from sparcelearn.displays import BeforeAfterDisplay
    >>> display = BeforeAfterDisplay([0.0, 0.1], [0.2, -0.3], "weight", "weights")
    >>> display.plot()  # doctest: +SKIP
    """

    def __init__(
        self, before: ArrayLike, after: ArrayLike, name: str = "value", count_name: str = "features"
    ) -> None:
        self.before = finite("before", before).ravel()
        self.after = finite("after", after).ravel()
        self.name = name
        self.count_name = count_name

    @classmethod
    def from_estimator(cls, readout: Any, *, ax: Any = None) -> Self:
        """Draw the thresholds of a SpaRCe readout before and after learning.

        Parameters
        ----------
        readout : SparceClassifier or SparceRegressor
            Fitted, with thresholds.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        BeforeAfterDisplay
        """
        return cls(readout.base_thresholds_, readout.thresholds_, "threshold").plot(ax)

    def plot(self, ax: Any = None, *, n_bins: int = 50, log: bool = True) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        n_bins : int, default=50
            Number of bins, between the outermost thousandths of the values.
        log : bool, default=True
            Whether counts are on a logarithmic axis.

        Returns
        -------
        self
        """
        ax = self._axes(ax)
        both = np.concatenate([self.before, self.after])
        low, high = np.quantile(both, (0.001, 0.999))
        pad = max(1e-12, 0.02 * (high - low))
        bins = np.linspace(low - pad, high + pad, n_bins + 1)
        for values, colour, label, style in (
            (self.before, GREY, "before", {"fill": True, "alpha": 0.5}),
            (self.after, BLUE, "after", {"lw": 2}),
        ):
            ax.stairs(np.histogram(values, bins)[0], bins, color=colour, label=label, **style)
        ax.set(xlabel=self.name, ylabel=self.count_name)
        if log:
            ax.set_yscale("log")
            ax.set_ylim(bottom=0.7)
        ax.legend(title=self._moved())
        return self

    def _moved(self) -> str | None:
        """Return in words how far values moved, where each has its own before and after."""
        if self.before.shape != self.after.shape:
            return None
        change = self.after - self.before
        if not change.any():
            return "none moved"
        step = np.median(np.abs(change[change != 0]))
        rose, fell = np.mean(change > 0), np.mean(change < 0)
        return f"{rose:.0%} rose, {fell:.0%} fell\nmedian step {step:.2g}"
