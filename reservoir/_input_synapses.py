"""Input synapses as a matrix: drawn by a rule, or given as matrices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy import sparse

from .input_wiring import InputWiring, Synapses
from .wiring._scaling import as_matrix

__all__ = ["draw_input_synapses"]

LONGEST_LAG = 100_000  # of lags longer than samples: rows on their way are kept


def draw_input_synapses(
    random_state: RandomState,
    wirings: Mapping[str, Any],
    *,
    n_channels: int,
    n_units: int,
    n_rows: int,
    step: float | None,
) -> tuple[sparse.csr_array, NDArray[np.int64]]:
    """Connect channels to units, each synapse with a weight and a lag.

    Parameters
    ----------
    random_state : RandomState
        Source of randomness.
    wirings : mapping of str to InputWiring, matrix of shape (n_channels, n_units), or dict
        What to draw, or to take as it is, lags to matrices: of each synaptic channel, or of all.
        By the name that it has in messages.
    n_channels, n_units : int
        Numbers of channels and of units.
    n_rows : int
        Rows of a typical sample.
    step : float or None
        Length of a step of events (ms), in which lags are given then; None for lags in rows.

    Returns
    -------
    weights : csr_array of shape (n_wirings * n_lags * n_channels, n_units)
        Row ``k * n_channels + c`` holds the weights of channel ``c`` at the ``k``-th lag; those
        of the second wiring come after all of the first.
    lags : ndarray of shape (n_lags,)
        The different lags, rising, in rows.
    """
    longest = n_rows if step is None else max(1, round(n_rows * step))
    size = n_channels, n_units
    parts = [
        _drawn(name, wiring, random_state, *size, longest)
        if isinstance(wiring, InputWiring)
        else _given(name, wiring, size, step)
        for name, wiring in wirings.items()
    ]
    part = np.repeat(np.arange(len(parts)), [len(drawn.units) for drawn in parts])
    drawn = Synapses(*map(np.concatenate, zip(*parts, strict=True)))
    rows = np.rint(drawn.lags / (step or 1.0))
    most = max(n_rows, LONGEST_LAG)
    if rows.max(initial=0) > most:
        raise ValueError(
            f"input_wiring has a lag of {rows.max():g} steps; at most {most} are kept."
        )
    lags, group = np.unique(rows.astype(np.int64), return_inverse=True)
    if not lags.size:
        lags = np.zeros(1, dtype=np.int64)
    places = (part * len(lags) + group) * n_channels + drawn.channels
    shape = (len(parts) * len(lags) * n_channels, n_units)
    weights = sparse.csr_array(
        sparse.coo_array((drawn.weights, (places, drawn.units)), shape=shape)
    )
    weights.sum_duplicates()
    return weights, lags


def _drawn(name: str, rule: InputWiring, *drawn_for: Any) -> Synapses:
    """Draw by a rule; where it does not go with the input, say which rule."""
    try:
        return rule.synapses(*drawn_for)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _given(name: str, wiring: Any, shape: tuple[int, int], step: float | None) -> Synapses:
    """Return the synapses of one matrix, or of one for each lag."""
    by_lag = wiring if isinstance(wiring, Mapping) else {0: wiring}
    parts = []
    for lag, matrix in by_lag.items():
        if not isinstance(lag, (int, float, np.number)) or not 0 <= lag < np.inf:
            hint = "; names are for inputs and synaptic channels of spiking units"
            raise ValueError(
                f"{name} has the lag {lag!r}; lags must be at least 0"
                f"{hint if isinstance(lag, str) else ''}."
            )
        if step is None and lag != int(lag):
            raise ValueError(f"{name} has the lag {lag!r}; lags of rows are whole numbers of rows.")
        if not isinstance(matrix, np.ndarray) and not sparse.issparse(matrix):
            raise TypeError(
                f"{name} must hold rules, such as Projection(), or matrices of shape {shape}, "
                f"not {matrix!r}."
            )
        entries = as_matrix(name, matrix, shape).tocoo()
        parts.append((entries.row, entries.col, np.full(entries.nnz, float(lag)), entries.data))
    if not parts:
        raise ValueError(f"{name} must hold at least one matrix.")
    return Synapses(*map(np.concatenate, zip(*parts, strict=True)))
