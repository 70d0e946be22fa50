"""Let MiniRocket with ridge learn from parts of a data set.

Runs in an environment of its own, which has aeon: ``python aeon_fit.py FILE``. The file has ``X``
(n_samples, n_channels, n_timesteps), ``y``, and ``train`` and ``test``, lists of row numbers, a row
for each try; the accuracies are printed as JSON.
"""

import json
import sys

import numpy as np
from aeon.classification.convolution_based import MiniRocketClassifier

with np.load(sys.argv[1]) as file:
    X, y, tries = (
        file["X"].astype(np.float32),
        file["y"],
        zip(file["train"], file["test"], strict=True),
    )
    scores = []
    for seed, (train, test) in enumerate(tries):
        model = MiniRocketClassifier(random_state=seed).fit(X[train], y[train])
        scores.append(float(model.score(X[test], y[test])))
print(json.dumps(scores))
