"""
Class-incremental learning
==========================

Classes come two at a time and are not repeated. An online readout forgets the earlier ones; a
recursive ridge readout, which sums over all samples, does not depend on the order.
"""

import numpy as np
from matplotlib import pyplot as plt
from sklearn.model_selection import train_test_split

from sparcelearn.datasets import class_incremental_order, load_digits_sequence
from sparcelearn.readouts import SparceClassifier, StreamingRidgeClassifier
from sparcelearn.reservoir import SpikingReservoir

X, y = load_digits_sequence(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
reservoir = SpikingReservoir(600, random_state=0).fit(X_train)
train, test = reservoir.transform(X_train), reservoir.transform(X_test)

order, task = class_incremental_order(y_train, n_tasks=5, random_state=0)
# small steps, and cross-entropy, which leaves outputs alone that are right: less is forgotten
gently = {"solver": "adam", "loss": "sigmoid", "batch_size": 20, "alpha": 0.0, "average": None}
READOUTS = {
    "no thresholds": SparceClassifier(sparsity=None, random_state=0, **gently),
    "SpaRCe, 80 % silent": SparceClassifier(sparsity=0.8, random_state=0, **gently),
    "recursive ridge": StreamingRidgeClassifier(alpha=10.0),
}

# %%
# Each readout sees every task once. After each, it is tested on all tasks seen so far.

accuracy = {}
for name, readout in READOUTS.items():
    accuracy[name] = []
    for k in range(5):
        rows = order[task == k]
        readout.partial_fit(train[rows], y_train[rows], classes=np.arange(10))
        seen = y_test // 2 <= k
        accuracy[name].append(readout.score(test[seen], y_test[seen]))
    print(f"{name:22} after each task: {np.round(accuracy[name], 2)}")

_, ax = plt.subplots(figsize=(6, 3.5), layout="constrained")
for (name, values), style in zip(accuracy.items(), ("o-", "s-", "^-"), strict=True):
    ax.plot(range(1, 6), values, style, label=name)
ax.plot(range(1, 6), 1 / np.arange(1, 6), ":", color="grey", label="only the last task")
ax.set(xlabel="tasks seen", ylabel="accuracy on all of them", ylim=(0, 1.02), xticks=range(1, 6))
ax.legend()
plt.show()
