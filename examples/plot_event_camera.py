"""
An event camera
===============

N-MNIST was recorded by a camera whose pixels send an event when brightness changes. The
reservoir takes these events directly, without frames.
"""

import numpy as np
from matplotlib import pyplot as plt
from sklearn.linear_model import RidgeClassifierCV
from sklearn.pipeline import make_pipeline

from sparcelearn.datasets import fetch_nmnist
from sparcelearn.displays import SpikeRasterDisplay
from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import SpikingReservoir

X_train, y_train = fetch_nmnist("train", version="small", return_X_y=True)
X_test, y_test = fetch_nmnist("test", version="small", return_X_y=True)
print(X_train)

# %%
# Each unit hears some of the 2312 channels, one of them or many. 200 recordings are very few; the
# full set has 60,000.

reservoir = SpikingReservoir(500, random_state=0)
model = make_pipeline(reservoir, SparceClassifier(sparsity=0.4, max_iter=40, random_state=0))
print(f"SpaRCe on the reservoir: {model.fit(X_train, y_train).score(X_test, y_test):.2f}")

ridge = RidgeClassifierCV(np.logspace(-2, 4, 7)).fit(X_train.counts(), y_train)
print(f"ridge on counts of events, no reservoir: {ridge.score(X_test.counts(), y_test):.2f}")

# %%
# One recording: its events in the plane, and the spikes of the units.

x, y = X_test[0].channels % 34, X_test[0].channels // 34 % 34
_, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
points = left.scatter(x, -y, c=X_test[0].times, s=4, cmap="cividis")
left.figure.colorbar(points, ax=left, label="time (ms)")
left.set(title=f"events of a {y_test[0]}", aspect="equal", xticks=[], yticks=[])
SpikeRasterDisplay.from_estimator(model[0], X_test, ax=right)
plt.show()
