"""
Beside MiniRocket
=================

How a spiking reservoir with nothing set does on time series, beside MiniRocket, which is fast and
hard to beat, and beside the plainest alternative: ridge on the raw values. One set where the
reservoir is ahead, one where it is behind, and three seeds of each, since a single draw says
little.

MiniRocket and the data come with sktime, whose axes are ours swapped: it puts channels before
time.
"""

import numpy as np
from matplotlib import pyplot as plt
from sklearn.linear_model import RidgeClassifierCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sktime.datasets import load_UCR_UEA_dataset
from sktime.transformations.panel.rocket import MiniRocket

from sparcelearn.readouts import SparceClassifierCV
from sparcelearn.reservoir import SpikingReservoir

SETS, SEEDS = ("ArrowHead", "OSULeaf"), range(3)


def load(name, split):
    """Return series of one channel, of shape (n_series, n_times, 1), and labels."""
    X, y = load_UCR_UEA_dataset(name, split=split, return_X_y=True, return_type="numpy3D")
    return X.swapaxes(1, 2), y


# %%
# Three kinds of features, none of which is told the labels. The series are split as in the
# archive; test series are looked at once.


def raw(X, X_test, seed):
    """Return the values themselves."""
    return X[:, :, 0], X_test[:, :, 0]


def minirocket(X, X_test, seed):
    """Return the shares of time in which random filters are above a threshold."""
    filters = MiniRocket(random_state=seed).fit(X.swapaxes(1, 2))
    return [np.asarray(filters.transform(part.swapaxes(1, 2))) for part in (X, X_test)]


def spikes(X, X_test, seed):
    """Return what a reservoir with nothing set but its size counts."""
    reservoir = SpikingReservoir(2000, random_state=seed).fit(X)
    return reservoir.transform(X), reservoir.transform(X_test)


# %%
# Readouts choose their penalty or their sparsity by cross-validation on the training series.

ridge = RidgeClassifierCV(np.logspace(-3, 5, 17))
MODELS = {
    "raw values, ridge": (raw, ridge),
    "MiniRocket, ridge": (minirocket, make_pipeline(StandardScaler(with_mean=False), ridge)),
    "spiking reservoir, ridge": (spikes, ridge),
    "spiking reservoir, SpaRCe": (spikes, SparceClassifierCV()),
}
scores = {}
for name in SETS:
    (X, y), (X_test, y_test) = load(name, "train"), load(name, "test")
    print(f"{name}: {len(X)} training series, {len(X_test)} test series, {X.shape[1]} values each")
    for kind, (features_of, readout) in MODELS.items():
        found = []
        for seed in SEEDS:
            features, test_features = features_of(X, X_test, seed)
            found.append(readout.fit(features, y).score(test_features, y_test))
        scores[name, kind] = np.array(found)
        print(f"  {kind:27} {np.mean(found):.3f} +- {np.std(found):.3f}")

# %%
# What two classes look like, and the accuracies; a mark is a seed.

fig, axes = plt.subplots(2, 2, figsize=(9, 5.5), layout="constrained")
colours = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
for name, (left, right) in zip(SETS, axes, strict=True):
    X, y = load(name, "train")
    for label, colour in zip(np.unique(y)[:2], colours, strict=False):
        left.plot(X[y == label][:4, :, 0].T, color=colour, lw=0.8)
    left.set(title=f"{name}: four series of two classes", xlabel="time step", ylabel="value")
    for place, (kind, colour) in enumerate(zip(MODELS, colours, strict=True)):
        right.plot(scores[name, kind], [place] * len(SEEDS), "o", color=colour, alpha=0.7)
    right.set(title="accuracy on test series", yticks=range(len(MODELS)), yticklabels=MODELS)
    right.margins(y=0.2)
    right.grid(axis="x", alpha=0.3)
plt.show()
