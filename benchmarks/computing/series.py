"""Time series classification with nothing set, beside MiniRocket and plainer reservoirs.

    python benchmarks/computing/series.py --json

The sets that come with aeon, in their own split, 2,000 units, seeds 0 to 2. Readouts choose their
penalty or level by cross-validation on training data, and what they are without thresholds as in
samples.py; test data are used once. Controls: echo
states, the same number of units; the same spiking units without lags; the raw series (stretched to
one length, as for MiniRocket). MiniRocket runs in an environment of its own, with aeon.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import RidgeClassifierCV

sys.path.insert(0, str(Path(__file__).parents[1]))

from _contenders import home, python_of
from _results import ROOT, read, write
from samples import best, readouts

from sparcelearn.reservoir import (
    EchoStateReservoir,
    Projection,
    SpikingReservoir,
)

SETS = (
    "ArrowHead",
    "GunPoint",
    "ItalyPowerDemand",
    "OSULeaf",
    "BasicMotions",
    "JapaneseVowels",
    "PickupGestureWiimoteZ",
)
BESIDE = ("ACSF1",)  # not in the mean
SEEDS = range(3)
N_UNITS = 2000
ALPHAS = np.logspace(-3, 5, 17)
RESERVOIRS: dict[str, Callable[[int], Any]] = {
    "spiking": lambda seed: SpikingReservoir(N_UNITS, random_state=seed),
    "spiking, recurrence": lambda seed: SpikingReservoir(
        N_UNITS, loop_gain=0.8, connectivity=0.01, random_state=seed
    ),
    "spiking, no lags": lambda seed: SpikingReservoir(
        N_UNITS, input_wiring=Projection(), random_state=seed
    ),
    "rate units": lambda seed: EchoStateReservoir(500, random_state=seed),
    "echo states, not calibrated": lambda seed: EchoStateReservoir(
        500, input_scaling=1.0, random_state=seed
    ),
}

Data = tuple[list[NDArray[Any]], NDArray[Any]]


def exported(name: str) -> dict[str, Any]:
    """Return a set and MiniRocket's results on it; computed once."""
    folder = home() / "aeon_sets"
    if not (folder / f"{name}.npz").exists():
        folder.mkdir(parents=True, exist_ok=True)
        script = ROOT / "benchmarks" / "peers" / "aeon_sets.py"
        subprocess.run([python_of("aeon"), script, folder, name], check=True)
    with np.load(folder / f"{name}.npz") as file:
        return dict(file)


def part(arrays: dict[str, Any], which: str) -> Data:
    """Return samples (n_timesteps, n_channels) and labels."""
    borders = np.cumsum(arrays[f"{which}_lengths"])[:-1]
    return np.split(arrays[f"{which}_rows"], borders), arrays[f"{which}_labels"]


def stretched(X: list[NDArray[Any]], length: int) -> NDArray[Any]:
    """Return samples as rows of one length."""
    grid = np.linspace(0, 1, length)
    rows = [[np.interp(grid, np.linspace(0, 1, len(x)), c) for c in x.T] for x in X]
    return np.array(rows).reshape(len(X), -1)


def scores(data_set: str, reservoir: Any, seed: int, *, sparce: bool) -> dict[str, float]:
    """Return accuracies of the readouts on one reservoir."""
    arrays = exported(data_set)
    (A, a), (B, b) = (part(arrays, which) for which in ("train", "test"))
    begin = time.perf_counter()
    reservoir.fit(A)
    train, test = reservoir.transform(A), reservoir.transform(B)
    found = {"seconds": time.perf_counter() - begin}
    found["ridge"] = RidgeClassifierCV(ALPHAS).fit(train, a).score(test, b)
    if sparce:
        for name, candidates in readouts(a, seed, 50).items():
            if name != "ridge":
                found[name] = best(candidates, train, a).fit(train, a).score(test, b)
    return found


def main() -> None:
    """Print a table of all sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", nargs="*", default=list(RESERVOIRS))
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", UserWarning)
    table: dict[str, dict[str, list[float]]] = {}
    for name in (*SETS, *BESIDE):
        arrays = exported(name)
        row = {"MiniRocket": arrays["minirocket"].tolist()}
        (A, a), (B, b) = (part(arrays, which) for which in ("train", "test"))
        longest = max(map(len, [*A, *B]))
        raw = RidgeClassifierCV(ALPHAS).fit(stretched(A, longest), a)
        row["raw series + ridge"] = [raw.score(stretched(B, longest), b)]
        for kind in arguments.only:
            for seed in SEEDS:
                found = scores(name, RESERVOIRS[kind](seed), seed, sparce=kind == "spiking")
                for readout, value in found.items():
                    row.setdefault(f"{kind} + {readout}", []).append(value)
        table[name] = row
        figures = {k: round(100 * float(np.mean(v)), 1) for k, v in row.items() if "sec" not in k}
        print(name, figures, flush=True)
    means = {
        kind: [
            np.mean([(table[name][kind] * len(SEEDS))[k] for name in SETS])  # raw series: one seed
            for k in SEEDS
        ]
        for kind in table[SETS[0]]
        if "seconds" not in kind
    }
    for kind, values in means.items():
        print(f"{kind:30} {100 * np.mean(values):5.2f} +- {100 * np.std(values):.2f}")
    if arguments.json:
        if set(arguments.only) < set(RESERVOIRS):  # the other arms stay as they were
            before = read("computing_series").get("sets", {})
            table = {name: before.get(name, {}) | row for name, row in table.items()}
        write("computing_series", "python benchmarks/computing/series.py --json", {"sets": table})


if __name__ == "__main__":
    main()
