"""Rows as a stream, each predicted and then learned from once, beside river.

    python benchmarks/computing/rows.py --json

river's own data sets and generators of drift, up to 5,000 rows, seeds 0 to 2. river's standardized
logistic regression runs in an environment of its own. Reservoir: 200 spiking units with nothing
set, calibrated as rows come; readouts with nothing set. "Mixed" is a weighted majority of the
reservoir with SpaRCe and a linear model on standardized channels; in another a reservoir with
recursive least squares votes, too. Controls: no thresholds, weights averaged over 10 updates
always, or never, and linear models on standardized channels alone. Nothing was chosen on the sets
in ``ASIDE``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from _contenders import home, python_of
from _results import ROOT, write
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from sparcelearn import ReservoirClassifier
from sparcelearn.readouts import RLSClassifier, SparceClassifier, WeightedMajorityClassifier
from sparcelearn.reservoir import SpikingReservoir

SETS = ("Bananas", "ImageSegments", "Hyperplane", "SEA", "LED", "RandomRBFDrift")
ASIDE = ("Phishing", "Waveform", "Agrawal", "Mixed", "Sine", "STAGGER")
SEEDS = range(3)


def exported(name: str) -> dict[str, Any]:
    """Return a data set and river's hits on it; computed once."""
    folder = home() / "river_sets"
    if not (folder / f"{name}.npz").exists():
        folder.mkdir(parents=True, exist_ok=True)
        script = ROOT / "benchmarks" / "peers" / "river_sets.py"
        subprocess.run([python_of("river"), script, folder, name], check=True)
    with np.load(folder / f"{name}.npz") as file:
        return dict(file)


def readouts(seed: int) -> dict[str, Any]:
    """Return online readouts by name."""
    return {
        "SpaRCe": SparceClassifier(random_state=seed),
        "no thresholds": SparceClassifier(None, random_state=seed),
        "averaged over 10": SparceClassifier(average=10, random_state=seed),
        "not averaged": SparceClassifier(average=None, random_state=seed),
        "RLS": RLSClassifier(),
    }


def on_channels(loss: str) -> Pipeline:
    """Return a linear model of channels, standardized as they come."""
    return make_pipeline(StandardScaler(), SparceClassifier(None, loss=loss))


def mixes(seed: int) -> dict[str, Any]:
    """Return, by name, what hears the rows themselves."""

    def reservoir(readout: Any) -> ReservoirClassifier:
        return ReservoirClassifier(SpikingReservoir(200, random_state=seed), readout)

    sparce = ("SpaRCe", reservoir(SparceClassifier(random_state=seed)))
    linear = ("linear", on_channels("softmax"))
    return {
        "mixed": WeightedMajorityClassifier([sparce, linear]),
        "mixed with RLS": WeightedMajorityClassifier(
            [sparce, linear, ("RLS", reservoir(RLSClassifier()))]
        ),
    }


def prequential(readout: Any, X: NDArray[Any], y: NDArray[Any]) -> float:
    """Return the accuracy of predicting every row before it is learned from."""
    classes, hits = np.unique(y), 0
    for k in range(len(X)):
        hits += k > 0 and readout.predict(X[k : k + 1])[0] == y[k]
        readout.partial_fit(X[k : k + 1], y[k : k + 1], classes=classes)
    return hits / len(X)


def features(X: NDArray[Any], seed: int) -> NDArray[Any]:
    """Return what a reservoir makes of a stream of rows: the same as if they came one by one."""
    reservoir = SpikingReservoir(200, random_state=seed).partial_fit(X[:1])
    later = reservoir.transform(X[1:])
    return np.vstack([np.zeros_like(later[:1]), later])  # nothing varies in the first row


def main() -> None:
    """Print a table of all sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", UserWarning)
    table: dict[str, dict[str, list[float]]] = {}
    for name in SETS + ASIDE:
        arrays = exported(name)
        X, y = arrays["X"], arrays["y"]
        row: dict[str, list[float]] = {"river": [float(arrays["hits"].mean())]}
        for loss, kind in (("asymmetric", "channels"), ("softmax", "channels, softmax")):
            model = WeightedMajorityClassifier([("linear", on_channels(loss))])
            row[kind] = [prequential(model, X, y)]
        for seed in SEEDS:
            heard = features(X, seed)
            for kind, readout in readouts(seed).items():
                row.setdefault(kind, []).append(prequential(readout, heard, y))
            for kind, model in mixes(seed).items():
                row.setdefault(kind, []).append(prequential(model, X, y))
        table[name] = row
        figures = {k: f"{100 * np.mean(v):.1f} +- {100 * np.std(v):.1f}" for k, v in row.items()}
        print(f"{name:15} {figures}", flush=True)
    if arguments.json:
        write("computing_rows", "python benchmarks/computing/rows.py --json", {"sets": table})


if __name__ == "__main__":
    main()
