"""One-step forecasting and system identification, learned online in one pass, then frozen.

Run from the repository's root; real data are read from ``SPARCELEARN_DATA``::

    python benchmarks/forecasting.py [mackey_glass] [santa_fe] [narma10] [--seeds 5] [--json]

Each task's series is divided into three parts in time: learn, validate, test. Settings are
chosen by the error on the validation part, with one seed that is not used again; each arm
chooses among equally many. Then every seed draws a reservoir, learns the first two parts once
in order, is frozen, and forecasts the test part. Errors are normalised by
the standard deviation (NRMSE) or variance (NMSE) of the test part. "Last value" forecasts the
last value; "ridge on delays" is a linear fit on the last ten inputs, in closed form.
"""

from __future__ import annotations

import argparse
import itertools
import os
import time
from collections.abc import Iterator
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from _results import write
from numpy.typing import NDArray
from sklearn.linear_model import Ridge

from sparcelearn import ReservoirRegressor
from sparcelearn.datasets import fetch_mackey_glass, fetch_santa_fe
from sparcelearn.readouts import RLSRegressor, SparceRegressor
from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir
from sparcelearn.reservoir.input_wiring import Delays

WASHOUT, VALIDATION_SEED = 100, 1000
Data = tuple[NDArray[np.float64], NDArray[np.float64]]


def mackey_glass() -> Data:
    return fetch_mackey_glass(return_X_y=True)


def santa_fe() -> Data:
    X, y = fetch_santa_fe(return_X_y=True)
    return X / 255, y / 255


def narma10(n_steps: int = 8000) -> Data:
    """Drive the tenth-order system of Atiya and Parlos by uniform noise in [0, 0.5]."""
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
    """Yield parameters of reservoir and readout: equally many for each arm."""
    kind, rule = arm.split(" + ")
    if kind == "rate":
        networks = [
            {"leak_rate": leak, "spectral_radius": radius, "input_scaling": scale}
            for leak, radius, scale in itertools.product((0.5, 1.0), (0.9,), (0.2, 1.0))
        ]
    else:
        networks = [
            {"input_wiring__max_lag": lag, "loop_gain": gain}
            for lag, gain in itertools.product((9, 19), (0.0, 0.8))
        ]
    if rule == "RLS":
        readouts = [{"alpha": alpha} for alpha in (1e-8, 1e-4)]
    else:
        readouts = [{"learning_rate": rate} for rate in (1e-3, 5e-3)]
    yield from itertools.product(networks, readouts)


def make(arm: str, n_units: int, seed: int, network: dict, readout: dict) -> ReservoirRegressor:
    """Return the model of an arm."""
    kind, rule = arm.split(" + ")
    common = {"carry_state": True, "dtype": "float64", "random_state": seed}
    if kind == "rate":
        reservoir = EchoStateReservoir(n_units, bias_scaling=0.2, **common, **network)
    else:
        reservoir = SpikingReservoir(n_units, input_wiring=Delays(), **common)
        reservoir.set_params(**network)
    if rule == "RLS":
        return ReservoirRegressor(reservoir, RLSRegressor(**readout), washout=WASHOUT)
    learner = SparceRegressor(0.2, solver="adam", alpha=0.0, random_state=seed, **readout)
    return ReservoirRegressor(reservoir, learner, washout=WASHOUT)


ARMS = [f"{kind} + {rule}" for kind in ("rate", "spiking") for rule in ("RLS", "SpaRCe")]


def error(kind: str, y: NDArray, forecast: NDArray) -> float:
    """Return NRMSE or NMSE."""
    nmse = float(np.mean((forecast - y) ** 2) / y.var())
    return nmse if kind == "NMSE" else nmse**0.5


def split(task: str) -> tuple[Data, Data, Data]:
    """Return what to learn from, what to validate on, and what to test on."""
    X, y = TASKS[task][0]()
    ends = np.cumsum(TASKS[task][2])
    return tuple((X[a:b], y[a:b]) for a, b in zip([0, *ends], ends, strict=False))


def choose(task: str, arm: str) -> tuple[dict[str, Any], dict[str, Any], float]:
    """Return the settings that forecast the validation part best."""
    _, n_units, _, kind = TASKS[task]
    learned, validation, _ = split(task)
    best: tuple[Any, ...] = (np.inf,)
    for network, readout in settings(arm):
        model = make(arm, n_units, VALIDATION_SEED, network, readout)
        try:
            model.partial_fit(*learned)
        except ValueError:  # diverged
            continue
        found = error(kind, validation[1], model.predict(validation[0]))
        best = min(best, (found, network, readout), key=lambda entry: entry[0])
    return best[1], best[2], best[0]


def test(task: str, arm: str, seed: int, network: dict, readout: dict) -> float:
    """Learn once from all parts before the test part; return the error on that."""
    _, n_units, _, kind = TASKS[task]
    learned, validation, tested = split(task)
    model = make(arm, n_units, seed, network, readout)
    model.partial_fit(*learned).partial_fit(*validation)
    return error(kind, tested[1], model.predict(tested[0]))


def baselines(task: str) -> dict[str, float]:
    """Return the errors of two models without a reservoir."""
    kind = TASKS[task][3]
    learned, validation, (X, y) = split(task)
    rows = np.concatenate([learned[0], validation[0], X])
    delays = np.hstack([np.roll(rows, k, axis=0) for k in range(10)])[10:]
    known = np.concatenate([learned[1], validation[1]])[10:]
    ridge = Ridge(1e-6).fit(delays[: len(known)], known)
    return {
        "last value": error(kind, y, X[:, 0]),
        "ridge on delays": error(kind, y, ridge.predict(delays[len(known) :])),
    }


def main() -> None:
    """Run the given tasks, print a table, write it if requested."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", nargs="*", help=f"of {', '.join(TASKS)}; all if none is named")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--arms", nargs="*", default=ARMS, choices=ARMS)
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    options = parser.parse_args()
    for task in options.tasks or TASKS:
        kind, n_units = TASKS[task][3], TASKS[task][1]
        print(f"{task}, {n_units} units, {kind} on the test stretch, {options.seeds} seeds")
        rows: dict[str, Any] = {name: {"errors": [e]} for name, e in baselines(task).items()}
        for arm in options.arms:
            start = time.perf_counter()
            network, readout, validated = choose(task, arm)
            errors = [test(task, arm, seed, network, readout) for seed in range(options.seeds)]
            rows[arm] = {
                "errors": errors,
                "validation_error": validated,
                "settings": {**network, **readout},
                "seconds": round(time.perf_counter() - start, 1),
            }
            print(f"    {arm}: {network} {readout}", flush=True)
        for name, row in rows.items():
            spread = f" ± {np.std(row['errors']):.2g}" if len(row["errors"]) > 1 else ""
            print(f"  {name:20} {np.mean(row['errors']):.3g}{spread}")
        if options.json:
            command = f"python benchmarks/forecasting.py {task} --json"
            record = {"numpy": np.__version__, "error": kind, "n_units": n_units, "rows": rows}
            write(f"forecasting_{task}", command, record)


if __name__ == "__main__":
    main()
