"""Images, events, odours and speech: nothing set, what is recommended, and controls.

    python benchmarks/computing/samples.py digits nmnist ... --json [--only SpaRCe]

Every arm is a reservoir; all readouts read the same features. Ridge chooses its penalty by leave
one out on training data, SpaRCe (defaults) its level by validation there. ``plain`` is the same
readout without thresholds: its loss, its solver and whether features are standardized are chosen
by validation, in as few epochs as SpaRCe takes for its level. Test data are
used once. ``raw input`` is ridge on the input itself (of events, on their counts). ``--only``
and ``--arms`` measure some readouts and reservoirs, and keep the stored figures of the others.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.linear_model import RidgeClassifier, RidgeClassifierCV
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "sparce"))

import tasks as own
from _results import interval, read, write

from sparcelearn.datasets import fetch_mnist
from sparcelearn.readouts import SparceClassifier, SparceClassifierCV
from sparcelearn.readouts._sparce.path import epochs_tried
from sparcelearn.reservoir import (
    Delays,
    EchoStateReservoir,
    Patches,
    Projection,
    SoftResetLIF,
    SpikingReservoir,
)

ALPHAS = np.logspace(-2, 5, 15)
MANY = 20_000  # samples, from which on leave one out takes too long
Arms = dict[str, Callable[[int], Any]]


@dataclass(frozen=True)
class Task:
    """A data set in a split, and reservoirs for it."""

    split: Callable[[int], Any]
    arms: Arms
    seeds: range = range(3)
    max_iter: int = 50


def spiking(n_units: int, **parameters: Any) -> Callable[[int], SpikingReservoir]:
    """Return what makes a spiking reservoir of a seed."""
    return lambda seed: SpikingReservoir(n_units, random_state=seed, **parameters)


def rate(n_units: int, **parameters: Any) -> Callable[[int], EchoStateReservoir]:
    """Return what makes a reservoir of rate units that hears likewise."""
    return lambda seed: EchoStateReservoir(
        n_units, dtype="float32", random_state=seed, **parameters
    )


def mnist(n_train: int, n_test: int) -> Callable[[int], Any]:
    """Return MNIST by columns."""

    def split(seed: int) -> Any:
        parts = []
        for subset, n in (("train", n_train), ("test", n_test)):
            images, labels = fetch_mnist(subset, return_X_y=True)
            columns = images[:n].transpose(0, 2, 1).astype(np.float32) / np.float32(255)
            parts += [(columns, labels[:n])]
        return parts[0][0], parts[1][0], parts[0][1], parts[1][1]

    return split


def permuted(n_train: int, n_test: int) -> Callable[[int], Any]:
    """Return MNIST pixel by pixel, in one random order."""

    def split(seed: int) -> Any:
        A, B, a, b = mnist(n_train, n_test)(seed)
        order = np.random.RandomState(0).permutation(784)
        flat = (X.transpose(0, 2, 1).reshape(len(X), 784, 1)[:, order] for X in (A, B))
        return *flat, a, b

    return split


def controls(n_units: int, **recommended: Any) -> Arms:
    """Return what every task is tried with: nothing set, the recommended, and less."""
    shared = {"n_readouts": recommended.get("n_readouts", 1)}
    return {
        "nothing set": spiking(n_units),
        "recommended": spiking(n_units, **recommended),
        "recommended, recurrence": spiking(
            n_units, **{"loop_gain": 0.8, "connectivity": 20 / n_units, **recommended}
        ),
        "no lags": spiking(n_units, input_wiring=Projection()),
        "rate units, same wiring": rate(
            n_units, input_wiring=recommended.get("input_wiring"), features="mean", **shared
        ),
    }


COLUMNS = SoftResetLIF(tau_mem=3.0, tau_syn=3.0)
IMAGES: dict[str, Any] = {  # by columns
    "input_wiring": Patches((28,), 11, 11, smoothing=1.5),
    "neuron": COLUMNS,
    "steps_per_input": 5,
    "n_readouts": 11,
    "padding": 5,
}
ODOURS: dict[str, Any] = {  # which come one after another, ten rows each
    "input_wiring": Delays(15, 25),
    "neuron": SoftResetLIF(tau_mem=5.0),
    "steps_per_input": 4,
    "n_readouts": 6,
    "padding": 0,
}
PIXELS: dict[str, Any] = {"n_readouts": 28}  # each at its own time
RECURRENT = {"loop_gain": 0.8, "connectivity": 0.04}  # of 500 units
TASKS = {
    "digits": Task(
        own.digits,
        controls(500, input_wiring=Patches((8,), 4, 4), neuron=COLUMNS, steps_per_input=5),
        range(5),
    ),
    "mnist_part": Task(
        mnist(10_000, 10_000),
        controls(300, **IMAGES),
        max_iter=20,
    ),
    "mnist": Task(
        mnist(60_000, 10_000),
        {"recommended": spiking(1000, **IMAGES)},
        max_iter=30,
    ),
    "nmnist": Task(
        own.nmnist,
        {  # rate units take no events
            "nothing set": spiking(1000),
            "recommended": spiking(1000, input_wiring=Patches((34, 34), 21, smoothing=3.0)),
            "recommended, recurrence": spiking(
                1000,
                input_wiring=Patches((34, 34), 21, smoothing=3.0),
                loop_gain=0.8,
                connectivity=0.02,
            ),
        },
    ),
    "odours": Task(own.odours, controls(500, **ODOURS), range(5)),
    "odours_2000": Task(own.odours, {"recommended": spiking(2000, **ODOURS)}),
    "psmnist": Task(
        permuted(60_000, 10_000),
        {
            "recommended": spiking(500, **PIXELS),
            "recommended, recurrence": spiking(500, **PIXELS, **RECURRENT),
        },
        range(1),
        8,
    ),
    "psmnist_part": Task(
        permuted(10_000, 2_000),
        {
            "lags": spiking(500, **PIXELS),
            "lags, recurrence": spiking(500, **PIXELS, **RECURRENT),
            "no lags": spiking(500, **PIXELS, input_wiring=Projection()),
            "no lags, recurrence": spiking(500, **PIXELS, **RECURRENT, input_wiring=Projection()),
        },
        range(5),
        8,
    ),
    "spoken": Task(
        own.spoken,
        controls(500, input_wiring=Patches((32,), 13, 9, smoothing=1.0), n_readouts=8),
    ),
    "vowels": Task(own.coefficients, controls(500, input_wiring=Projection(0.25), n_readouts=1)),
}


def readouts(a: Any, seed: int, max_iter: int) -> dict[str, list[Any]]:
    """Return the readouts by name, each with the candidates it chooses from."""
    online = {"max_iter": max_iter, "random_state": seed}
    falling = {"learning_rate_schedule": "linear", "average": None}
    adam = {"solver": "adam", "alpha": 0.0, "learning_rate": 5e-4, "batch_size": 20, **falling}
    ridge = (
        RidgeClassifier(100.0, solver="cholesky") if len(a) > MANY else RidgeClassifierCV(ALPHAS)
    )
    return {
        "ridge": [ridge],
        "SpaRCe": [SparceClassifierCV(SparceClassifier(**online))],
        "plain": [
            make_pipeline(scaler, SparceClassifier(None, loss=loss, **online, **solver))
            for scaler in ("passthrough", StandardScaler())
            for loss in ("asymmetric", "softmax", "squared")
            for solver in ({}, {"learning_rate": 0.1, **falling}, adam)
        ],
    }


def raw(X: Any) -> Any:
    """Return the input as rows: as it is, stretched to one length, or counts of events."""
    if hasattr(X, "counts"):
        return X.counts()
    if isinstance(X, np.ndarray):
        return X.reshape(len(X), -1)
    grid = np.linspace(0, 1, 30)
    rows = [[np.interp(grid, np.linspace(0, 1, len(x)), c) for c in x.T] for x in X]
    return np.array(rows).reshape(len(X), -1)


def best(candidates: list[Any], train: Any, a: Any) -> Any:
    """Return the readout that validates best."""
    if len(candidates) == 1:
        return candidates[0]
    inner, held, inner_y, held_y = train_test_split(
        train, a, test_size=0.2, stratify=a, random_state=0
    )
    scores = [
        shortly(readout, len(a)).fit(inner, inner_y).score(held, held_y) for readout in candidates
    ]
    return candidates[int(np.argmax(scores))]


def shortly(readout: Any, n_samples: int) -> Any:
    """Return a readout that learns for as long as levels of sparsity are tried."""
    tried = clone(readout)
    tried[-1].max_iter = epochs_tried(tried[-1].max_iter, n_samples)
    return tried


def run(task: Task, arm: str, seed: int, names: list[str]) -> dict[str, float]:
    """Return the accuracy of readouts on one reservoir."""
    A, B, a, b = task.split(seed)
    begin = time.perf_counter()
    reservoir = task.arms[arm](seed).fit(A)
    train, test = reservoir.transform(A), reservoir.transform(B)
    found = {"seconds": time.perf_counter() - begin, "n_features": train.shape[1]}
    for name, candidates in readouts(a, seed, task.max_iter).items():
        if name not in names:
            continue
        found[name] = best(candidates, train, a).fit(train, a).score(test, b)
    return found


def percent(rows: list[dict[str, float]], readout: str) -> list[float]:
    """Return the accuracy of a readout with each seed."""
    return [100 * row[readout] for row in rows]


def main() -> None:
    """Print a table of tasks and arms."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(TASKS))
    parser.add_argument("--arms", nargs="*")
    parser.add_argument("--only", nargs="*", default=["ridge", "SpaRCe", "plain"])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", UserWarning)
    for name in arguments.names:
        task = TASKS[name]
        stored = read(f"computing_{name}").get("arms", {}) if arguments.json else {}
        table = {arm: stored[arm] for arm in ("raw input", *task.arms) if arm in stored}
        A, B, a, b = task.split(0)
        plain = RidgeClassifierCV(ALPHAS) if len(a) < MANY else RidgeClassifier(1.0)
        table["raw input"] = [{"ridge": plain.fit(raw(A), a).score(raw(B), b)}]
        for arm in arguments.arms or task.arms:
            table[arm] = [run(task, arm, seed, arguments.only) for seed in task.seeds]
            before = stored.get(arm, table[arm])
            table[arm] = [b | r for b, r in zip(before, table[arm], strict=True)]
        for arm, rows in table.items():
            figures = {k: percent(rows, k) for k in set(rows[0]) - {"seconds", "n_features"}}
            shown = {k: f"{np.mean(v):.2f} +- {np.std(v):.2f}" for k, v in figures.items()}
            print(f"{name:12} {arm:26} {shown}", flush=True)
            without = arm.removesuffix(", recurrence")
            if without != arm and len(rows) > 1:
                for k in figures.keys() & table[without][0].keys():
                    gain, half = interval(np.subtract(figures[k], percent(table[without], k)))
                    print(f"    {k}, with recurrence less without: {gain:+.2f} +- {half:.2f}")
        if arguments.json:
            command = f"python benchmarks/computing/samples.py {name} --json"
            write(f"computing_{name}", command, {"arms": table})


if __name__ == "__main__":
    main()
