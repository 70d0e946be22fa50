"""
Quick start
===========

A spiking reservoir turns sequences into features, and a SpaRCe readout learns from them.
Both are scikit-learn estimators. Nothing in the reservoir ever learns.
"""

# %%
# Each handwritten digit is a sequence: a row of the image is a time step.

from matplotlib import pyplot as plt
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from sparcelearn.datasets import load_digits_sequence
from sparcelearn.displays import BeforeAfterDisplay, SpikeRasterDisplay
from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import SpikingReservoir

X, y = load_digits_sequence(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
print(f"{len(X_train)} sequences of {X.shape[1]} time steps x {X.shape[2]} channels")

model = make_pipeline(
    SpikingReservoir(n_units=500, random_state=0),
    SparceClassifier(sparsity=0.4, max_iter=30, random_state=0),
)
model.fit(X_train, y_train)
print(f"test accuracy: {model.score(X_test, y_test):.3f}")
print(f"features above their threshold: {model[-1].coding_level_:.0%}")

# %%
# The spikes for one digit, and the thresholds before and after learning.

_, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
SpikeRasterDisplay.from_estimator(model[0], X_test, ax=left)
BeforeAfterDisplay.from_estimator(model[-1], ax=right)
plt.show()
