"""Random labels of random spikes, as in SpyTorch's first tutorial, by one and two DECOLLE layers.

Run from the repository's root::

    python benchmarks/rules/stacked.py [--json]

256 samples of 100 channels, 200 ms of Poisson spikes at 5 Hz, labels drawn at random: accuracy on
the samples learned, with 4 units in a layer and 300 epochs. Seeds 20 to 24. Loss, amplitude and the
shift of the fixed readout to mean 0 were chosen on seeds 0 to 14. With the defaults, smooth L1 loss
and outputs of 1 at most, as for many units, errors of most random readouts of 4 units cannot fall
to 0; these stand beside.
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

SEEDS, N_EPOCHS, N_UNITS = (20, 21, 22, 23, 24), 300, 4
SETTINGS: dict[str, dict[str, object]] = {
    "softmax": {"loss": "softmax", "amplitude": 4.0},
    "defaults": {},
}


def main() -> None:
    """Print accuracies, write them if requested."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    options = parser.parse_args()
    found: dict[str, dict[str, list[float]]] = {
        settings: {"one layer": [], "two layers": []} for settings in SETTINGS
    }
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        X = SpikeTrains.from_dense(rng.random((256, 200, 100)) < 0.005)
        y = (rng.random(256) < 0.5).astype(int)
        for settings, parameters in SETTINGS.items():
            layer = DecolleClassifier(N_UNITS, max_iter=N_EPOCHS, random_state=seed, **parameters)
            stack = StackedDecolleClassifier(layer, n_hidden=(N_UNITS, N_UNITS), random_state=seed)
            for name, model in (("one layer", layer), ("two layers", stack)):
                found[settings][name].append(round(model.fit(X, y).score(X, y), 4))
        print(seed, found, flush=True)
    if options.json:
        command = "python benchmarks/rules/stacked.py --json"
        write("rules_stacked", command, {"seeds": SEEDS, "accuracy": found})


if __name__ == "__main__":
    main()
