"""How many values lie inside intervals of 90 %, on streams that stay and a stream that changes.

    python benchmarks/computing/intervals.py --json

`ReservoirForecaster` with its defaults (rate units), and with 500 spiking units, forecasts 1 and 12
steps ahead. It is fitted to the first 1,500 rows, and then learns on, row by row. Series:
Mackey-Glass with noise of a tenth of its spread, Santa Fe's laser, and a drifting one: a noisy
second-order oscillation whose period and noise change in the middle of the rest, over 500 rows.
Coverage is counted over the 500 rows before the middle, the 500 in which the series changes, and
the 500 after, and over every window of 500 rows in turn: lowest and highest are printed. "fixed"
are the same forecasts with intervals that stay as they were after ``fit``. Seeds 0 to 2.
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

from sparcelearn import ReservoirForecaster
from sparcelearn.datasets import fetch_santa_fe, make_mackey_glass
from sparcelearn.reservoir import SpikingReservoir

LEARNED, WINDOW, COVERAGE = 1500, 500, 0.9
HORIZONS = (1, 12)
SERIES = ("Mackey-Glass with noise", "Santa Fe", "drifting")
ARMS = ("rate units", "spiking units")


def series_of(name: str, seed: int) -> NDArray[np.float64]:
    """Return a series, (n_rows, 1)."""
    rng = np.random.RandomState(seed)
    if name == "Santa Fe":
        return np.asarray(fetch_santa_fe(return_X_y=True)[0], dtype=np.float64)[:6000]
    if name == "drifting":
        return drifting(rng, 5500)
    rows = make_mackey_glass(5500, random_state=seed)
    return rows + 0.1 * rows.std() * rng.standard_normal(rows.shape)


def drifting(rng: np.random.RandomState, n: int) -> NDArray[np.float64]:
    """Return a noisy oscillation whose period goes from 20 to 12 rows, and whose noise doubles."""
    middle = (LEARNED + n) // 2
    share = np.clip((np.arange(n) - middle) / WINDOW, 0, 1)
    angle, noise = 2 * np.pi / (20 - 8 * share), (1 + share) * rng.standard_normal(n)
    x = np.zeros(n)
    for t in range(2, n):
        x[t] = 2 * 0.97 * np.cos(angle[t]) * x[t - 1] - 0.97**2 * x[t - 2] + noise[t]
    return x[:, np.newaxis]


def model_of(arm: str, horizon: int, seed: int) -> ReservoirForecaster:
    """Return a forecaster that has learned nothing."""
    own = SpikingReservoir(500, carry_state=True, random_state=seed)
    return ReservoirForecaster(
        own if arm == "spiking units" else None,
        horizon=[horizon],
        coverage=COVERAGE,
        washout=100,
        random_state=seed,
    )


def followed(model: ReservoirForecaster, rows: NDArray[np.float64], horizon: int) -> Any:
    """Return the errors of a stream's forecasts, and how far intervals reached."""
    errors, reach = [], []
    for t in range(LEARNED, len(rows) - horizon):
        forecast = model.partial_fit(rows[t : t + 1]).forecast()
        errors.append(abs(float(forecast.value[0]) - rows[t + horizon, 0]))
        reach.append(float(forecast.high[0] - forecast.value[0]))
    return np.array(errors), np.array(reach)


def measured(name: str, arm: str, horizon: int, seed: int) -> dict[str, float]:
    """Return coverages and the forecast's error."""
    rows = series_of(name, seed)
    model = model_of(arm, horizon, seed).fit(rows[:LEARNED])
    fixed = float(model.forecast().high[0] - model.forecast().value[0])
    errors, reach = followed(model, rows, horizon)
    inside = errors <= reach
    middle = len(inside) // 2
    in_windows = np.convolve(inside, np.full(WINDOW, 1 / WINDOW), "valid")
    later = rows[LEARNED + horizon :, 0][: len(errors)]
    naive = np.abs(later - rows[LEARNED : LEARNED + len(errors), 0])
    return {
        "before": float(inside[middle - WINDOW : middle].mean()),
        "through": float(inside[middle : middle + WINDOW].mean()),
        "after": float(inside[middle + WINDOW : middle + 2 * WINDOW].mean()),
        "whole": float(inside.mean()),
        "lowest": float(in_windows.min()),
        "highest": float(in_windows.max()),
        "fixed": float((errors <= fixed).mean()),
        "NRMSE": float(np.sqrt(np.mean(errors**2)) / later.std()),
        "last value": float(np.sqrt(np.mean(naive**2)) / later.std()),
    }


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--arms", nargs="*", default=ARMS)
    options = parser.parse_args()
    warnings.simplefilter("ignore", UserWarning)
    table: dict[str, Any] = {}
    for name in SERIES:
        for arm in options.arms:
            for horizon in HORIZONS:
                found = [measured(name, arm, horizon, seed) for seed in range(3)]
                table[f"{name}, {arm}, {horizon} ahead"] = found
                means = {k: round(float(np.mean([row[k] for row in found])), 3) for k in found[0]}
                print(f"{name:24} {arm:14} {horizon:3} {means}", flush=True)
    if options.json:
        command = "python benchmarks/computing/intervals.py --json"
        write("computing_intervals", command, {"arms": table})


if __name__ == "__main__":
    main()
