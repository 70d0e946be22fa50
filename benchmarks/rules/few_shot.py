"""New classes from five samples each, on frozen features of spiking reservoirs.

Run from the repository's root, with the data where ``SPARCELEARN_DATA`` says::

    python benchmarks/rules/few_shot.py [--json]

Five classes of N-MNIST (its 250 recordings) or of spoken digits (60 recordings of each) are known:
the reservoir is calibrated and features are standardized on them. The other five are
new: each is shown five times, all other recordings of them are the test; 50 draws of shots.
Accuracies are means over draws; the table is of seeds 0 to 4, which draw reservoirs, classes and
shots. Penalty, step size and number of passes are chosen for each seed by draws of five
shots of the known classes, never of the new ones.

``error-triggered`` is the delta rule of an output whose error is above .1, from weights of 0 or
from a start by Reptile on the known classes, numbered anew in each task.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import RidgeClassifier

sys.path.insert(0, str(Path(__file__).parents[1]))

from _results import pin, write

from sparcelearn import SpikeTrains
from sparcelearn.datasets import fetch_fsdd, fetch_nmnist
from sparcelearn.readouts import DeltaClassifier, PrototypeClassifier, reptile
from sparcelearn.reservoir import Patches, SpikingReservoir
from sparcelearn.reservoir.encoders import MelSpectrogram

SEEDS, N_WAYS, N_SHOTS, N_DRAWS, N_TRIED = (0, 1, 2, 3, 4), 5, 5, 50, 10
N_SPOKEN = 60  # recordings of each digit
ALPHAS, RATES, PASSES, THRESHOLD = np.logspace(0, 5, 6), (0.03, 0.1, 0.3, 1.0), (1, 5, 20), 0.1
N_TASKS, N_ROUNDS = 50, 500  # of Reptile

Draw = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]


def nmnist() -> tuple[SpikeTrains, NDArray[np.int64]]:
    """Return recordings of an event camera."""
    parts = [fetch_nmnist(s, version="small", return_X_y=True) for s in ("train", "test")]
    return SpikeTrains.concatenate([X for X, _ in parts]), np.concatenate([y for _, y in parts])


def spoken() -> tuple[list[NDArray[Any]], NDArray[np.int64]]:
    """Return frames of frequency bands of spoken digits, each recording standardized."""
    X, y = fetch_fsdd("train", return_X_y=True)
    rng = np.random.default_rng(0)
    rows = np.concatenate(
        [rng.choice(np.flatnonzero(y == c), N_SPOKEN, replace=False) for c in range(10)]
    )
    frames = MelSpectrogram().fit_transform([X[row] for row in rows])
    return [(x - x.mean()) / x.std() for x in frames], y[rows]


TASKS: dict[str, tuple[Callable[[], Any], dict[str, Any]]] = {
    "N-MNIST": (nmnist, {"input_wiring": Patches((34, 34), 21, smoothing=3.0)}),
    "spoken digits": (
        spoken,
        {"input_wiring": Patches((32,), 13, 9, smoothing=1.0), "n_readouts": 8},
    ),
}


def features(X: Any, is_known: NDArray[np.bool_], seed: int, **options: Any) -> NDArray[Any]:
    """Return what a frozen reservoir makes of recordings, standardized on the known ones."""
    rows = np.flatnonzero(is_known)
    known = [X[row] for row in rows] if isinstance(X, list) else X[rows]
    reservoir = SpikingReservoir(500, random_state=seed, **options).fit(known)
    F = reservoir.transform(X).astype(np.float64)
    spread = F[is_known].std(axis=0)
    return (F - F[is_known].mean(axis=0)) / np.where(spread > 0, spread, 1.0)


def draw(F: NDArray[Any], y: NDArray[Any], classes: Any, rng: np.random.Generator) -> Draw:
    """Return shots of classes, in random order, and all their other samples; classes by number."""
    order = rng.permutation(np.flatnonzero(np.isin(y, classes)))
    labels = np.searchsorted(np.sort(classes), y[order])
    numbers = rng.permutation(N_WAYS)[labels]
    is_shot = np.zeros(len(order), dtype=bool)
    for c in range(N_WAYS):
        is_shot[np.flatnonzero(numbers == c)[:N_SHOTS]] = True
    rows, rest = order[is_shot], order[~is_shot]
    return F[rows], numbers[is_shot], F[rest], numbers[~is_shot]


def triggered(start: Any, n_passes: int, X: Any, y: Any) -> tuple[Any, float]:
    """Return a copy that passed over the shots, and how many updates of outputs that took."""
    readout, n_updates = deepcopy(start), 0.0
    for number in range(n_passes):
        known = {"classes": range(N_WAYS)} if not hasattr(readout, "coef_") else {}
        rows = np.random.default_rng(number).permutation(len(y))
        readout.partial_fit(X[rows], y[rows], **known)
        n_updates += readout.update_rate_ * len(y) * N_WAYS
    return readout, n_updates


def best(candidates: list[Any], learned: Callable[..., Any], draws: list[Draw]) -> Any:
    """Return the candidate that learns the draws of known classes best."""
    scores = [np.mean([learned(c, X, y).score(V, v) for X, y, V, v in draws]) for c in candidates]
    return candidates[int(np.argmax(scores))]


def run(X: Any, y: NDArray[Any], seed: int, options: dict[str, Any]) -> dict[str, float]:
    """Return accuracies, and updates of the rules that count them."""
    rng = np.random.default_rng(seed)
    known, new = np.split(rng.permutation(10), 2)
    F = features(X, np.isin(y, known), seed, **options)
    tried = [draw(F, y, known, rng) for _ in range(N_TRIED)]
    alpha = best(list(ALPHAS), lambda a, S, s: RidgeClassifier(a).fit(S, s), tried)

    def rule(rate: float, threshold: float = THRESHOLD) -> DeltaClassifier:
        return DeltaClassifier(rate, error_threshold=threshold, random_state=seed)

    rate, n_passes = best(
        list(itertools.product(RATES, PASSES)),
        lambda c, S, s: triggered(rule(c[0]), c[1], S, s)[0],
        tried,
    )
    tasks = [draw(F, y, known, rng)[:2] for _ in range(N_TASKS)]
    start = reptile(rule(rate), tasks, n_rounds=N_ROUNDS, random_state=seed)
    starts = {
        "delta rule, every error": rule(rate, 0.0),
        "error-triggered": rule(rate),
        "error-triggered, start by Reptile": start,
    }
    found: dict[str, list[float]] = {}
    for _ in range(N_DRAWS):
        S, s, V, v = draw(F, y, new, rng)
        row = {
            "prototypes": PrototypeClassifier().fit(S, s).score(V, v),
            "ridge": RidgeClassifier(alpha).fit(S, s).score(V, v),
        }
        for name, begin in starts.items():
            readout, n_updates = triggered(begin, n_passes, S, s)
            row |= {name: readout.score(V, v), f"{name}: updates": n_updates}
        for name, value in row.items():
            found.setdefault(name, []).append(value)
    return {name: float(np.mean(values)) for name, values in found.items()} | {
        "chosen: alpha": float(alpha), "chosen: rate": rate, "chosen: passes": n_passes,
    }  # fmt: skip


def main() -> None:
    """Print means and spreads over seeds, write them if requested."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    options = parser.parse_args()
    pin()
    tables = {}
    for task, (load, wiring) in TASKS.items():
        X, y = load()
        rows = [run(X, y, seed, wiring) for seed in SEEDS]
        tables[task] = {
            name: {
                "mean": round(float(np.mean([row[name] for row in rows])), 4),
                "spread": round(float(np.std([row[name] for row in rows])), 4),
                "by seed": [round(row[name], 4) for row in rows],
            }
            for name in rows[0]
        }
        for name, figures in tables[task].items():
            print(
                f"{task:14} {name:44} {figures['mean']:.3f} +- {figures['spread']:.3f}", flush=True
            )
    if options.json:
        command = "python benchmarks/rules/few_shot.py --json"
        about = {"seeds": SEEDS, "ways": N_WAYS, "shots": N_SHOTS, "draws": N_DRAWS}
        write("few_shot", command, about | {"accuracy, or updates of outputs": tables})


if __name__ == "__main__":
    main()
