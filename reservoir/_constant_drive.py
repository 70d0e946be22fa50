"""Uncoupled units at a constant drive each: how the scales of input and of time are measured."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.arrays import read_only
from sparcelearn._core.sequences import Events, Sequences

from ._recording import batch_of
from ._simulator import Simulator
from .kernels.layout import Raster, State

__all__ = ["at_constant_drive", "intervals", "unchecked"]


def unchecked(
    units: Simulator,
    samples: Sequences | Events,
    *,
    is_recorded: bool = False,
    start: State | None = None,
) -> tuple[Raster, State, NDArray[np.int64]]:
    """Run one sample, whether it ends finite or not.

    Parameters
    ----------
    units : Simulator
        The units.
    samples : Sequences or Events
        The sample.
    is_recorded : bool, default=False
        Whether spikes are written down.
    start : State, default=None
        Where units begin; None is at rest.

    Returns
    -------
    tuple of (Raster, State, ndarray of shape (n_units,))
        The spikes, the state at the end, and how many spikes each unit has.
    """
    silent, is_first = units.unread(), np.array([start is None])
    n_steps = int(samples.starts[-1]) * silent.steps_per_row

    def run_block(first: int, last: int, is_stopped: Any) -> Any:
        state, counts = silent.copied(start), np.zeros(units.n_units, dtype=np.int64)
        raster = silent.room_for_spikes(n_steps if is_recorded else 0)
        batch = batch_of(samples, is_first, silent.keys(samples, start), is_stopped)
        out = np.empty((1, 1, 0, units.n_units), dtype=units.network.bias.dtype)
        silent.compute(samples, silent.sampling(n_steps), batch, state, out, counts, raster)
        return Raster(raster.units[: raster.n_spikes.sum()], raster.n_spikes), state, counts

    runs = silent.in_threads(run_block, samples, None, None, verbose=False)
    return runs[0]


def at_constant_drive(
    units: Simulator, drive: NDArray[np.float64], n_steps: int
) -> tuple[Simulator, Sequences | Events]:
    """Return units driven by a constant each, and a sample of so many steps, to be run.

    Parameters
    ----------
    units : Simulator
        The units, without input or recurrence.
    drive : ndarray of shape (n_units,)
        What drives each.
    n_steps : int
        Steps of the sample.

    Returns
    -------
    tuple of (Simulator, Sequences or Events)
    """
    bias = np.zeros_like(units.network.bias)
    begin = units.measured_input * units.n_units
    bias[begin : begin + units.n_units] = drive
    network = units.network._replace(bias=read_only(bias))
    n_rows = -(-n_steps // network.steps_per_input)
    starts = np.array([0, n_rows])
    samples: Sequences | Events
    if units.form == "events":
        samples = Events(np.zeros(0, np.int32), np.zeros(n_rows + 1, np.int64), starts)
    else:
        samples = Sequences(np.zeros((n_rows, units.n_channels)), starts)
    return replace(units, network=network), samples


def intervals(units: Simulator, drive: NDArray[np.float64], span: float) -> NDArray[np.float64]:
    """Return the mean interval between spikes in the second half of a run.

    Parameters
    ----------
    units : Simulator
        The units, without input or recurrence.
    drive : ndarray of shape (n_units,)
        What drives each.
    span : float
        How long it runs (ms).

    Returns
    -------
    ndarray of shape (n_units,)
        In ms; NaN below three spikes, and infinite where the state of a unit overflows.
    """
    driven, samples = at_constant_drive(units, drive, round(span / units.dt))
    raster, state, _ = unchecked(driven, samples, is_recorded=True)
    times = np.repeat(np.arange(len(raster.n_spikes)), raster.n_spikes) * units.dt
    means = np.full(units.n_units, np.nan)
    for unit in range(units.n_units):
        own = times[raster.units == unit]
        own = own[own >= span / 2]
        if len(own) >= 3:
            means[unit] = (own[-1] - own[0]) / (len(own) - 1)
    overflows = ~np.isfinite(state.variables).all(axis=0)
    return np.where(overflows, np.inf, means)
