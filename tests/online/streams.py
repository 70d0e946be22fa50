"""Small streams and the estimators that run on them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import sparse

from sparcelearn import AdaptiveIntervals, ReservoirClassifier, ReservoirRegressor
from sparcelearn.readouts import SparceClassifier, SparceRegressor
from sparcelearn.reservoir import LIF, EchoStateReservoir, SpikingReservoir

N_ROWS = 200
ROWS = np.random.RandomState(0).rand(N_ROWS, 2).cumsum(axis=0) % 2 - 1
VALUES = ROWS[:, 0] * ROWS[:, 1]
CLASSES = ["down", "flat", "up"]
LABELS = np.array(CLASSES)[np.digitize(ROWS[:, 0], [-0.3, 0.3])]


def reservoir(kind: str = "spiking", **parameters: Any) -> Any:
    """Return a small reservoir whose gain does not depend on the first piece."""
    defaults = {"n_units": 30, "carry_state": True, "random_state": 0}
    if kind == "spiking":
        defaults |= {"neuron": LIF, "steps_per_input": 5, "input_scaling": 40.0, "delay": 3.0}
        defaults |= {"loop_gain": 0.8, "features": "trace", "feature_scaling": None}
        return SpikingReservoir(**{**defaults, **parameters})
    return EchoStateReservoir(**{**defaults, "input_scaling": 1.0, **parameters})


def classifier(kind: str = "spiking", **parameters: Any) -> ReservoirClassifier:
    readout = SparceClassifier(batch_size=1, calibration_samples=60, random_state=0)
    return ReservoirClassifier(reservoir(kind), readout, **parameters)


def regressor(kind: str = "spiking", **parameters: Any) -> ReservoirRegressor:
    readout = SparceRegressor(batch_size=1, calibration_samples=60, solver="sgd", random_state=0)
    return ReservoirRegressor(reservoir(kind), readout, **parameters)


def feed(model: Any, rows: slice = slice(None)) -> Any:
    """Give rows in one piece."""
    if isinstance(model, ReservoirClassifier):
        return model.partial_fit(ROWS[rows], LABELS[rows], classes=CLASSES)
    return model.partial_fit(ROWS[rows], VALUES[rows])


def targets(model: Any) -> np.ndarray:
    return LABELS if isinstance(model, ReservoirClassifier) else VALUES


def digest(model: Any) -> str:
    """Return a digest of all that an estimator would take with it into another process.

    Left out are spikes that are no longer in use, and the coding level, which is that of
    the last call and so of the last piece.
    """
    found = hashlib.sha256()
    for part in parts(model):
        found.update(part)
    return found.hexdigest()


def parts(value: Any) -> Iterator[bytes]:
    if hasattr(value, "get_params"):
        yield from parts(value.__getstate__())
    elif isinstance(value, AdaptiveIntervals):
        yield from parts(vars(value))
    elif isinstance(value, dict):
        if "n_spikes" in value:  # what lies beyond the spikes in use means nothing
            in_use = np.arange(value["spikes"].shape[1]) < value["n_spikes"][:, np.newaxis]
            value = {**value, "spikes": np.where(in_use, value["spikes"], 0)}
        for key in sorted(value.keys() - {"coding_level_"}):
            yield key.encode()
            yield from parts(value[key])
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from parts(item)
    elif sparse.issparse(value):
        yield from parts([value.data, value.indices, value.indptr])
    elif isinstance(value, np.ndarray):
        yield f"{value.dtype}{value.shape}".encode() + value.tobytes()
    else:
        yield repr(value).encode()
