"""Forecasts that are fed back: Mackey-Glass and Lorenz's attractor.

    python benchmarks/computing/closed_loop.py --json

Mackey-Glass (tau 17): the root mean squared error 84 steps ahead, over the standard deviation, at
50 starts of the test stretch (NRMSE84). Lorenz 1963 (rows of 0.02): for how long forecasts are
valid, until their error exceeds 0.4 of the mean size of the series, in Lyapunov times of 1 / 0.906,
the mean of 20 starts. Settings are drawn at random, the same number for each arm, chosen on a
validation stretch with a seed that is not used again; then seeds 0 to 2 are tested, each after
learning all that comes before the test stretch. 300 rate units, calibrated, and with nothing set
but the penalty; the same not calibrated, an echo state network as first described; 1,000 spiking
units.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from _results import read, write
from numpy.typing import NDArray
from sklearn.linear_model import Ridge

from sparcelearn import ReservoirRegressor
from sparcelearn.datasets import make_lorenz, make_mackey_glass
from sparcelearn.reservoir import Delays, EchoStateReservoir, SpikingReservoir

NAME = "computing_closed_loop"
WASHOUT, LEARNED, N_VALIDATED, VALIDATION_SEED = 100, 4000, 10, 1000
LYAPUNOV, LORENZ_STEP = 0.906, 0.02
ARMS = ("rate", "rate, nothing set", "rate, not calibrated", "spiking")
TASKS = {"mackey_glass": (84, 50), "lorenz": (600, 20)}  # steps ahead, and test starts


def series_of(task: str) -> NDArray[np.float64]:
    """Return a series, centred and scaled by its first part."""
    if task == "lorenz":
        rows = make_lorenz(20_000, dt=LORENZ_STEP, random_state=0)
    else:
        rows = make_mackey_glass(12_000, random_state=0)
    known = rows[:LEARNED]
    return (rows - known.mean(axis=0)) / known.std(axis=0)


def settings(arm: str, rng: np.random.RandomState) -> dict[str, Any]:
    """Draw the settings of a reservoir, and the penalty of the readout."""
    alpha = 10 ** rng.uniform(-9, -4)
    if arm == "rate, nothing set":
        return {"alpha": alpha}
    if arm == "rate":
        return {
            "spectral_radius": rng.uniform(0.0, 1.2),
            "leak_rate": rng.uniform(0.2, 1.0),
            "drive_spread": 10 ** rng.uniform(-1.3, 0.3),
            "input_wiring__max_lag": int(rng.randint(1, 20)),
            "alpha": alpha,
        }
    if arm == "rate, not calibrated":
        return {
            "spectral_radius": rng.uniform(0.3, 1.4),
            "leak_rate": rng.uniform(0.2, 1.0),
            "input_scaling": 10 ** rng.uniform(-1.3, 0.3),
            "bias_scaling": rng.uniform(0.0, 1.0),
            "alpha": alpha,
        }
    return {
        "loop_gain": rng.uniform(0.0, 1.0),
        "drive_spread": 10 ** rng.uniform(0.0, 1.2),
        "input_wiring__max_lag": int(rng.randint(5, 40)),
        "alpha": alpha * 1e3,
    }


def model_of(arm: str, seed: int, chosen: dict[str, Any]) -> ReservoirRegressor:
    """Return a model that has learned nothing."""
    network = {name: value for name, value in chosen.items() if name != "alpha"}
    common = {"carry_state": True, "dtype": "float64", "random_state": seed}
    if arm == "spiking":
        reservoir: Any = SpikingReservoir(1000, input_wiring=Delays(), **common)
    elif arm == "rate, not calibrated":
        reservoir = EchoStateReservoir(300, input_scaling=1.0, **common)
    else:
        reservoir = EchoStateReservoir(300, input_wiring=Delays(), **common)
    readout = Ridge(chosen["alpha"], solver="cholesky" if arm == "spiking" else "svd")
    return ReservoirRegressor(reservoir.set_params(**network), readout, washout=WASHOUT)


def figure(task: str, model: ReservoirRegressor, rows: NDArray[Any], starts: Any) -> float:
    """Return NRMSE84, or the mean valid time; forecasts begin at each of the starts."""
    horizon, found = TASKS[task][0], []
    model.reset_state()
    for start in starts:
        past = rows[start - 300 : start]
        try:
            forecast = model.generate(horizon, past).reshape(horizon, -1)
        except ValueError:  # not finite
            forecast = np.full((horizon, rows.shape[1]), np.inf)
        error = np.linalg.norm(forecast - rows[start : start + horizon], axis=1)
        if task == "mackey_glass":
            found.append(min(error[-1], 1e3) ** 2)
        else:
            is_off = error > 0.4 * np.sqrt(np.mean(np.sum(rows**2, axis=1)))
            n_valid = int(np.argmax(is_off)) if is_off.any() else horizon
            found.append(n_valid * LORENZ_STEP * LYAPUNOV)
    mean = float(np.mean(found))
    return mean**0.5 / rows.std() if task == "mackey_glass" else mean


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", nargs="*")
    parser.add_argument("--arms", nargs="*", default=ARMS)
    parser.add_argument("--trials", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    stored = read(NAME) if options.json else {}  # arms that are not measured stay
    table: dict[str, Any] = {task: stored.get(task, {}) for task in TASKS}
    for task in options.tasks or TASKS:
        rows, horizon = series_of(task), TASKS[task][0]
        validated = LEARNED + 300 + np.arange(N_VALIDATED) * 100
        known = int(validated[-1]) + horizon
        tested = known + 300 + np.arange(TASKS[task][1]) * 100
        for arm in options.arms:
            best: tuple[float, dict[str, Any]] = (np.inf, {})
            rng = np.random.RandomState(0)
            for _ in range(options.trials):
                chosen = settings(arm, rng)
                model = model_of(arm, VALIDATION_SEED, chosen)
                model.fit(rows[: LEARNED - 1], rows[1:LEARNED])
                value = figure(task, model, rows, validated)
                best = min(best, (value if task == "mackey_glass" else -value, chosen), key=_first)
            found = []
            for seed in range(3):
                model = model_of(arm, seed, best[1]).fit(rows[: known - 1], rows[1:known])
                found.append(figure(task, model, rows, tested))
            table[task][arm] = {"found": found, "settings": best[1]}
            print(task, arm, np.round(found, 4), {k: round(v, 4) for k, v in best[1].items()})
            if options.json:  # after each, as a campaign takes long
                write(NAME, f"python benchmarks/computing/{NAME[10:]}.py --json", table)


def _first(pair: tuple[float, Any]) -> float:
    return pair[0]


if __name__ == "__main__":
    main()
