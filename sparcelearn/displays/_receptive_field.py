"""What units hear."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_is_fitted

from ._style import Display

COLOURS = "RdBu_r"  # positive weights are red, negative ones blue


class ReceptiveFieldDisplay(Display):
    """Input weights of some units: over channels and lags, or over the places of a sensor.

    Parameters
    ----------
    fields : array-like of shape (n_shown, n_lags, n_channels)
        Weights of each unit shown, from now to the longest lag.
    units : array-like of shape (n_shown,)
        Their numbers.
    shape : tuple of (int, int), default=None
        Shape of the sensor. Each unit is then one picture: its weights at all places, of several
        maps and lags summed in absolute value, with the sign of the sum. None draws channels over
        lags.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.displays import ReceptiveFieldDisplay
    >>> from sparcelearn.reservoir import SpikingReservoir
    >>> reservoir = SpikingReservoir(50, random_state=0).fit(np.random.rand(9, 60, 3))
    >>> display = ReceptiveFieldDisplay.from_estimator(reservoir)  # doctest: +SKIP
    """

    def __init__(
        self, fields: ArrayLike, units: ArrayLike, shape: tuple[int, int] | None = None
    ) -> None:
        self.fields = np.asarray(fields)
        self.units = np.asarray(units)
        self.shape = shape

    @classmethod
    def from_estimator(
        cls,
        reservoir: Any,
        *,
        units: ArrayLike = range(12),
        shape: tuple[int, int] | None = None,
        ax: Any = None,
    ) -> Self:
        """Draw what units of a fitted reservoir hear.

        Parameters
        ----------
        reservoir : SpikingReservoir or EchoStateReservoir
            Fitted.
        units : array-like of int, default=range(12)
            Which units; those that there are not are left out. Of one that hears through several
            inputs, weights are summed.
        shape : tuple of (int, int), default=None
            Shape of the sensor whose places the channels are.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        ReceptiveFieldDisplay

        Raises
        ------
        ValueError
            If there is none of the units, or the shape is not one of the channels.
        """
        check_is_fitted(reservoir)
        chosen = np.asarray(units)
        chosen = chosen[(chosen >= 0) & (chosen < reservoir.n_units)]
        if not len(chosen):
            raise ValueError(f"units={units!r} names none of the {reservoir.n_units} units.")
        n_places = int(np.prod(shape or (1,)))
        if reservoir.n_features_in_ % n_places:
            raise ValueError(
                f"shape={shape!r} has {n_places} places, which does not go with "
                f"{reservoir.n_features_in_} channels."
            )
        lags, n_channels = reservoir.input_lags_, reservoir.n_features_in_
        heard = reservoir.input_weights_  # input by input, where there are several
        places = chosen[:, np.newaxis] + np.arange(0, heard.shape[1], reservoir.n_units)
        weights = heard[:, places.ravel()].toarray().T.reshape(*places.shape, -1).sum(axis=1)
        fields = np.zeros((len(chosen), int(lags.max()) + 1, n_channels))
        by_lag = weights.reshape(len(chosen), -1, len(lags), n_channels)
        fields[:, lags] = by_lag.sum(axis=1)  # over what an event acts on
        return cls(fields, chosen, shape).plot(ax)

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
        ax = self._axes(ax)
        ax.set_axis_off()
        n_columns = int(np.ceil(np.sqrt(2 * len(self.units))))
        n_rows = -(-len(self.units) // n_columns)
        for k, (unit, field) in enumerate(zip(self.units, self.fields, strict=True)):
            row, column = divmod(k, n_columns)
            place = (
                column / n_columns,
                1 - (row + 1) / n_rows + 0.1 / n_rows,
                0.8 / n_columns,
                0.68 / n_rows,
            )
            part = ax.inset_axes(place)
            image = self._image(field)
            largest = np.abs(image).max() or 1.0
            part.imshow(
                image, cmap=COLOURS, vmin=-largest, vmax=largest, aspect="auto",
                interpolation="nearest", extent=self._extent(image),
            )  # fmt: skip
            part.set_title(f"unit {unit}", fontsize=8, pad=2)
            part.tick_params(labelsize=6, length=2)
            if column == 0 and row == n_rows - 1 and self.shape is None:
                part.set_xlabel("rows ago", fontsize=7, labelpad=1)
                part.set_ylabel("channel", fontsize=7, labelpad=1)
        return self

    def _image(self, field: NDArray[Any]) -> NDArray[Any]:
        if self.shape is None:
            return field[::-1].T  # time runs to the right, now is last
        places = field.reshape(-1, *self.shape)
        return np.sign(places.sum(axis=0)) * np.abs(places).sum(axis=0)

    def _extent(self, image: NDArray[Any]) -> tuple[float, ...] | None:
        if self.shape is not None:
            return None
        return (image.shape[1] - 0.5, -0.5, image.shape[0] - 0.5, -0.5)
