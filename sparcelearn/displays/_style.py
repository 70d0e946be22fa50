"""What figures share: axes, made only when needed, and colours for all kinds of vision."""

from __future__ import annotations

from copy import copy
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.as_fitted import as_fitted, keep_parameters

# Okabe and Ito's colours, which can be distinguished with any kind of colour vision.
BLUE, RED, GREEN, PURPLE, ORANGE = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00"
GREY = "#777777"
COLOURS = (BLUE, RED, GREEN, PURPLE, ORANGE, "#56B4E9", "black")


class Display:
    """A figure that can be drawn again, on any axes.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it was drawn last.
    figure_ : matplotlib Figure
        The figure of these axes.
    """

    ax_: Any
    figure_: Any

    def plot(self, ax: Any = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        self
        """
        self._draw(self._axes(ax))
        return self

    def _draw(self, ax: Any) -> None:
        """Draw on the axes; implemented by displays that inherit ``plot``."""
        raise NotImplementedError

    def _axes(self, ax: Any) -> Any:
        """Return the axes to draw on, new ones if none are given."""
        if ax is None:
            try:
                from matplotlib import pyplot as plt
            except ImportError as error:
                raise ImportError(
                    "Figures need matplotlib: pip install 'sparce-learn[plot]'."
                ) from error
            ax = plt.subplots(figsize=(5, 3.5), layout="constrained")[1]
        self.ax_, self.figure_ = ax, ax.figure
        ax.spines[["top", "right"]].set_visible(False)
        return ax


def legend_above(ax: Any, lines: list[Any], height: float = 1.0) -> None:
    """Put the legend above the axes, where it hides no curve."""
    ax.legend(
        handles=lines, loc="lower center", bbox_to_anchor=(0.5, height), ncols=3, frameon=False,
        columnspacing=1.0, handlelength=1.5,
    )  # fmt: skip


def finite(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """Return values as an array of numbers; raise if one of them is none.

    matplotlib leaves out what is not finite, so a figure would hide that something is wrong.
    """
    array = np.asarray(values, dtype=np.float64)
    n_bad = np.count_nonzero(~np.isfinite(array))
    if n_bad:
        first = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(
            f"{name} must be finite to be drawn: {n_bad} of {array.size} values are NaN or "
            f"infinite, the first at {first}."
        )
    return array


def look_again(reservoir: Any, **params: Any) -> Any:
    """Return a copy of a fitted reservoir with other features, as they are."""
    check_is_fitted(reservoir)
    other = copy(as_fitted(reservoir)).set_params(**params)
    for name, value in params.items():  # those that fit has settled, too
        if hasattr(other, f"{name}_"):
            setattr(other, f"{name}_", value)
    if hasattr(other, "feature_scales_"):
        other.feature_scaling = other.feature_offsets_ = other.feature_scales_ = None
    keep_parameters(other)
    return copy(other)  # a copy builds a new simulator from its parameters
