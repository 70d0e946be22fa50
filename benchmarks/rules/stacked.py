"""Random labels of random spikes, as in SpyTorch's first tutorial, by one and two DECOLLE layers.

Run from the repository's root::

    python benchmarks/rules/stacked.py [--json]

256 samples of 100 channels, 200 ms of Poisson spikes at 5 Hz, labels drawn at random: accuracy on
the samples learned, with 4 units in a layer and 300 epochs. Seeds 0 to 2; nothing was chosen on
them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from _results import write

from sparcelearn import SpikeTrains
from sparcelearn.readouts import DecolleClassifier, StackedDecolleClassifier

SEEDS, N_EPOCHS, N_UNITS = (0, 1, 2), 300, 4


def main() -> None:
    """Print accuracies, write them if requested."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    options = parser.parse_args()
    found: dict[str, list[float]] = {"one layer": [], "two layers": []}
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        X = SpikeTrains.from_dense(rng.random((256, 200, 100)) < 0.005)
        y = (rng.random(256) < 0.5).astype(int)
        layer = DecolleClassifier(N_UNITS, max_iter=N_EPOCHS, random_state=seed)
        stack = StackedDecolleClassifier(layer, n_hidden=(N_UNITS, N_UNITS), random_state=seed)
        found["one layer"].append(round(layer.fit(X, y).score(X, y), 4))
        found["two layers"].append(round(stack.fit(X, y).score(X, y), 4))
        print(seed, found, flush=True)
    if options.json:
        command = "python benchmarks/rules/stacked.py --json"
        write("rules_stacked", command, {"seeds": SEEDS, "accuracy": found})


if __name__ == "__main__":
    main()
