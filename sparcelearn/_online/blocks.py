"""Models of the blocks of a field, and what they forecast together."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn.readouts import RLSRegressor
from sparcelearn.reservoir import EchoStateReservoir, Projection

from .closed_loop import ClosedLoop
from .neighbourhoods import Sites
from .regressor import ReservoirRegressor

__all__ = ["block_model", "run_together"]

DEFAULT_UNITS = 500


def block_model(random_state: Any) -> ReservoirRegressor:
    """Return the model of a block where none is given.

    Parameters
    ----------
    random_state : int, RandomState instance or None
        Seed of its reservoir.

    Returns
    -------
    ReservoirRegressor
    """
    reservoir = EchoStateReservoir(
        DEFAULT_UNITS,
        leak_rate=1.0,  # a field that is heard whole has little to remember
        spectral_radius=0.1,
        input_wiring=Projection(0.1),
        carry_state=True,
        random_state=random_state,
    )
    return ReservoirRegressor(reservoir, RLSRegressor(alpha=0.01))


def run_together(
    models: list[ReservoirRegressor],
    pieces: list[tuple[Sites, Sites]],
    rows: NDArray[np.float64],
    n_steps: int,
) -> NDArray[np.float64]:
    """Let models hear what they and their neighbours forecast. Their time does not move.

    Parameters
    ----------
    models : list of ReservoirRegressor
        A model for each block.
    pieces : list of (ndarray, ndarray)
        Sites of each block, and those that its model hears.
    rows : ndarray of shape (n_rows, n_sites)
        What is heard first.
    n_steps : int
        Number of forecasts.

    Returns
    -------
    ndarray of shape (n_steps, n_sites)
    """
    loops = [
        ClosedLoop(model, rows[:, heard]) for model, (_, heard) in zip(models, pieces, strict=True)
    ]
    field = np.empty((n_steps, rows.shape[1]))
    for k in range(n_steps):
        for loop, (own, heard) in zip(loops, pieces, strict=True):
            if k:
                loop.hear(field[k - 1, heard])
            field[k, own] = loop.predict()
    return field
