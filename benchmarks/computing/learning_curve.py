"""Digits learned from 50, 200 and 1,000 images.

    python benchmarks/computing/learning_curve.py --json

Ten draws of training and of 700 test images, stratified, each with a reservoir of its own: 500
spiking units with nothing set, and with patches (as in samples.py), calibrated on the training
images. SpaRCe has its defaults and chooses its level by cross-validation on them; ridge and
logistic regression choose their penalty, the latter on standardized features. ``plain`` is as in
samples.py. MiniRocket with ridge reads an image as one series of 64 pixels, column by column, or as
eight series, a zero after their ends (it takes nine steps at least). Means have 95 % intervals over
the draws, and so do the differences from SpaRCe on the same draw.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegressionCV
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

sys.path.insert(0, str(Path(__file__).parents[1]))

from _contenders import python_of
from _results import ROOT, interval, write
from samples import TASKS, best, readouts

from sparcelearn.datasets import load_digits_sequence

SIZES, DRAWS, N_TEST = (50, 200, 1000), range(10), 700
ARMS = ("nothing set", "recommended")


def draws(y: NDArray[Any], n: int) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Return row numbers of training and test images, for each draw."""
    rows = np.arange(len(y))
    return [
        train_test_split(rows, train_size=n, test_size=N_TEST, stratify=y, random_state=draw)
        for draw in DRAWS
    ]


def minirocket(X: NDArray[Any], y: NDArray[Any], tries: list[Any]) -> list[float]:
    """Return MiniRocket's accuracy on each draw."""
    script = ROOT / "benchmarks" / "peers" / "aeon_fit.py"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tries.npz"
        np.savez(file, X=X, y=y, train=[a for a, _ in tries], test=[b for _, b in tries])
        command = [str(python_of("aeon")), str(script), str(file)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def learned(arm: str, X: NDArray[Any], y: NDArray[Any], tries: list[Any]) -> dict[str, Any]:
    """Return the accuracies of all readouts on one kind of reservoir."""
    found: dict[str, list[float]] = {}
    for draw, (train, test) in enumerate(tries):
        reservoir = TASKS["digits"].arms[arm](draw).fit(X[train])
        A, B = reservoir.transform(X[train]), reservoir.transform(X[test])
        kinds = readouts(y[train], draw, 50)
        logistic = LogisticRegressionCV(Cs=10, cv=5, max_iter=2000)
        kinds["logistic regression"] = [make_pipeline(StandardScaler(), logistic)]
        for name, candidates in kinds.items():
            readout = best(candidates, A, y[train]).fit(A, y[train])
            found.setdefault(f"{arm} + {name}", []).append(readout.score(B, y[test]))
    return found


def percent(values: Any) -> str:
    """Return a mean in percent and its 95 % interval."""
    mean, half = interval(100 * np.asarray(values))
    return f"{mean:.2f} +- {half:.2f}"


def main() -> None:
    """Print a table of sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    X, y = load_digits_sequence(return_X_y=True)
    table: dict[str, Any] = {}
    for n in SIZES:
        tries = draws(y, n)
        columns = X.transpose(0, 2, 1)
        found = {
            "MiniRocket + ridge, one series": minirocket(columns.reshape(len(X), 1, -1), y, tries),
            "MiniRocket + ridge, eight series": minirocket(
                np.pad(columns, ((0, 0), (0, 0), (0, 1))), y, tries
            ),
        }
        for arm in ARMS:
            found |= learned(arm, X, y, tries)
        own = np.array(found["recommended + SpaRCe"])
        for name, values in found.items():
            apart = percent(own - values)
            print(f"{n:5} {name:34} {percent(values):16} SpaRCe ahead by {apart}", flush=True)
        table[str(n)] = found
    if options.json:
        command = "python benchmarks/computing/learning_curve.py --json"
        write("computing_learning_curve", command, {"sizes": table})


if __name__ == "__main__":
    main()
