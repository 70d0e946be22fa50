"""
What units hear, and which class they speak for
===============================================

You learn to look into a fitted model: through which filter in time a unit hears its channel,
for which class its features speak, and what part of one answer comes from which unit.
"""

# %%
# Two kinds of bursts, slow and fast, in noise, beginning at any time.

import numpy as np
from matplotlib import pyplot as plt
from sklearn.model_selection import train_test_split

from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import SpikingReservoir

rng = np.random.default_rng(0)
y = np.repeat(["slow", "fast"], 150)
start = rng.integers(5, 60, 300)
time = np.arange(100) - start[:, np.newaxis]
period = np.where(y == "slow", 16.0, 7.0)[:, np.newaxis]
burst = np.sin(2 * np.pi * time / period) * ((time >= 0) & (time < 32))
X = (burst + rng.normal(0, 0.4, burst.shape))[:, :, np.newaxis]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)

reservoir = SpikingReservoir(n_units=120, n_readouts=1, random_state=0).fit(X_train)
train, test = reservoir.transform(X_train), reservoir.transform(X_test)
readout = SparceClassifier(sparsity=0.3, max_iter=20, random_state=0).fit(train, y_train)
print(f"test accuracy: {readout.score(test, y_test):.3f}")

# %%
# The contribution of a feature to an answer is its thresholded value times its weight. Its mean
# over samples tells for which class a unit speaks, and its filter why.

code = readout.sparse_code(test)
is_slow = y_test == "slow"
weights_in, lags = reservoir.input_weights_.toarray(), reservoir.input_lags_
difference = code[is_slow].mean(axis=0) - code[~is_slow].mean(axis=0)
FAST, SLOW = np.argsort(difference)[:3], np.argsort(difference)[-3:]

_, axes = plt.subplots(2, 4, figsize=(11, 4.5), layout="constrained")
for row, (name, units, colour) in zip(
    axes, (("slow", SLOW, "#0072B2"), ("fast", FAST, "#D55E00")), strict=True
):
    for ax, unit in zip(row, units, strict=False):
        taps = np.flatnonzero(weights_in[:, unit])
        ax.plot(-lags[taps], weights_in[taps, unit], "o-", ms=3, color=colour)
        ax.axhline(0, color="0.8", lw=0.8)
        ax.set(title=f"unit {unit}: fires for {name}", xlabel="rows ago", yticks=[])
    sample = np.flatnonzero(y_test == name)[0]
    row[-1].plot(X_test[sample, :, 0], color="0.3", lw=1)
    row[-1].set(title=f"a {name} burst", xlabel="time step", yticks=[])
    print(f"{name}: units {', '.join(map(str, units))}")
plt.show()

# %%
# One answer, unit by unit: a few of the 120 decide.

contribution = code[0] * np.ravel(readout.coef_[-1])  # above 0: for the last class
largest = np.argsort(np.abs(contribution))[-12:]
share = np.abs(contribution[largest]).sum() / np.abs(contribution).sum()
print(f"{y_test[0]}: twelve units make {share:.0%} of the answer")
_, ax = plt.subplots(figsize=(6, 3.5), layout="constrained")
colours = np.where(contribution[largest] > 0, "#0072B2", "#D55E00")
ax.barh([f"unit {unit}" for unit in largest], contribution[largest], color=colours)
ax.set(xlabel=f"for {readout.classes_[0]}  <   contribution   >  for {readout.classes_[-1]}")
plt.show()
