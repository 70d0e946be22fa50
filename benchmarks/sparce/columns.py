"""MNIST by columns after 3,000 updates, with the author's constants, compared with his log.

    python benchmarks/sparce/columns.py [--json]

55,000 training images, one column per time step, 1,000 tanh units read at all 28 instants; one
threshold per unit and instant, at percentiles over all training images; 3,000 mini-batches
of 20. The author's log holds one seed. Needs SPARCELEARN_DATA, 10 GB of memory and about
three minutes a seed on one core.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from author import BATCH, rate_reservoir, sparce
from rows import Row, collect, command_line, means

from sparcelearn.datasets import fetch_mnist

LOGGED = {0: 93.92, 20: 94.88, 40: 95.35, 60: 95.93, 80: 96.13}  # % right on the test images
N_UPDATES, N_TRAIN = 3_000, 55_000
SEEDS = range(5)


def columns(subset: str, n: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return images as sequences of columns, values 0 to 1, and labels."""
    images, labels = fetch_mnist(subset, return_X_y=True)
    return (images[:n].transpose(0, 2, 1) / 255).astype(np.float32), labels[:n]


def run(seed: int) -> Iterator[Row]:
    """Yield a row for each percentile."""
    X, y = columns("train", N_TRAIN)
    X_test, y_test = columns("test")
    reservoir = rate_reservoir(seed).fit(X)
    begin = time.process_time()
    states, test_states = reservoir.transform(X), reservoir.transform(X_test)
    print(f"seed {seed}: states in {time.process_time() - begin:.0f} s")
    rest = np.random.default_rng([seed, 2]).integers(N_TRAIN, size=N_UPDATES * BATCH - N_TRAIN)
    for percentile, logged in LOGGED.items():
        begin = time.process_time()
        readout = sparce(percentile, seed).fit(states, y)  # one epoch: 2,750 updates
        readout.partial_fit(states[rest], y[rest])
        accuracy = 100 * readout.score(test_states, y_test)
        yield {
            "seed": seed,
            "percentile": percentile,
            "test_accuracy": round(accuracy, 2),
            "logged": logged,
            "coding_level": round(readout.coding_level_, 3),
            "seconds": round(time.process_time() - begin, 1),
        }


def main() -> None:
    """Run every seed, print means, write the rows if requested."""
    options = command_line(__doc__).parse_args()
    rows = collect((row for seed in SEEDS for row in run(seed)), "columns", options.json)
    means(rows, ("percentile", "logged"), ("test_accuracy", "coding_level"))


if __name__ == "__main__":
    main()
