"""Write river's data sets, and the accuracy of its standardized logistic regression, to a folder.

Runs in an environment of its own, which has river: ``python river_sets.py FOLDER NAME...``.
Prequential: every row is predicted, then learned from, once.
"""

import itertools
import sys
from pathlib import Path

import numpy as np
from river import compose, datasets, linear_model, multiclass, preprocessing

N_ROWS = 5000


def in_turn(generator, name, values):
    """Return a stream whose concept changes abruptly: equal parts, one for each value."""
    n_rows = N_ROWS // len(values)
    parts = (generator(seed=k, **{name: value}) for k, value in enumerate(values, start=1))
    return itertools.chain(*(part.take(n_rows) for part in parts))


SETS = {
    "Bananas": datasets.Bananas,
    "ImageSegments": datasets.ImageSegments,
    "Hyperplane": lambda: datasets.synth.Hyperplane(seed=1, n_features=10, mag_change=0.001),
    "SEA": lambda: in_turn(datasets.synth.SEA, "variant", (0, 2)),
    "LED": lambda: datasets.synth.LED(seed=1),
    "RandomRBFDrift": lambda: datasets.synth.RandomRBFDrift(
        seed_model=1, seed_sample=1, n_classes=4, n_features=10, n_centroids=20, change_speed=0.001
    ),
    "Phishing": datasets.Phishing,
    "Waveform": lambda: datasets.synth.Waveform(seed=1),
    "Agrawal": lambda: in_turn(datasets.synth.Agrawal, "classification_function", (0, 4)),
    "Mixed": lambda: in_turn(datasets.synth.Mixed, "classification_function", (0, 1)),
    "Sine": lambda: in_turn(datasets.synth.Sine, "classification_function", (0, 2)),
    "STAGGER": lambda: in_turn(datasets.synth.STAGGER, "classification_function", (0, 1, 2)),
}

folder = Path(sys.argv[1])
for name in sys.argv[2:]:
    rows = list(itertools.islice(SETS[name](), N_ROWS))
    names = list(rows[0][0])
    classes = sorted({str(y) for _, y in rows})
    model = compose.Pipeline(
        preprocessing.StandardScaler(),
        multiclass.OneVsRestClassifier(linear_model.LogisticRegression()),
    )
    hits = []
    for x, y in rows:
        hits.append(str(model.predict_one(x)) == str(y))
        model.learn_one(x, str(y))
    np.savez(
        folder / f"{name}.npz",
        X=np.array([[float(x[key]) for key in names] for x, _ in rows]),
        y=np.searchsorted(classes, [str(y) for _, y in rows]),
        hits=np.array(hits),
    )
    print(name, len(rows), len(names), len(classes), np.mean(hits), flush=True)
