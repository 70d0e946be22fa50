"""
Your own readout
================

You learn to write a learning rule of your own in a few lines: any scikit-learn estimator with
``partial_fit`` works behind a reservoir, on batches and on streams.
"""

# %%
# A perceptron with a margin, which changes weights only of the right class and of the best wrong
# one, and only if the right one is not ahead by enough.

import numpy as np
from matplotlib import pyplot as plt
from sklearn.base import BaseEstimator, ClassifierMixin

from sparcelearn.datasets import make_drifting_stream
from sparcelearn.displays import StreamMonitorDisplay
from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import SpikingReservoir


class MarginPerceptron(ClassifierMixin, BaseEstimator):
    """Move the right class up and its best rival down, until a margin is between them."""

    def __init__(self, margin=1.0, learning_rate=0.05):
        self.margin = margin
        self.learning_rate = learning_rate

    def fit(self, X, y):
        """Learn all samples once."""
        if hasattr(self, "coef_"):
            del self.coef_
        return self.partial_fit(X, y, classes=np.unique(y))

    def partial_fit(self, X, y, classes=None):
        """Learn more samples, one after the other."""
        if not hasattr(self, "coef_"):
            self.classes_ = np.asarray(classes)
            self.coef_ = np.zeros((len(self.classes_), X.shape[1]))
        for x, right in zip(X, np.searchsorted(self.classes_, y), strict=True):
            scores = self.coef_ @ x
            others = np.where(np.arange(len(scores)) == right, -np.inf, scores)
            if scores[right] - others.max() < self.margin:
                step = self.learning_rate * x / (1 + x @ x)
                self.coef_[right] += step
                self.coef_[others.argmax()] -= step
        return self

    def decision_function(self, X):
        """Return a score for each class."""
        return X @ self.coef_.T

    def predict(self, X):
        """Return the class of the highest score."""
        return self.classes_[self.decision_function(X).argmax(axis=1)]


# %%
# Beside SpaRCe, on a stream whose classes move halfway. Each piece is predicted, then learned.

X, y = make_drifting_stream(4000, n_concepts=2, separation=5.0, random_state=0)
answers = {}
for name, readout in {
    "own rule": MarginPerceptron(learning_rate=1.0),
    "SpaRCe": SparceClassifier(random_state=0),
}.items():
    reservoir = SpikingReservoir(200, random_state=0).fit(X[:500])
    features = reservoir.transform(X)
    readout.partial_fit(features[:500], y[:500], classes=[0, 1, 2])
    answers[name] = np.empty(3500, dtype=int)
    for first in range(500, 4000, 10):
        rows = slice(first, first + 10)
        answers[name][first - 500 : first - 490] = readout.predict(features[rows])
        readout.partial_fit(features[rows], y[rows])
    print(f"{name}: {np.mean(answers[name] == y[500:]):.3f} right")

_, ax = plt.subplots(figsize=(8, 3.5), layout="constrained")
StreamMonitorDisplay.from_predictions(y[500:], answers, events=[1500], ax=ax)
plt.show()
