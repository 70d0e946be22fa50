"""Forgetting when digits come class by class, with the author's constants.

    python benchmarks/sparce/forgetting.py [--json]

Five digits together for 1,000 mini-batches of 20, then the other five one after the other,
67 mini-batches each; ten outputs throughout, no replay. Scored on the test images of every
task after each. The author's log: the plain readout is at 92.8 and 93.6 % on the first task
(two runs, learning rate 5e-4), and at exactly 0 % on it after the next. Base thresholds are
percentiles over images of all classes, as in his code. The same with spiking units.
Needs SPARCELEARN_DATA and some five minutes a seed.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from author import BATCH, rate_reservoir, sparce
from columns import columns
from mnist import states
from rows import Row, collect, command_line, means

from sparcelearn.readouts import SparceClassifier

KINDS, SEEDS = ("rate", "spiking"), range(5)
N_FIRST, N_NEXT = 1_000, 67
PERCENTILES = (90, 93, 96, 99)
PLAIN_RATES = tuple(5e-4 * 2.0**-k for k in range(5))
N_IMAGES = 20_000


def plain(learning_rate: float, seed: int) -> SparceClassifier:
    """Return the same readout without thresholds."""
    return sparce(0, seed, learning_rate).set_params(sparsity=None)


def follow(
    readout: SparceClassifier, states: np.ndarray, y: np.ndarray, test: tuple, tasks: list, rng
) -> np.ndarray:
    """Return the accuracy (%) on each task (columns) after each task (rows)."""
    # Percentiles of images of all classes, at a step too small to learn anything.
    rate = readout.learning_rate
    readout.set_params(learning_rate=1e-12).fit(states[:1000], y[:1000])
    readout.set_params(learning_rate=rate)
    accuracies = []
    for number, task in enumerate(tasks):
        mine = np.flatnonzero(np.isin(y, task))
        rows = rng.choice(mine, BATCH * (N_NEXT if number else N_FIRST))
        readout.partial_fit(states[rows], y[rows])
        predicted = readout.predict(test[0])
        accuracies.append(
            [100 * np.mean(predicted[np.isin(test[1], t)] == test[1][np.isin(test[1], t)])
             for t in tasks]
        )  # fmt: skip
    return np.array(accuracies)


def features(kind: str, seed: int, *images: np.ndarray) -> list[np.ndarray]:
    """Return the features of images, the training images first."""
    if kind == "spiking":  # divided by one number: the constants are for values around 1
        return states(kind, seed, True, list(images))
    reservoir = rate_reservoir(seed).fit(images[0])
    return [reservoir.transform(X) for X in images]


def run(kind: str, seed: int) -> Iterator[Row]:
    """Yield a row for each readout."""
    rng = np.random.default_rng([seed, 3])
    (X, y), (X_test, y_test) = columns("train", N_IMAGES), columns("test", 5_000)
    train_states, test_states = features(kind, seed, X, X_test)
    test = (test_states, y_test)
    digits = rng.permutation(10)
    tasks = [digits[:5], *(digits[k : k + 1] for k in range(5, 10))]
    readouts = {f"plain, rate {r:.1e}": plain(r, seed) for r in PLAIN_RATES}
    readouts |= {f"SpaRCe, n = {n}": sparce(n, seed, 5e-4) for n in PERCENTILES}
    for name, readout in readouts.items():
        table = follow(readout, train_states, y, test, tasks, np.random.default_rng([seed, 4]))
        yield {
            "reservoir": kind,
            "seed": seed,
            "readout": name,
            "first_task_learned": round(table[0, 0], 2),
            "first_task_after_next": round(table[1, 0], 2),
            "first_task_at_end": round(table[-1, 0], 2),
            "best_earlier_at_end": round(table[-1, :-1].max(), 2),
            "mean_of_tasks_at_end": round(table[-1].mean(), 2),
        }


def main() -> None:
    """Run every seed, print means over them, write the rows if requested."""
    options = command_line(__doc__).parse_args()
    runs = (row for kind in KINDS for seed in SEEDS for row in run(kind, seed))
    rows = collect(runs, "forgetting", options.json)
    means(rows, ("reservoir", "readout"), list(rows[0])[3:])


if __name__ == "__main__":
    main()
