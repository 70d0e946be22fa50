"""
An event camera
===============

You learn to classify events directly, without frames: pixels of such a camera send an event when
brightness changes. The recordings are made here, of digits that move as in front of the
camera of N-MNIST; :func:`~sparcelearn.datasets.fetch_nmnist` reads real ones, and
:func:`~sparcelearn.interop.from_tonic` takes tables of yours, with columns x, y, t and p.
"""

import numpy as np
from matplotlib import pyplot as plt
from scipy.ndimage import shift
from sklearn.datasets import load_digits
from sklearn.linear_model import RidgeClassifierCV
from sklearn.pipeline import make_pipeline

from sparcelearn import SpikeTrains
from sparcelearn.displays import SpikeRasterDisplay
from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import SpikingReservoir

SIZE, STEPS = 12, 40  # pixels a side, ms
rng = np.random.default_rng(0)


def record(image):
    """Move an image along a triangle; return the times and channels of events."""
    corners = [(0, 0), (2, 1.5), (0.5, 3), (0, 0)]
    at = np.linspace(0, 3, STEPS)
    path = np.stack([np.interp(at, range(4), axis) for axis in zip(*corners, strict=True)], axis=1)
    scene = np.zeros((SIZE, SIZE))
    scene[1:9, 1:9] = image / 16
    level, times, channels = shift(scene, path[0], order=1), [], []
    for step in range(1, STEPS):
        change = shift(scene, path[step], order=1) - level
        for polarity, is_event in enumerate((change > 0.25, change < -0.25)):
            pixels = np.flatnonzero(is_event)
            times.append(step + rng.random(len(pixels)))
            channels.append(polarity * SIZE**2 + pixels)
        level += np.where(np.abs(change) > 0.25, change, 0)
    return np.concatenate(times), np.concatenate(channels)


images, y = load_digits(return_X_y=True)
order = rng.permutation(len(y))[:700]
X = SpikeTrains.from_samples(
    [record(image.reshape(8, 8)) for image in images[order]], 2 * SIZE**2, durations=STEPS + 1
)
y = y[order]
print(X)

# %%
# The reservoir takes the events as they are.

X_train, X_test, y_train, y_test = X[:500], X[500:], y[:500], y[500:]
model = make_pipeline(
    SpikingReservoir(500, random_state=0), SparceClassifier(0.4, max_iter=30, random_state=0)
)
print(f"SpaRCe on the reservoir: {model.fit(X_train, y_train).score(X_test, y_test):.3f}")
ridge = RidgeClassifierCV(np.logspace(-2, 4, 7)).fit(X_train.counts(), y_train)
print(f"ridge on counts of events, no reservoir: {ridge.score(X_test.counts(), y_test):.3f}")

# %%
# One recording: its events in the plane, and the spikes of the units.

row, column = np.divmod(X_test[0].channels % SIZE**2, SIZE)
_, (left, right) = plt.subplots(1, 2, figsize=(9, 3.8), layout="constrained")
beside = column + 0.8 * X_test[0].times / STEPS  # events of a pixel one beside the other
points = left.scatter(beside, -row, c=X_test[0].times, s=9, cmap="cividis")
left.figure.colorbar(points, ax=left, label="time (ms)")
left.set(title=f"events of a {y_test[0]}", aspect="equal", xticks=[], yticks=[])
SpikeRasterDisplay.from_estimator(model[0], X_test, ax=right)
plt.show()
