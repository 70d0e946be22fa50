"""Memory: capacity over delay, and signal over age."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ._style import COLOURS, GREY, Display, finite


class MemoryCapacityDisplay(Display):
    """Memory function: how well past input can be read, over its delay.

    Parameters
    ----------
    curves : dict of str to array-like of shape (n_delays,)
        For each reservoir, by name, its capacity (0 to 1) at each delay from 0. The sum of
        a curve is the memory capacity.

    Examples
    --------
    >>> from sparcelearn.displays import MemoryCapacityDisplay
    >>> display = MemoryCapacityDisplay({"delay line": [1, 1, 1, 0, 0]})
    >>> display.plot()  # doctest: +SKIP
    """

    def __init__(self, curves: dict[str, ArrayLike]) -> None:
        self.curves = curves

    def _draw(self, ax: Any) -> None:
        for (name, values), colour in zip(self.curves.items(), COLOURS, strict=False):
            capacity = finite(name, values)
            label = f"{name}: {capacity.sum():.1f}"
            ax.plot(np.arange(len(capacity)), capacity, "o-", ms=3, color=colour, label=label)
        ax.set(xlabel="delay (steps)", ylabel="capacity", ylim=(0, 1.05), xlim=(0, None))
        ax.legend(title="memory capacity")


class MemoryAgeDisplay(Display):
    """Signal-to-noise ratio of a memory over its age, on logarithmic axes.

    Parameters
    ----------
    ages : array-like of shape (n_ages,)
        Number of memories stored since, from 1.
    curves : dict of str to array-like of shape (n_ages,)
        For each synapse, by name, its signal-to-noise ratio at each age.
    threshold : float, default=1.0
        A line: below it a memory is lost.

    Examples
    --------
    >>> from sparcelearn.displays import MemoryAgeDisplay
    >>> display = MemoryAgeDisplay([1, 10, 100], {"binary": [30.0, 10.0, 0.1]})
    >>> display.plot()  # doctest: +SKIP
    """

    def __init__(
        self, ages: ArrayLike, curves: dict[str, ArrayLike], threshold: float = 1.0
    ) -> None:
        self.ages = np.asarray(ages)
        self.curves = curves
        self.threshold = threshold

    def _draw(self, ax: Any) -> None:
        for (name, values), colour in zip(self.curves.items(), COLOURS, strict=False):
            ax.plot(self.ages, finite(name, values), color=colour, lw=2, label=name)
        ax.axhline(self.threshold, color=GREY, ls=":")
        highest = max(float(np.max(values)) for values in self.curves.values())
        ax.set(xscale="log", yscale="log", xlabel="age (memories stored since)")
        ax.set(ylabel="signal-to-noise ratio", ylim=(self.threshold / 30, 2 * highest))
        ax.legend(loc="best")
