"""The wiring of a reservoir."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from scipy import sparse

from ._style import BLUE, RED, Display

MAX_UNITS = 200  # beyond, units are drawn in blocks


class ConnectivityDisplay(Display):
    """Matrix of weights, from row to column: blue excites and red inhibits.

    Of more than 200 units, means over blocks are drawn.

    Parameters
    ----------
    weights : sparse matrix or array-like of shape (n_sources, n_targets)
        Weights.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.displays import ConnectivityDisplay
    >>> display = ConnectivityDisplay(np.eye(4))
    >>> display.plot()  # doctest: +SKIP
    """

    def __init__(self, weights: Any) -> None:
        self.weights = sparse.coo_array(weights)

    @classmethod
    def from_estimator(cls, reservoir: Any, *, which: str = "recurrent", ax: Any = None) -> Self:
        """Draw the wiring of a fitted reservoir.

        Parameters
        ----------
        reservoir : SpikingReservoir or EchoStateReservoir
            Fitted.
        which : {"recurrent", "input"}, default="recurrent"
            Which of its matrices.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        ConnectivityDisplay
        """
        if which not in ("recurrent", "input"):
            raise ValueError(f"which must be 'recurrent' or 'input', not {which!r}.")
        return cls(getattr(reservoir, f"{which}_weights_")).plot(ax)

    def _draw(self, ax: Any) -> None:
        from matplotlib.colors import LinearSegmentedColormap

        n_sources, n_targets = self.weights.shape
        rows, columns = min(n_sources, MAX_UNITS), min(n_targets, MAX_UNITS)
        image = np.zeros((rows, columns))
        source, target = self.weights.coords
        cell = (source * rows // n_sources, target * columns // n_targets)
        np.add.at(image, cell, self.weights.data)
        image /= (n_sources / rows) * (n_targets / columns)
        # the strongest hundredth is drawn as strong as can be: weights have long tails
        limit = np.quantile(np.abs(image[image != 0]), 0.99) if image.any() else 1.0
        colours = LinearSegmentedColormap.from_list("weights", [RED, "white", BLUE])
        drawn = ax.imshow(
            image,
            cmap=colours,
            vmin=-limit,
            vmax=limit,
            aspect="auto",
            interpolation="nearest",
            extent=(-0.5, n_targets - 0.5, n_sources - 0.5, -0.5),
        )
        ax.set(xlabel="to", ylabel="from")
        self.figure_.colorbar(drawn, ax=ax, label="weight", extend="both")
