"""
No free lunch, and what data can tell
=====================================

Averaged over all ways in which the points of a small domain may be labelled, every learner is
right on half of the points that it has not seen. It is better than that only where
labels follow a distribution that suits it; then its error is compared with the least possible one.
"""

# %%
# Six points, three of them for training, and all 64 labellings.

from itertools import product

import numpy as np
from matplotlib import pyplot as plt
from sklearn.dummy import DummyClassifier
from sklearn.neighbors import KNeighborsClassifier

from sparcelearn.datasets import make_gaussian_classes
from sparcelearn.measures import excess_risk, generalization_gap
from sparcelearn.readouts import DeltaClassifier

points = np.arange(6.0)[:, np.newaxis]
seen, unseen = [0, 2, 3], [1, 4, 5]
learners = {
    "most frequent label": DummyClassifier(strategy="most_frequent"),
    "nearest neighbour": KNeighborsClassifier(1),
}
for name, learner in learners.items():
    scores = []
    for labelling in product([0, 1], repeat=6):
        labels = np.array(labelling)
        scores.append(learner.fit(points[seen], labels[seen]).score(points[unseen], labels[unseen]))
    print(f"{name}: {np.mean(scores)} over {len(scores)} labellings")

# %%
# Two Gaussian classes, 50 dimensions: the least possible error (the Bayes risk) is known. The
# error on the training samples (the empirical risk) is too low, that on new ones (the risk) above
# the Bayes risk; both gaps close with the number of samples.

X_test, y_test, classes = make_gaussian_classes(
    20_000, n_features=50, random_state=0, return_classes=True
)
sizes = [20, 50, 100, 200, 500, 1000, 2000]
empirical, true = [], []
for n in sizes:
    X, y = classes.sample(n, random_state=n)
    readout = DeltaClassifier(0.1, max_iter=50, random_state=0).fit(X, y)
    gap = generalization_gap(readout, X, y, X_test, y_test)
    empirical.append(gap.train_risk)
    true.append(gap.test_risk)
found = excess_risk(readout, classes, random_state=1)
print(f"2,000 samples: risk {found.risk:.3f}, Bayes risk {found.bayes_risk:.3f}")

_, ax = plt.subplots(figsize=(6, 3.5), layout="constrained")
ax.semilogx(sizes, true, marker="o", label="risk")
ax.semilogx(sizes, empirical, marker="s", label="empirical risk")
ax.axhline(found.bayes_risk, color="0.5", linestyle="--", label="Bayes risk")
ax.set(xlabel="training samples", ylabel="error")
ax.legend()
plt.show()
