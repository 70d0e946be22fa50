"""Full MNIST in little memory: features are computed block by block, in each epoch.

    python benchmarks/sparce/in_blocks.py [--json]

The spiking units of ``mnist.py``, three epochs; 2,000 images at a time are simulated, learned
and discarded. In memory are the images, one block of features and the weights; the
goal is at most 2 GB. Needs SPARCELEARN_DATA.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator

import numpy as np
from columns import columns
from mnist import patches
from rows import Row, collect, command_line

from sparcelearn.readouts import SparceClassifier

EPOCHS, BLOCK, SEED = 3, 2_000, 0
RATE = 2e-3  # falls to 0 over the epochs


def run() -> Iterator[Row]:
    """Learn, score the test images once, and yield time and memory."""
    (X, y), (X_test, y_test) = columns("train"), columns("test")
    begin = time.perf_counter()
    reservoir = patches(SEED, recurrent=True).fit(X[:BLOCK])
    size = reservoir.transform(X[:BLOCK]).std()
    readout = SparceClassifier(
        0.6,
        solver="adam",
        loss="sigmoid",
        alpha=0.0,
        batch_size=20,
        average=None,
        random_state=SEED,
    )
    rng = np.random.default_rng(SEED)
    n_blocks = len(X) // BLOCK
    for epoch in range(EPOCHS):
        for k, block in enumerate(np.array_split(rng.permutation(len(X)), n_blocks)):
            rate = RATE * (1 - (epoch * n_blocks + k) / (EPOCHS * n_blocks))
            readout.set_params(learning_rate=rate)
            features = reservoir.transform(X[block]) / size
            readout.partial_fit(features, y[block], classes=np.arange(10))
        print(f"epoch {epoch}: {time.perf_counter() - begin:.0f} s", flush=True)
    right = [
        readout.predict(reservoir.transform(X_test[k : k + BLOCK]) / size) == y_test[k : k + BLOCK]
        for k in range(0, len(X_test), BLOCK)
    ]
    yield {
        "test_accuracy": round(100 * float(np.mean(np.concatenate(right))), 2),
        "coding_level": round(readout.coding_level_, 3),
        "epochs": EPOCHS,
        "seed": SEED,
        "most_memory_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        "seconds": round(time.perf_counter() - begin),
    }


def main() -> None:
    """Run, print, write the row if requested."""
    options = command_line(__doc__).parse_args()
    collect(run(), "in_blocks", options.json)


if __name__ == "__main__":
    main()
