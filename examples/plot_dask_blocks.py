"""
More samples than memory: Dask
==============================

You learn to simulate blocks of samples on the threads of this machine, or on the workers of a
cluster, and to train one readout on all of them. Only sums travel, and the result is that of one
fit.
"""

import dask.array as da
import numpy as np
from matplotlib import pyplot as plt

from sparcelearn import distributed
from sparcelearn.datasets import load_digits_sequence
from sparcelearn.readouts import StreamingRidgeClassifier
from sparcelearn.reservoir import SpikingReservoir

X, y = load_digits_sequence(return_X_y=True)
blocks = da.from_array(X[:1500], chunks=(250, 8, 8))
labels = da.from_array(y[:1500], chunks=250)
print(blocks)

# %%
# The reservoir is fitted on some samples. Nothing is simulated before a result is asked for.

reservoir = SpikingReservoir(150, n_readouts=2, random_state=0).fit(X[:500])
features = distributed.transform(reservoir, blocks)
print(features)

ridge = distributed.fit_by_merging(StreamingRidgeClassifier(alpha=10.0), features, labels)
test = reservoir.transform(X[1500:])
print(f"from six blocks: {ridge.score(test, y[1500:]):.3f}")

alone = StreamingRidgeClassifier(alpha=10.0).fit(reservoir.transform(X[:1500]), y[:1500])
print(f"largest difference from one fit: {np.abs(ridge.coef_ - alone.coef_).max():.1e}")

# %%
# A readout for each number of blocks: what more data add.

scores = []
for n_blocks in range(1, 7):
    rows = slice(0, 250 * n_blocks)
    part = distributed.fit_by_merging(
        StreamingRidgeClassifier(alpha=10.0), features[rows], labels[rows]
    )
    scores.append(part.score(test, y[1500:]))
_, ax = plt.subplots(figsize=(6, 3.5), layout="constrained")
ax.plot(250 * np.arange(1, 7), scores, "o-", color="#0072B2")
ax.set(xlabel="samples learned", ylabel="accuracy on test data")
plt.show()
