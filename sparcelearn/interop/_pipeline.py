"""The pipeline within the wrappers: a reservoir on swapped axes, and a readout."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.linear_model import RidgeClassifierCV
from sklearn.pipeline import Pipeline, make_pipeline

from sparcelearn.reservoir import SpikingReservoir


def make_reservoir(reservoir: Any, n_jobs: int | None, random_state: Any) -> Any:
    """Return a copy of the reservoir, or a spiking one of 500 units if there is none."""
    if reservoir is None:
        return SpikingReservoir(500, n_jobs=n_jobs, random_state=random_state)
    return clone(reservoir)


def make_model(reservoir: Any, readout: Any, n_jobs: int | None, random_state: Any) -> Pipeline:
    """Return an unfitted pipeline; the readout is ridge with a penalty it chooses, if None."""
    if readout is None:
        readout = RidgeClassifierCV(np.logspace(-3, 3, 10))
    return make_pipeline(make_reservoir(reservoir, n_jobs, random_state), clone(readout))
