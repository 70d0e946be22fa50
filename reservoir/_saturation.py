"""Rate units that do not feel their input, because of its offset or its scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sparcelearn._core.sequences import Sequences
from sparcelearn._core.warning import warn

from ._working_point import one_step
from .equations import Program

__all__ = ["warn_if_deaf"]

DEAF = 0.05  # of what a unit would feel of a small input around 0
FEW = 0.5  # of the units
MAX_ROWS = 1000
SMALL = 0.1


def warn_if_deaf(
    program: Program,
    rest: NDArray[np.float64],
    samples: Sequences,
    weights: sparse.csr_array,
    bias: NDArray[np.float64],
) -> None:
    """Warn where most units hardly answer to the changes of their input.

    Parameters
    ----------
    program : Program
        The units.
    rest : ndarray of shape (n_states, n_units)
        Their state at rest.
    samples : Sequences
        Input.
    weights : csr_array of shape (n_lags * n_channels, n_units)
        Input weights, gain included.
    bias : ndarray of shape (n_units,)
        Constant drive.
    """
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
        is_deaf = hears & (wanted > 0) & (felt < DEAF * wanted)
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
