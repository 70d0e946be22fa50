"""All readouts side by side, behind the same spiking reservoirs, on three tasks.

Run from the repository's root; takes about ten minutes on one core::

    python benchmarks/rules/side_by_side.py [--json]

``digits``: scikit-learn's, an image held for 40 ms before 200 units. ``speech``: 900 takes of
the Free Spoken Digit Dataset to learn from and its 300 test takes, 24 bands before 200 units;
needs SPARCELEARN_DATA. ``stream``: 3,000 rows of three classes whose centres change twice, each
held for 20 ms before 100 units; every 20 rows are predicted, then learned from.

Readouts of spikes get the spike trains; the others the numbers of spikes, in four parts of a
sample for speech. SuperSpike learns one train for each class; the nearest by van Rossum
distance is its answer. Each chooses its step, or penalty, from three on validation data: a
fifth of the training samples, or another stream. Then it learns from all and is tested once,
with frozen weights. Seeds 0, 1, 2 draw split, network and learning (0 alone for speech).

``bits`` is the fewest bits (2 to 8) of a weight at which rounding costs less than a point on
the digits' test data. ``samples/s`` is of one pass over the digits, after compilation. ``state``
counts the numbers held per weight while learning, the weight included. With ``--json`` all
goes to ``benchmarks/results/rules_side_by_side.json``.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from copy import deepcopy
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

sys.path.append(str(Path(__file__).parents[1]))
from _results import write

from sparcelearn import SpikeTrains
from sparcelearn.datasets import fetch_fsdd, make_drifting_stream
from sparcelearn.measures import van_rossum
from sparcelearn.readouts import (
    DecolleClassifier,
    DeltaClassifier,
    EpropClassifier,
    FirstSpikeClassifier,
    NodePerturbationClassifier,
    PrototypeClassifier,
    RLSClassifier,
    SparceClassifier,
    StreamingLDAClassifier,
    StreamingRidgeClassifier,
    SuperSpikeRegressor,
)
from sparcelearn.readouts.hardware import WeightQuantizer
from sparcelearn.readouts.synapses import QuantizedSynapse
from sparcelearn.reservoir import SpikingReservoir
from sparcelearn.reservoir.encoders import MelSpectrogram
from sparcelearn.reservoir.input_wiring import Projection

SEEDS = {"digits": (0, 1, 2), "speech": (0,), "stream": (0, 1, 2)}
CHUNK = 20


class NearestTrain(ClassifierMixin, BaseEstimator):
    """SuperSpike with an output per class, which alone spikes, three times a sample."""

    def __init__(self, readout: SuperSpikeRegressor, duration: float = 40.0) -> None:
        self.readout = readout
        self.duration = duration

    def _answers(self, y: np.ndarray, durations: np.ndarray) -> SpikeTrains:
        spikes = [
            (d * np.array([0.5, 0.75, 0.95]), [c] * 3) for c, d in zip(y, durations, strict=True)
        ]
        return SpikeTrains.from_samples(spikes, self.classes_.size, durations)

    def partial_fit(self, X: SpikeTrains, y: np.ndarray, classes: Any = None) -> NearestTrain:
        """Learn from the samples once."""
        self.classes_ = np.asarray(classes) if classes is not None else self.classes_
        self.readout.partial_fit(X, self._answers(y, X.durations))
        return self

    def fit(self, X: SpikeTrains, y: np.ndarray) -> NearestTrain:
        """Learn to answer with the train of the label."""
        self.classes_ = np.unique(y)
        self.readout.fit(X, self._answers(y, X.durations))
        return self

    def predict(self, X: SpikeTrains) -> np.ndarray:
        """Return the label of the nearest train."""
        found = self.readout.predict(X)
        distances = [
            van_rossum(found, self._answers(np.full(len(X), c), X.durations)).sum(axis=1)
            for c in self.classes_
        ]
        return self.classes_[np.argmin(distances, axis=0)]


def choices(task: str, seed: int) -> dict[str, tuple[bool, list[Any]]]:
    """Return, for each readout, whether it reads spikes, and its grid of settings."""
    s: dict[str, Any] = {"random_state": seed}
    t = {"dt": 5.0, **s} if task == "speech" else s
    often, few = {"max_iter": 30, **s}, {"max_iter": 10, **t}
    # Like the times of the inputs, so that the spike of the intercepts comes amid them.
    times = (50.0, 45.0) if task == "speech" else (10.0, 9.0)
    plain = {"normalized": False, **often}
    race = {"tau_syn": times[0], "bias_time": times[1], **often}
    adam = {"solver": "adam", "loss": "sigmoid", "alpha": 0.0}
    adam |= {"learning_rate_schedule": "linear", "average": None}
    adam["batch_size"] = 1 if task == "stream" else 20
    eight_bits = QuantizedSynapse(255, bound=2.0)
    kinds: dict[str, tuple[bool, Any]] = {
        "SpaRCe": (False, lambda r: SparceClassifier(0.5, learning_rate=r, **adam, **often)),
        "delta": (False, lambda r: DeltaClassifier(r, **plain)),
        "delta, 8 bits": (False, lambda r: DeltaClassifier(r, synapse=eight_bits, **plain)),
        "node perturbation": (False, lambda r: NodePerturbationClassifier(r, **often)),
        "prototypes": (False, lambda _: PrototypeClassifier()),
        "streaming LDA": (False, StreamingLDAClassifier),
        "streaming ridge": (False, StreamingRidgeClassifier),
        "RLS": (False, lambda r: RLSClassifier(r[0], forgetting_factor=r[1])),
        "e-prop, LI": (True, lambda r: EpropClassifier(learning_rate=r, **few)),
        "e-prop, LIF": (True, lambda r: EpropClassifier("lif", learning_rate=r, **few)),
        "e-prop, ALIF": (True, lambda r: EpropClassifier("alif", learning_rate=r, **few)),
        "DECOLLE": (True, lambda r: DecolleClassifier(learning_rate=r, max_iter=5, **t)),
        "first spike": (True, lambda r: FirstSpikeClassifier(learning_rate=r, **race)),
        "first spike, simplified": (
            True,
            lambda r: FirstSpikeClassifier(derivative="simplified", learning_rate=r, **race),
        ),
        "SuperSpike": (
            True,
            lambda r: NearestTrain(SuperSpikeRegressor(learning_rate=r, batch_size=CHUNK, **few)),
        ),
    }  # fmt: skip
    steps: dict[str, tuple[Any, ...]] = {
        "SpaRCe": (0.002, 0.005, 0.02),
        "prototypes": (0.0,),
        "streaming LDA": (0.01, 0.1, 0.5),
        "streaming ridge": (1.0, 10.0, 100.0),
        "RLS": ((10.0, 0.99), (10.0, 1.0), (100.0, 1.0)),
        "node perturbation": (0.0005, 0.002, 0.01),
        "e-prop, LI": (0.002, 0.005, 0.02),
        "DECOLLE": (0.3, 3.0, 30.0),
        "first spike": (0.005, 0.01, 0.02),
        "first spike, simplified": (0.005, 0.01, 0.02),
        "SuperSpike": (0.001, 0.003, 0.01),
    }
    default = {"delta": (0.003, 0.01, 0.03), "e-prop": (0.001, 0.003, 0.01)}
    return {
        name: (spikes, [make(r) for r in steps.get(name) or default[name.split(",")[0]]])
        for name, (spikes, make) in kinds.items()
    }


def counted(trains: SpikeTrains, n_parts: int) -> np.ndarray:
    """Return the numbers of spikes of each channel in equal parts of a sample."""
    sample = np.repeat(np.arange(len(trains)), np.diff(trains.starts))
    part = np.minimum((trains.times / trains.durations[sample] * n_parts).astype(int), n_parts - 1)
    counts = np.zeros((len(trains), n_parts, trains.n_channels))
    np.add.at(counts, (sample, part, trains.channels), 1.0)
    return counts.reshape(len(trains), -1)


def samples(task: str, seed: int) -> tuple[Any, np.ndarray, Any, np.ndarray]:
    """Return spike trains and labels to learn from, and to test on (none for a stream)."""
    if task == "speech":
        train, test = fetch_fsdd("train"), fetch_fsdd("test")
        mel = MelSpectrogram(train.sample_rate, n_bands=24).fit(train.data[::3])
        X, y = mel.transform(train.data[::3]), train.target[::3]
        reservoir = SpikingReservoir(
            200, input_wiring=Projection(0.2), features="spikes", random_state=seed
        ).fit(X)
        return reservoir.transform(X), y, reservoir.transform(mel.transform(test.data)), test.target
    if task == "stream":
        X, y = make_drifting_stream(3000, n_concepts=3, separation=4.0, random_state=seed)
        net = SpikingReservoir(100, features="spikes", random_state=seed)
        return net.fit_transform(X), y, None, y
    X, y = load_digits(return_X_y=True)
    X, X_test, y, y_test = train_test_split(X / 16, y, test_size=0.3, stratify=y, random_state=seed)
    net = SpikingReservoir(200, features="spikes", random_state=seed).fit(X)
    return net.transform(X), y, net.transform(X_test), y_test


def scaled(X: Any, reads_spikes: bool, task: str) -> Any:
    """Return the input of a readout."""
    return X if X is None or reads_spikes else counted(X, 4 if task == "speech" else 1)


def followed(readout: Any, X: Any, y: np.ndarray) -> float:
    """Return the accuracy on a stream, each chunk predicted before it is learned from."""
    classes, right = np.unique(y), 0
    for start in range(0, len(y), CHUNK):
        rows = slice(start, start + CHUNK)
        if start:
            right += np.sum(readout.predict(X[rows]) == y[rows])
        readout.partial_fit(X[rows], y[rows], classes=classes)
    return float(right / (len(y) - CHUNK))


def inner(readout: Any) -> Any:
    """Return the estimator that holds the weights."""
    return getattr(readout, "readout", readout)


def fewest_bits(readout: Any, X: Any, y: np.ndarray, full: float) -> int | None:
    """Return the fewest bits of weights at which rounding costs less than a point."""
    W = inner(readout).coef_
    for bits in range(2, 9):
        rounded = deepcopy(readout)
        inner(rounded).coef_ = WeightQuantizer(bits).quantize(W)
        if rounded.score(X, y) >= full - 0.01:
            return bits
    return None


def state_per_weight(readout: Any, X: Any) -> float:
    """Return how many numbers are stored per weight while learning."""
    model = inner(readout)

    def size(value: Any) -> int:
        if isinstance(value, dict):
            return sum(map(size, value.values()))
        if isinstance(value, list | tuple):
            return sum(map(size, value))
        return value.size if isinstance(value, np.ndarray) and value.dtype.kind == "f" else 0

    n_moments = {"sgd": 0, "rmaxprop": 1, "adam": 2}.get(getattr(model, "solver", ""), 0)
    total = sum(size(value) for name, value in vars(model).items() if name != "_moments")
    if hasattr(model, "_moments") and not callable(model._moments):
        total += n_moments * (model.coef_.size + model.intercept_.size)
    if hasattr(model, "_constants") and hasattr(model._compiled, "respond"):
        total += size(model._constants().new_state(*model.coef_.T.shape))
    return total / model.coef_.size


def samples_per_second(readout: Any, X: Any, y: np.ndarray) -> float:
    """Return the speed of one pass, the best of three."""
    times = []
    for _ in range(3):
        model = clone(readout)
        start = time.perf_counter()
        model.partial_fit(X, y, classes=np.unique(y))
        times.append(time.perf_counter() - start)
    return len(y) / min(times)


def run(task: str, seed: int) -> list[dict[str, Any]]:
    """Return a row for each readout."""
    trains, y, test_trains, y_test = samples(task, seed)
    if task == "stream":
        other_trains, other_y, _, _ = samples(task, seed + 100)
    fit_rows, held = train_test_split(
        np.arange(len(y)), test_size=0.2, stratify=y, random_state=seed
    )
    rows = []
    for name, (reads_spikes, candidates) in choices(task, seed).items():
        X, X_test = (scaled(t, reads_spikes, task) for t in (trains, test_trains))
        began = time.perf_counter()
        if task == "stream":
            other = scaled(other_trains, reads_spikes, task)
            scores = [followed(clone(c), other, other_y) for c in candidates]
        else:
            scores = [c.fit(X[fit_rows], y[fit_rows]).score(X[held], y[held]) for c in candidates]
        best = clone(candidates[int(np.argmax(scores))])
        row: dict[str, Any] = {"task": task, "seed": seed, "readout": name}
        row |= {"chosen": int(np.argmax(scores)), "validation": round(max(scores), 4)}
        if task == "stream":
            row["accuracy"] = round(followed(best, X, y), 4)
        else:
            row["accuracy"] = round(best.fit(X, y).score(X_test, y_test), 4)
        if task == "digits":
            row["bits"] = fewest_bits(best, X_test, y_test, row["accuracy"])
            row["state"] = round(state_per_weight(best, X), 1)
            row["samples_per_second"] = round(samples_per_second(best, X, y))
        seconds = time.perf_counter() - began
        print(f"{task:8}{seed:3} {name:26}{row['accuracy']:.3f} {seconds:6.1f} s", flush=True)
        rows.append(row)
    return rows


def table(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return, for each readout, means over seeds and what it costs."""
    found: dict[str, dict[str, Any]] = {}
    for name in dict.fromkeys(row["readout"] for row in rows):
        mine = [row for row in rows if row["readout"] == name]
        line: dict[str, Any] = {}
        for task in dict.fromkeys(row["task"] for row in rows):
            scores = [row["accuracy"] for row in mine if row["task"] == task]
            line[task] = [round(float(np.mean(scores)), 3), round(float(np.std(scores)), 3)]
        costs = [row for row in mine if row["task"] == "digits"]
        bits = [row["bits"] for row in costs]
        line["bits"] = None if None in bits else max(bits)
        line["state"] = costs[0]["state"]
        line["samples_per_second"] = max(row["samples_per_second"] for row in costs)
        found[name] = line
    return found


def main() -> None:
    """Run all tasks and seeds, print the table, write the rows if requested."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    began = time.perf_counter()
    rows = [row for task, seeds in SEEDS.items() for seed in seeds for row in run(task, seed)]
    lines = table(rows)
    print(f"\n{'readout':26}{'digits':>14}{'speech':>14}{'stream':>14}  bits  state  samples/s")
    for name, line in lines.items():
        scores = "".join(f"{line[t][0]:7.3f} ±{line[t][1]:5.3f}" for t in SEEDS)
        bits = line["bits"] or ">8"
        print(f"{name:26}{scores}{bits:>6}{line['state']:7.1f}{line['samples_per_second']:11,}")
    minutes = (time.perf_counter() - began) / 60
    print(f"{minutes:.1f} minutes")
    if options.json:
        record = {"seeds": SEEDS, "minutes": round(minutes, 1), "table": lines, "rows": rows}
        write("rules_side_by_side", "python benchmarks/rules/side_by_side.py --json", record)


if __name__ == "__main__":
    main()
