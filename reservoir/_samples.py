"""Samples for a network: checked, and followed row by row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.sample_lists import holds_sequences
from sparcelearn._core.sequences import Events, Sequences, as_sequences

from ._simulator import Simulator
from .kernels.layout import State

__all__ = ["check_form", "check_lengths", "checked_samples", "follow"]


def checked_samples(reservoir: Any, X: Any, *, reset: bool) -> Sequences:
    """Return ``X`` as samples laid end to end, with numbers that a reservoir's dtype can hold."""
    samples = as_sequences(reservoir, X, reset=reset, dtype=["float64", "float32"])
    largest = max(samples.rows.max(), -samples.rows.min())
    if largest > np.finfo(reservoir.dtype).max:
        raise ValueError(
            f"X contains NaN or infinity or a value too large for dtype({reservoir.dtype!r})."
        )
    return samples


def check_form(reservoir: Any, X: Any, samples: Sequences | Events) -> None:
    """Raise ValueError where samples are of another form than those that ``fit`` took.

    Sequences of one time step are rows, and in a stream the two may follow one another.

    Parameters
    ----------
    reservoir : BaseReservoir
        The reservoir, fitted.
    X : array-like, list or SpikeTrains
        Input as it came.
    samples : Sequences or Events
        The same, laid end to end.
    """
    form = "events" if isinstance(samples, Events) else "rows"
    fitted = "events" if reservoir._simulator.form == "events" else "rows"
    if form != fitted:
        raise ValueError(
            f"X holds {form}, but the reservoir was fitted on {fitted}: what units hear differs. "
            "Fit it again; 0s and 1s are events as SpikeTrains.from_dense."
        )
    takes_sequences = reservoir._takes_sequences
    if form == "events" or reservoir.carry_state or takes_sequences is None:
        return
    if takes_sequences and not holds_sequences(X):
        raise ValueError(
            f"X holds {len(samples)} rows, each a sample of one time step, but the reservoir was "
            "fitted on sequences. For one sequence give [X] or X[np.newaxis]."
        )
    if not takes_sequences and samples.lengths.max() > 1:
        raise ValueError(
            f"X holds sequences of up to {samples.lengths.max()} time steps, but the reservoir was "
            "fitted on rows, each a sample of one time step. Fit it again, on sequences; the rows "
            "of sequences are np.concatenate(X)."
        )


def check_lengths(simulator: Simulator, samples: Sequences | Events) -> None:
    """Raise ValueError where a sample has fewer steps than instants at which it is read."""
    n_readouts, rows = simulator.n_readouts, int(samples.lengths.min()) + simulator.padding
    steps = rows * simulator.steps_per_row
    if steps < n_readouts:
        raise ValueError(
            f"n_readouts={n_readouts} needs as many simulation steps, but the shortest "
            f"sample in X has {steps}."
        )


def follow(
    simulator: Simulator, samples: Sequences | Events
) -> tuple[NDArray[Any], NDArray[np.int64], State]:
    """Run rows one after another, from rest, and read the network after each.

    Parameters
    ----------
    simulator : Simulator
        The network.
    samples : Sequences or Events
        The rows of one sequence.

    Returns
    -------
    features : ndarray of shape (n_rows, n_features)
    spike_counts : ndarray of shape (n_units,)
    state : State
        Where the sequence ends.
    """
    rows = replace(samples, starts=np.arange(samples.starts[-1] + 1))
    features, counts, end = replace(simulator, n_readouts=1).run(rows, start=simulator.rest)
    return features.reshape(len(features), -1), counts, end
