"""Spikes over time."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sparcelearn._core.spike_trains import SpikeTrains

from ._style import COLOURS, Display, legend_above, look_again

MAX_DOTS = 20_000  # more would only make a black figure


class SpikeRasterDisplay(Display):
    """Spikes of one sample as dots, with the mean rate of all units above them.

    Parameters
    ----------
    times : array-like of shape (n_events,)
        Times of spikes (ms).
    units : array-like of shape (n_events,)
        Their units.
    n_units : int
        Number of units.
    duration : float
        Length of the sample (ms).
    groups : dict of str to (int, int), default=None
        For each group of units, by name, its first unit and the one after its last. None is
        one group without a name.

    Examples
    --------
    >>> from sparcelearn.datasets import make_precise_spikes
    >>> from sparcelearn.displays import SpikeRasterDisplay
    >>> X, _ = make_precise_spikes(random_state=0)
    >>> display = SpikeRasterDisplay.from_spikes(X)  # doctest: +SKIP
    """

    def __init__(
        self,
        times: ArrayLike,
        units: ArrayLike,
        n_units: int,
        duration: float,
        groups: dict[str, tuple[int, int]] | None = None,
    ) -> None:
        self.times = np.asarray(times)
        self.units = np.asarray(units)
        self.n_units = n_units
        self.duration = duration
        self.groups = groups

    @classmethod
    def from_spikes(cls, spikes: SpikeTrains, *, sample: int = 0, ax: Any = None) -> Self:
        """Draw a sample of spike trains.

        Parameters
        ----------
        spikes : SpikeTrains
            Spikes of input channels, or of units.
        sample : int, default=0
            Which sample.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        SpikeRasterDisplay
        """
        one = spikes[sample]
        return cls(one.times, one.channels, one.n_channels, float(one.durations[0])).plot(ax)

    @classmethod
    def from_estimator(
        cls, reservoir: Any, X: ArrayLike, *, sample: int = 0, ax: Any = None
    ) -> Self:
        """Run a fitted reservoir on a sample and draw the spikes of its units.

        Parameters
        ----------
        reservoir : SpikingReservoir
            Fitted; it is not changed.
        X : array-like
            Samples, in any form that the reservoir takes.
        sample : int, default=0
            Which sample.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        SpikeRasterDisplay
        """
        one = look_again(reservoir, features="spikes", n_readouts=1).transform(X)[sample]
        n_units = reservoir.n_units
        groups = _by_sign(reservoir)
        duration = float(one.durations[0])
        return cls(one.times, one.channels, n_units, duration, groups).plot(ax)

    def plot(self, ax: Any = None, *, window: float | None = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        window : float, default=None
            Window of the rates (ms); None is a fiftieth of the sample.

        Returns
        -------
        self
        """
        ax = self._axes(ax)
        shown = _thinned(len(self.times))
        size = float(np.clip(900 / self.n_units, 3, 7))
        dots = []
        for (name, (first, end)), colour in zip(self._groups().items(), COLOURS, strict=False):
            mine = shown[(self.units[shown] >= first) & (self.units[shown] < end)]
            dots += ax.plot(self.times[mine], self.units[mine], ".", color=colour,
                            markersize=size, markeredgewidth=0, label=name)  # fmt: skip
        ax.set(xlabel="time (ms)", ylabel="unit", xlim=(0, self.duration))
        ax.set_ylim(-0.5, self.n_units - 0.5)
        above = ax.inset_axes([0, 1.03, 1, 0.22], sharex=ax)
        edges, rates = self._rates(self.duration / 50 if window is None else window)
        above.stairs(rates, edges, color="black", fill=True, alpha=0.6)
        above.set(ylabel="Hz", xlim=(0, self.duration), ylim=(0, None))
        above.tick_params(labelbottom=False)
        above.spines[["top", "right"]].set_visible(False)
        if self.groups:
            legend_above(ax, dots, 1.26)  # beyond the rates, where it covers no spike
            for handle in ax.get_legend().legend_handles:
                handle.set_markersize(9)
        return self

    def _groups(self) -> dict[str, tuple[int, int]]:
        return self.groups or {"units": (0, self.n_units)}

    def _rates(self, window: float) -> tuple[NDArray[Any], NDArray[Any]]:
        edges = np.linspace(0, self.duration, max(2, round(self.duration / window) + 1))
        counts = np.histogram(self.times, edges)[0]
        return edges, 1000 * counts / np.diff(edges) / self.n_units


def _by_sign(reservoir: Any) -> dict[str, tuple[int, int]] | None:
    """Return the excitatory and the inhibitory units, where every unit is one of them."""
    if reservoir.excitatory_fraction is None or reservoir.wiring is not None:
        return None
    n_units = reservoir.n_units
    n_excitatory = round(reservoir.excitatory_fraction * n_units)
    if not 0 < n_excitatory < n_units:
        return None
    return {"excitatory": (0, n_excitatory), "inhibitory": (n_excitatory, n_units)}


def _thinned(n_events: int) -> NDArray[Any]:
    """Return the numbers of the events to draw: every n-th if there are too many."""
    return np.arange(0, n_events, max(1, n_events // MAX_DOTS))
