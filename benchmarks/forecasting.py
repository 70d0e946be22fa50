"""One-step forecasting and system identification, learned online in one pass, then frozen.

Run from the repository's root; real data are looked for in ``SPARCELEARN_DATA``::

    python benchmarks/forecasting.py [mackey_glass] [santa_fe] [narma10] [--seeds 5] [--json]

Each task's series is cut into three stretches in time: learn, validate, test. Settings are
chosen by the error on the validation stretch, with one seed that is not used again; each
arm chooses among as many. Then every seed draws a reservoir, learns the first two stretches
once from left to right, is frozen, and forecasts the test stretch. Errors are normalised by
the standard deviation (NRMSE) or variance (NMSE) of the test stretch. "Last value" forecasts
what was seen last; "ridge on delays" is a linear fit on the last ten inputs, in closed form.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

from sparcelearn import ReservoirRegressor
from sparcelearn.datasets import fetch_mackey_glass, fetch_santa_fe
from sparcelearn.readouts import RLSRegressor, SparceRegressor
from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir

WASHOUT, VALIDATION_SEED = 100, 1000
Data = tuple[NDArray[np.float64], NDArray[np.float64]]


def mackey_glass() -> Data:
    return fetch_mackey_glass(return_X_y=True)


def santa_fe() -> Data:
    X, y = fetch_santa_fe(return_X_y=True)
    return X / 255, y / 255


def narma10(n_steps: int = 8000) -> Data:
    """The tenth-order system of Atiya and Parlos, driven by uniform noise in [0, 0.5]."""
    u = np.random.RandomState(0).uniform(0, 0.5, n_steps)
    y = np.zeros(n_steps + 1)
    for t in range(9, n_steps):
        past = y[t - 9 : t + 1].sum()
        y[t + 1] = 0.3 * y[t] + 0.05 * y[t] * past + 1.5 * u[t - 9] * u[t] + 0.1
    return u[:, np.newaxis], y[1:]


# task: data, units, how many rows to learn, validate and test on, and the error
TASKS: dict[str, Any] = {
    "mackey_glass": (mackey_glass, 500, (4000, 1000, 2000), "NRMSE"),
    "santa_fe": (santa_fe, 500, (4000, 1000, 2000), "NMSE"),
    "narma10": (narma10, 200, (4000, 1000, 2000), "NRMSE"),
}


def settings(arm: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield parameters of reservoir and readout: as many for each arm."""
    kind, rule = arm.split(" + ")
    if kind == "rate":
        networks = [
            {"leak_rate": leak, "spectral_radius": radius, "input_scaling": scale}
            for leak, radius, scale in itertools.product((0.5, 1.0), (0.8, 0.95), (0.2, 1.0))
        ]
    else:
        networks = [
            {"bias_scaling": bias, "tau_trace": tau, "recurrent_scaling": recurrent}
            for bias, tau, recurrent in itertools.product((2.0, 8.0), (10.0, 30.0), (0.3, 2.0))
        ]
    if rule == "RLS":
        readouts = [{"alpha": alpha} for alpha in (1e-8, 1e-5, 1e-2)]
    else:
        readouts = [{"learning_rate": rate} for rate in (3e-4, 1e-3, 3e-3)]
    yield from itertools.product(networks, readouts)


def make(arm: str, n_units: int, seed: int, network: dict, readout: dict) -> ReservoirRegressor:
    """Put an arm together."""
    kind, rule = arm.split(" + ")
    common = {"carry_state": True, "dtype": "float64", "random_state": seed}
    if kind == "rate":
        reservoir = EchoStateReservoir(n_units, bias_scaling=0.2, **common, **network)
    else:
        reservoir = SpikingReservoir(n_units, features=("trace", "membrane"), **common, **network)
    if rule == "RLS":
        return ReservoirRegressor(reservoir, RLSRegressor(**readout), washout=WASHOUT)
    sparsity = 0.2 if rule == "SpaRCe" else None
    learner = SparceRegressor(sparsity, batch_size=1, random_state=seed, **readout)
    return ReservoirRegressor(reservoir, learner, washout=WASHOUT)


ARMS = [f"{kind} + {rule}" for kind in ("rate", "spiking") for rule in ("RLS", "SpaRCe", "Adam")]


def error(kind: str, y: NDArray, forecast: NDArray) -> float:
    """Return NRMSE or NMSE."""
    nmse = float(np.mean((forecast - y) ** 2) / y.var())
    return nmse if kind == "NMSE" else nmse**0.5
