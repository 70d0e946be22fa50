"""Rate units that do not feel their input, because of its offset or its scale."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.sequences import Sequences
from sparcelearn._core.warning import warn

from ._working_point import one_step
from .equations import Program

__all__ = ["warn_if_deaf"]

DEAF = 0.05  # of what a unit would feel of a small input around 0
EXTREME = 5.0  # times its spread from 0, or a spread itself: by less, some units may be silent
FEW = 0.5  # of the units
MAX_ROWS = 1000
SMALL = 0.1


def warn_if_deaf(reservoir: Any, samples: Any) -> None:
    """Warn where most units hardly answer to the changes of their input.

    Nothing is said of units that are calibrated, of events, or before a stream's calibration ends.

    Parameters
    ----------
    reservoir : EchoStateReservoir
        The network, drawn.
    samples : Sequences or Events
        Input.
    """
    if reservoir.input_scaling == "auto" or reservoir._seen is not None:
        return
    if not isinstance(samples, Sequences):
        return
    program, rest, bias = reservoir._simulator.program, reservoir.rest_, reservoir.bias_
    weights = reservoir.input_weights_
    rows = samples.rows[:: max(1, len(samples.rows) // MAX_ROWS)].astype(np.float64)
    n_channels = rows.shape[1]
    n_lags = weights.shape[0] // n_channels
    at_once = weights[:n_channels]
    for k in range(1, n_lags):
        at_once = at_once + weights[k * n_channels : (k + 1) * n_channels]
    with np.errstate(all="ignore"):
        drive = rows @ at_once
        mean, spread = drive.mean(axis=0) + bias, drive.std(axis=0)
        hears = np.isfinite(spread) & (spread > 1e-6 * (1 + np.abs(mean)))
        felt = _rise(program, rest, mean, spread) / spread
        wanted = _rise(program, rest, np.zeros_like(mean), np.full_like(mean, SMALL)) / SMALL
        is_extreme = (np.abs(mean) > EXTREME * spread) | (spread > EXTREME)
        is_deaf = hears & is_extreme & (wanted > 0) & (felt < DEAF * wanted)
    if np.mean(is_deaf[hears]) > FEW if hears.any() else False:
        center, width = np.median(np.abs(mean[is_deaf])), np.median(spread[is_deaf])
        warn(
            f"{np.mean(is_deaf):.0%} of the units hardly answer to their input: it drives them "
            f"around {center:.3g}, with a spread of {width:.3g}, where they are saturated. Take "
            "input_scaling='auto', or a lower one, or bring X to a mean of 0 and a spread of 1."
        )


def _rise(
    program: Program,
    rest: NDArray[np.float64],
    center: NDArray[np.float64],
    spread: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return by how much the first variable differs between two drives, a step later."""
    low, high = (one_step(program, rest, center + sign * spread)[0] for sign in (-1, 1))
    return np.abs(high - low) / 2
