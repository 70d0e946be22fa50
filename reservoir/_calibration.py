r"""Calibrating units one by one: what drives them is measured, without labels, and then frozen.

Every channel is centred and scaled by what was seen of it. Every unit :math:`j` hears a weighted
sum :math:`z_j(t)` of such channels. With :math:`\sigma_j` its spread, :math:`\theta_j` the least
constant drive at which the unit spikes, and :math:`Q_j(q)` the quantile of :math:`z_j` at a
:math:`q` drawn for the unit,

.. math:: \text{drive}_j(t) = \theta_j + |\theta_j|\, g\, \frac{z_j(t) - Q_j(q_j)}{\sigma_j}

with ``drive_spread`` :math:`g`. Where the drive inhibits, :math:`\theta_j < 0`, and the unit spikes
below the quantile at :math:`1 - q_j`. So no unit is dead or saturated, thresholds lie all over
what units hear, and neither scale nor offset of a channel matters.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sparcelearn._core.kernel_modules import load_module
from sparcelearn._core.kernel_text import assemble
from sparcelearn._core.sequences import Events, Sequences

__all__ = [
    "InputScale",
    "calibrate_units",
    "calibration_samples",
    "channel_scale",
    "unit_drives",
]

MAX_ROWS = 10_000  # rows of input that units are calibrated on
MAX_DRIVES = 2**22  # numbers held at once
CONSTANT = 1e-10  # a spread below this part of the largest value is one of rounding


class InputScale(NamedTuple):
    """What brings channels to one scale: a unit hears ``(x - mean) * scale``."""

    means: NDArray[np.float64]
    scales: NDArray[np.float64]


def calibration_samples(
    samples: Sequences | Events, n_rows: int | None, most: int = MAX_ROWS
) -> Sequences | Events:
    """Choose the samples to calibrate on: evenly spaced, or the start of a stream.

    Parameters
    ----------
    samples : Sequences or Events
        What is given to ``fit``.
    n_rows : int or None
        First rows of a stream; None where samples are independent.
    most : int, default=MAX_ROWS
        Rows of independent samples.

    Returns
    -------
    Sequences or Events
        Samples of at most so many rows, but at least one sample.
    """
    if n_rows is not None:
        last = int(np.searchsorted(samples.starts, n_rows, side="right")) - 1
        return samples.block(0, max(1, last))
    n_samples = max(1, most // int(samples.lengths.max()))
    if n_samples >= len(samples):
        return samples
    return samples.take(np.linspace(0, len(samples) - 1, n_samples).astype(int))


def channel_scale(rows: NDArray[np.floating]) -> InputScale:
    """Return mean and one over the spread of every channel; 0 where a channel is constant.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_channels)
        Values.

    Returns
    -------
    InputScale
    """
    largest = np.abs(rows).max(axis=0).astype(np.float64)
    parts = rows / np.where(largest > 0, largest, 1.0)  # whose squares are finite
    means, spreads = parts.mean(axis=0) * largest, parts.std(axis=0) * largest
    varies = spreads > CONSTANT * largest
    return InputScale(means, np.divide(1.0, spreads, out=np.zeros_like(means), where=varies))


def unit_drives(
    samples: Sequences, scale: InputScale, weights: sparse.csr_array, lags: NDArray[np.int64]
) -> Iterator[NDArray[np.float64]]:
    """Yield what units hear over all rows, a block of units at a time.

    Parameters
    ----------
    samples : Sequences
        Input.
    scale : InputScale
        The scale of each channel.
    weights : csr_array of shape (n_lags * n_channels, n_units)
        Input weights, lag by lag.
    lags : ndarray of shape (n_lags,)
        The lags (rows).

    Yields
    ------
    ndarray of shape (n_units of the block, n_rows)
    """
    kernel = load_module(assemble("sparcelearn.reservoir.kernels.unit_drives"))
    n_channels, n_units = len(scale.means), weights.shape[1]
    columns = np.ascontiguousarray(((samples.rows - scale.means) * scale.scales).T)
    by_unit = sparse.csc_array(weights)
    lag, channel = np.divmod(by_unit.indices.astype(np.int64), n_channels)
    starts = by_unit.indptr.astype(np.int64)
    n_at_once = max(1, MAX_DRIVES // columns.shape[1])
    for first in range(0, n_units, n_at_once):
        drives = np.empty((min(n_at_once, n_units - first), columns.shape[1]))
        kernel.compute_unit_drives(
            columns,
            samples.starts,
            starts[first : first + len(drives) + 1],
            channel,
            lags[lag],
            by_unit.data,
            drives,
        )
        yield drives


def calibrate_units(
    drives: Iterator[NDArray[np.float64]],
    quantiles: NDArray[np.float64],
    least: NDArray[np.float64],
    drive_spread: float,
    threshold: NDArray[np.float64] | float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the gain and the bias of each unit.

    Parameters
    ----------
    drives : iterable of ndarray of shape (n_units of a block, n_rows)
        What units hear, block by block.
    quantiles : ndarray of shape (n_units,)
        At which quantile of what it hears a unit begins to spike.
    least : ndarray of shape (n_units,)
        The least constant drive at which it spikes; below 0 where the drive inhibits.
    drive_spread : float
        The spread wanted of what drives a unit, in multiples of that.
    threshold : ndarray of shape (n_units,) or float
        The drive that a unit is to have at its quantile.

    Returns
    -------
    tuple of ndarray of shape (n_units,)
        Gain and bias; both 0 for a unit that hears nothing that varies.

    Raises
    ------
    ValueError
        If what a unit hears is not finite.
    """
    gains, biases = np.zeros(len(least)), np.zeros(len(least))
    threshold = np.broadcast_to(threshold, len(least))
    first = 0
    for block in drives:
        units = np.arange(first, first + len(block))
        first += len(block)
        with np.errstate(all="ignore"):
            spreads = block.std(axis=1)
        if not np.isfinite(spreads).all():
            unit = int(units[~np.isfinite(spreads)][0])
            raise ValueError(
                f"What unit {unit} hears of X is too large to measure: lower the weights of "
                "input_wiring."
            )
        varies = spreads > CONSTANT * np.abs(block).max(axis=1)
        gain = np.divide(
            drive_spread * np.abs(least[units]), spreads, out=np.zeros_like(spreads), where=varies
        )
        block.sort(axis=1)
        where = np.where(least[units] < 0, 1 - quantiles[units], quantiles[units])
        place = where * (block.shape[1] - 1)
        below = np.floor(place).astype(np.int64)
        above = np.minimum(below + 1, block.shape[1] - 1)
        row = np.arange(len(block))
        low, high = block[row, below], block[row, above]
        quantile = low + (place - below) * (high - low)
        gains[units] = gain
        biases[units] = np.where(varies, threshold[units] - gain * quantile, 0.0)
    return gains, biases
