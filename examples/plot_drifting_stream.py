"""
A stream with drift
===================

The classes of a stream change twice. A readout that continues to learn adapts; one that was
trained at the start does not. Every sample is predicted before it is learned from.
"""

import numpy as np
from matplotlib import pyplot as plt
from sklearn.base import clone

from sparcelearn.datasets import make_drifting_stream
from sparcelearn.displays import StreamMonitorDisplay
from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import SpikingReservoir

X, y, concept = make_drifting_stream(
    6000, n_concepts=3, drift="abrupt", separation=5.0, random_state=0, return_concept=True
)
drifts = np.flatnonzero(np.diff(concept)) + 1

# %%
# The reservoir expands each row into features. It is calibrated on the first 500 rows.

reservoir = SpikingReservoir(200, random_state=0).fit(X[:500])
features = reservoir.transform(X)

online = SparceClassifier(random_state=0)
online.partial_fit(features[:500], y[:500], classes=[0, 1, 2])
frozen = clone(online).fit(features[:500], y[:500])

predicted = np.empty_like(y)
for rows in np.split(np.arange(500, 6000), 550):  # ten at a time
    predicted[rows] = online.predict(features[rows])
    online.partial_fit(features[rows], y[rows])

seen = slice(500, None)
for name, values in (("online", predicted), ("frozen", frozen.predict(features))):
    print(f"{name}: {np.mean(values[seen] == y[seen]):.3f}")

StreamMonitorDisplay.from_predictions(
    y[seen], {"online": predicted[seen], "frozen": frozen.predict(features[seen])},
    events=drifts - 500,
)  # fmt: skip
plt.show()
