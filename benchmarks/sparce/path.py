"""Cost of a path of eight levels of sparsity, and whether short trials choose as well.

    python benchmarks/sparce/path.py [--json]

Training images of MNIST by columns (rate), 8 x 8 digits and spoken digits (spiking): of each
training part a fifth is held out; on the rest ``SparceClassifierCV`` chooses among eight levels
which it tries for all epochs, a quarter, or an eighth of them. Its cost is the processor time
of the whole search, last fit included, over that of one fit at the level chosen, percentiles
included in both. No test data. Needs SPARCELEARN_DATA and some minutes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from columns import columns
from mnist import rate
from rows import Row, collect, command_line, means
from sklearn.model_selection import train_test_split
from tasks import TASKS

from sparcelearn.readouts import SparceClassifier, SparceClassifierCV

SEEDS, EPOCHS, PARTS = range(3), 16, (1, 4, 8)
ADAM: dict[str, Any] = {
    "solver": "adam",
    "loss": "sigmoid",
    "alpha": 0.0,
    "batch_size": 20,
    "learning_rate_schedule": "linear",
    "average": None,
}
Features = tuple[np.ndarray, np.ndarray]


def images(seed: int) -> Features:
    """Return rate features of 6,000 images at four instants."""
    X, y = columns("train", 6_000)
    return rate(seed, recurrent=True).set_params(n_readouts=4).fit_transform(X), y


def of_task(name: str) -> Callable[[int], Features]:
    """Return a function that gives the spiking features of a task's training part."""

    def features(seed: int) -> Features:
        X, _, y, _ = TASKS[name].split(seed)
        return TASKS[name].reservoirs["spiking"](seed, recurrent=True).fit_transform(X), y

    return features


TRIALS = {"MNIST, rate": images, "digits, spiking": of_task("digits")}
TRIALS["spoken, spiking"] = of_task("spoken")


def timed(fit: Callable[[], Any]) -> tuple[Any, float]:
    """Return what a function returns and its processor time."""
    begin = time.process_time()
    return fit(), time.process_time() - begin


def run(name: str, seed: int) -> Iterator[Row]:
    """Yield a row for each length of trial."""
    X, y = TRIALS[name](seed)
    X /= X.std()
    X, X_out, y, y_out = train_test_split(X, y, test_size=0.2, stratify=y, random_state=seed)
    readout = SparceClassifier(learning_rate=5e-3, max_iter=EPOCHS, random_state=seed, **ADAM)
    readout.fit(X[:100], y[:100])  # compiled now
    for part in PARTS:
        search = SparceClassifierCV(readout, max_iter=EPOCHS // part)
        _, seconds = timed(lambda search=search: search.fit(X, y))
        readout.set_params(sparsity=search.sparsity_)
        _, once = timed(lambda: readout.fit(X, y))
        yield {
            "features": name,
            "seed": seed,
            "epochs_of_trials": EPOCHS // part,
            "level": search.sparsity_,
            "held_out_accuracy": round(100 * search.score(X_out, y_out), 2),
            "fits": round(seconds / once, 2),
            "seconds": round(seconds, 1),
        }


def main() -> None:
    """Run everything, print means, write the rows if requested."""
    options = command_line(__doc__).parse_args()
    runs = (row for name in TRIALS for seed in SEEDS for row in run(name, seed))
    rows = collect(runs, "path", options.json)
    means(rows, ("features", "epochs_of_trials"), ("held_out_accuracy", "fits"))


if __name__ == "__main__":
    main()
