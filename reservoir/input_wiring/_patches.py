"""Patches in space and time: every unit hears a small part of a sensor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import RandomState
from scipy.ndimage import gaussian_filter

from .._rule import check_count
from ._input_wiring import InputWiring, Synapses

__all__ = ["Patches"]


@dataclass(frozen=True)
class Patches(InputWiring):
    """Every unit hears a random patch of the sensor, with random weights of sum 0.

    Channels are the places of a sensor of some ``shape``, its last axis first to change; of
    several maps, such as the two polarities of an event camera, one lies behind the other and a
    patch covers all, each with weights of its own. The patch of a unit lies at a random place and
    may reach over the edge. The rows of an image are channels of shape ``(n_rows,)``, its columns
    come one after another, and ``n_lags`` of them make the patch as wide as it is high.

    Parameters
    ----------
    shape : tuple of int
        Places of the sensor along each axis.
    width : int, default=4
        Width of a patch along each axis; all places where there are fewer.
    n_lags : int, default=1
        How many successive instants the patch covers.
    spacing : int, default=1
        From one of them to the next (rows, or of events ms).
    smoothing : float, default=0.0
        Standard deviation of the Gaussian filter that makes weights smooth, in places along the
        axes of the sensor and in instants along time.

    References
    ----------
    Coates, Ng, Lee, "An analysis of single-layer networks in unsupervised feature learning",
    AISTATS, 215-223, 2011.

    Examples
    --------
    >>> from numpy.random import RandomState
    >>> from sparcelearn.reservoir.input_wiring import Patches
    >>> rule = Patches(shape=(4, 4), width=2)
    >>> synapses = rule.synapses(RandomState(1), n_channels=16, n_units=1, n_rows=1)
    >>> synapses.channels
    array([ 9, 10, 13, 14])
    """

    shape: tuple[int, ...]
    width: int = 4
    n_lags: int = 1
    spacing: int = 1
    smoothing: float = 0.0

    def _check(self) -> None:
        if not isinstance(self.shape, tuple) or not self.shape:
            raise TypeError(f"shape must be a tuple of integers, not {self.shape!r}.")
        for places in self.shape:
            check_count("shape", places, 1)
        for name in ("width", "n_lags", "spacing"):
            check_count(name, getattr(self, name), 1)
        if not 0 <= self.smoothing < np.inf:
            raise ValueError(f"smoothing must be at least 0, not {self.smoothing!r}.")

    def synapses(
        self, random_state: RandomState, n_channels: int, n_units: int, n_rows: int
    ) -> Synapses:
        n_places = int(np.prod(self.shape))
        if n_channels % n_places:
            raise ValueError(
                f"input_wiring={self!r} needs a multiple of {n_places} channels; X has "
                f"{n_channels}."
            )
        n_maps = n_channels // n_places
        widths = [min(self.width, places) for places in self.shape]
        size = (n_units, self.n_lags, n_maps, *widths)
        weights = random_state.normal(size=size)
        if self.smoothing:
            along = [self.smoothing] * len(widths)
            weights = gaussian_filter(weights, (0, self.smoothing, 0, *along))
        patch = np.indices(size[1:]).reshape(3 + len(widths) - 1, -1)  # lag, map, place
        channel = np.broadcast_to(patch[1], (n_units, patch.shape[1]))
        is_inside = np.ones(channel.shape, dtype=bool)
        for axis, (places, width) in enumerate(zip(self.shape, widths, strict=True)):
            over = width // 4  # a patch lies inside by at least three quarters of its width
            first = random_state.randint(-over, places - width + over + 1, size=(n_units, 1))
            place = first + patch[2 + axis]
            is_inside &= (place >= 0) & (place < places)
            channel = channel * places + np.clip(place, 0, places - 1)
        # of sum 0 in each map, over what is inside
        weights = weights.reshape(n_units, -1) * is_inside
        by_map = patch[1] == np.arange(n_maps)[:, np.newaxis]
        for own in by_map:
            counts = is_inside[:, own].sum(axis=1, keepdims=True)
            if own.sum() > 1:
                weights[:, own] -= weights[:, own].sum(axis=1, keepdims=True) / counts
        unit, k = np.nonzero(is_inside)
        return Synapses(channel[unit, k], unit, patch[0][k] * self.spacing, weights[unit, k])
