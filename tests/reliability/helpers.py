"""What the rows of the reliability table share: how often, and what of every estimator."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.pipeline import Pipeline

from sparcelearn.readouts import DeltaClassifier, DeltaRegressor, SparceClassifier
from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir
from tests.test_house import public_estimators

FULL = bool(os.environ.get("SPARCELEARN_RELIABILITY"))
ESTIMATORS = public_estimators()
del ESTIMATORS["PyNNReservoir"]  # it needs a simulator: tests/interop/test_pynn_nest.py
# what an estimator cannot do without
NEEDED: dict[str, tuple] = {
    "StackedReservoir": ([("a", SpikingReservoir()), ("b", EchoStateReservoir())],),
    "PseudoReplayClassifier": (DeltaClassifier(),),
    "WeightedMajorityClassifier": ([("a", DeltaClassifier()), ("b", DeltaClassifier(0.1))],),
    "ReplayClassifier": (DeltaClassifier(),),
    "ReplayRegressor": (DeltaRegressor(),),
}
SMALL = {"n_units": 12, "max_iter": 2, "random_state": 0}

# Every estimator takes rows of numbers: scikit-learn's own checks see to it.
X = np.random.RandomState(7).rand(40, 4)
LABELS = (X[:, 0] > X[:, 1]).astype(int)
VALUES = X @ [1.0, -2.0, 0.5, 0.0]


def trials(full: Any, quick: Any) -> Any:
    """Return what is tried: all that is promised under ``make reliability``, else less."""
    return full if FULL else quick


def report(row: int, text: str) -> None:
    """Print the outcome of a row of the table; ``make reliability`` shows it."""
    print(f"\n[row {row}] {text}")


def peak_growth(work: Callable[[], object]) -> int:
    """Return by how many bytes memory grew, at most, while some work was done (Linux only)."""

    def highest() -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return 1024 * int(next(line.split()[1] for line in lines if line.startswith("VmHWM")))

    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak until now
    before = highest()
    work()
    return highest() - before


def make(name: str) -> Any:
    """Return a small estimator of a name, and of a seed."""
    estimator = ESTIMATORS[name](*NEEDED.get(name, ()))
    if name.endswith("CV"):
        estimator.set_params(estimator=make(name.removesuffix("CV")))
    known = estimator.get_params()
    small = {k: SMALL[k.split("__")[-1]] for k in known if k.split("__")[-1] in SMALL}
    return estimator.set_params(**small)


def target(estimator: Any) -> np.ndarray:
    """Return what an estimator can be fitted to."""
    return LABELS if is_classifier(estimator) else VALUES


def outcome(estimator: Any, X: Any) -> np.ndarray:
    """Return what a fitted estimator makes of input, as one array of numbers."""
    for method in ("decision_function", "predict", "transform"):
        if hasattr(estimator, method):
            made = getattr(estimator, method)(X)
            if hasattr(made, "times"):  # spikes
                return np.concatenate([made.times, made.channels, made.starts])
            return np.asarray(made.toarray() if hasattr(made, "toarray") else made)
    raise TypeError(f"{estimator} makes nothing of X")


def stream(n_rows: int = 120) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of a stream, and labels."""
    rows = np.random.RandomState(11).rand(n_rows, 2)
    return rows, (rows[:, 0] > rows[:, 1]).astype(int)


def stream_model() -> Pipeline:
    """Return a reservoir and a readout that stand at the start of a stream."""
    reservoir = SpikingReservoir(15, carry_state=True, input_scaling=20.0, random_state=0)
    readout = SparceClassifier(batch_size=1, calibration_samples=60, random_state=0)
    return Pipeline([("reservoir", reservoir.fit(stream()[0][:5])), ("readout", readout)])


def learn(model: Pipeline, rows: np.ndarray, labels: np.ndarray) -> Pipeline:
    """Predict, learn, and move time past the rows."""
    reservoir, readout = model[0], model[1]
    readout.partial_fit(reservoir.transform(rows), labels, classes=[0, 1])
    reservoir.partial_fit(rows)
    return model
