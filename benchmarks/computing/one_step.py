"""One step ahead: how far local learning goes, and what thresholds cost least squares.

    python benchmarks/computing/one_step.py --wide --json

Mackey-Glass and Santa Fe (500 units), NARMA10 (200 units), reservoirs with nothing set but their
size and float64. The first
4,000 rows are learned from after a washout of 100, and the next 1,000 choose the level of sparsity,
out of five, with a seed that is not used again. Then seeds 0 to 2 draw reservoirs; readouts learn
from both parts, are frozen, and forecast 2,000 rows.

Readouts, with nothing set but the level: SpaRCe in one pass over the rows in their order (as
streams are learned), SpaRCe by ``fit`` in 20 passes, and `SparseCode` in front of recursive least
squares with a penalty of 1e-8; then least squares without thresholds; with ``--wide`` also, on
Mackey-Glass, 3,000 units at a level of 0.5, which takes long. Beside them the last value, and ridge
regression on the last ten inputs with its penalty chosen on the same 1,000 rows. Errors: NMSE of
Santa Fe, NRMSE of the others.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from _results import write
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from streams import data

from sparcelearn.readouts import RLSRegressor, SparceRegressor, SparseCode
from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir

N_UNITS = {"Mackey-Glass": 500, "NARMA10": 200, "Santa Fe": 500}
LEARNED, VALIDATED, ALL, TESTED = (
    slice(100, 4000),
    slice(4000, 5000),
    slice(100, 5000),
    slice(5000, 7000),
)
SEEDS, VALIDATION_SEED = range(3), 1000
LEVELS = (0.0, 0.2, 0.4, 0.6, 0.8)
RESERVOIRS = {
    "rate units": EchoStateReservoir(),
    "spiking units": SpikingReservoir(),
}
WIDE, WIDE_LEVEL = 3000, 0.5
PENALTY = 1e-8


def one_pass(level: float, seed: int, X: NDArray[Any], y: NDArray[Any]) -> Any:
    """Return SpaRCe after one pass over rows."""
    return SparceRegressor(level, random_state=seed).partial_fit(X, y)


def twenty_passes(level: float, seed: int, X: NDArray[Any], y: NDArray[Any]) -> Any:
    """Return SpaRCe after 20 passes."""
    return SparceRegressor(level, max_iter=20, random_state=seed).fit(X, y)


def code_and_rls(level: float, seed: int, X: NDArray[Any], y: NDArray[Any]) -> Any:
    """Return least squares on a sparse code."""
    return make_pipeline(SparseCode(level, random_state=seed), RLSRegressor(PENALTY)).fit(X, y)


READOUTS = {
    "SpaRCe, one pass": one_pass,
    "SpaRCe, 20 passes": twenty_passes,
    "SparseCode + RLS": code_and_rls,
}


def states(kind: str, task: str, n_units: int, seed: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return what the units of a reservoir hold, and the targets."""
    X, y = (part[: TESTED.stop] for part in data(task))
    common = {"n_units": n_units, "carry_state": True, "dtype": "float64", "random_state": seed}
    reservoir = clone(RESERVOIRS[kind]).set_params(**common)
    return reservoir.fit(X[: LEARNED.stop]).transform(X), y


def error(task: str, model: Any, X: NDArray[Any], y: NDArray[Any], rows: slice) -> float:
    """Return the error of forecasts of some rows."""
    nmse = float(np.mean((model.predict(X[rows]) - y[rows]) ** 2) / y[rows].var())
    return nmse if task == "Santa Fe" else nmse**0.5


def chosen_levels(kind: str, task: str) -> dict[str, float]:
    """Return the level that each readout forecasts the validation rows with best."""
    X, y = states(kind, task, N_UNITS[task], VALIDATION_SEED)
    found = {}
    for name, learn in READOUTS.items():
        errors = [
            error(task, learn(level, VALIDATION_SEED, X[LEARNED], y[LEARNED]), X, y, VALIDATED)
            for level in LEVELS
        ]
        found[name] = LEVELS[int(np.nanargmin(errors))]
    return found


def arms(kind: str, task: str, wide: bool) -> dict[str, dict[str, Any]]:
    """Return the level and the errors of each readout behind a reservoir."""
    levels = chosen_levels(kind, task)
    table: dict[str, dict[str, Any]] = {}
    for seed in SEEDS:
        X, y = states(kind, task, N_UNITS[task], seed)
        models = {
            name: (level, READOUTS[name](level, seed, X[ALL], y[ALL]))
            for name, level in levels.items()
        }
        models["RLS, no thresholds"] = None, RLSRegressor(PENALTY).fit(X[ALL], y[ALL])
        found = {name: (level, error(task, m, X, y, TESTED)) for name, (level, m) in models.items()}
        if wide and task == "Mackey-Glass":
            X, y = states(kind, task, WIDE, seed)
            model = code_and_rls(WIDE_LEVEL, seed, X[ALL], y[ALL])
            name = f"SparseCode + RLS, {WIDE:,} units"
            found[name] = WIDE_LEVEL, error(task, model, X, y, TESTED)
        for name, (level, value) in found.items():
            row = table.setdefault(f"{kind}, {name}", {"level": level, "errors": []})
            row["errors"].append(value)
    return table


def baselines(task: str) -> dict[str, dict[str, Any]]:
    """Return the errors of the last value and of ridge regression on the last ten inputs."""
    X, y = (part[: TESTED.stop] for part in data(task))
    lags = np.hstack([np.roll(X, k, axis=0) for k in range(10)])
    lags = (lags - lags[ALL].mean(axis=0)) / lags[ALL].std(axis=0)
    penalties = 10.0 ** np.arange(-8, 3)
    errors = [
        error(task, Ridge(p).fit(lags[LEARNED], y[LEARNED]), lags, y, VALIDATED) for p in penalties
    ]
    ridge = Ridge(penalties[int(np.argmin(errors))]).fit(lags[ALL], y[ALL])
    last = y[TESTED.start - 1 : TESTED.stop - 1]
    nmse = float(np.mean((last - y[TESTED]) ** 2) / y[TESTED].var())
    return {
        "last value": {"errors": [nmse if task == "Santa Fe" else nmse**0.5]},
        "ridge on ten inputs": {"errors": [error(task, ridge, lags, y, TESTED)]},
    }


def main() -> None:
    """Print a table of tasks and arms."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", nargs="*", help=f"of {', '.join(N_UNITS)}; all if none is named")
    parser.add_argument("--wide", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", (ConvergenceWarning, UserWarning))
    table = {}
    for task in arguments.tasks or N_UNITS:
        table[task] = baselines(task)
        for kind in RESERVOIRS:
            table[task] |= arms(kind, task, arguments.wide)
        for name, row in table[task].items():
            level = f"level {row['level']}" if "level" in row else ""
            mean, spread = np.mean(row["errors"]), np.std(row["errors"])
            print(f"{task:13} {name:46} {level:11} {mean:.5f} +- {spread:.5f}", flush=True)
    if arguments.json:
        wide = "--wide " if arguments.wide else ""
        command = f"python benchmarks/computing/one_step.py {wide}--json"
        write("computing_one_step", command, {"tasks": table})


if __name__ == "__main__":
    main()
