"""
First-spike classification
==========================

Points of the Yin-Yang set are encoded as spike times. A fixed random layer of spiking neurons
responds with spikes, and a readout learns from their times by exact gradients; its answer is
the output that spikes first.
"""

import numpy as np
from matplotlib import pyplot as plt
from sklearn.linear_model import LogisticRegression

from sparcelearn import SpikeTrains
from sparcelearn.datasets import make_yin_yang
from sparcelearn.readouts import FirstSpikeClassifier, first_spike_times

TAU = 10.0  # ms
X_train, y_train = make_yin_yang(1500, random_state=0)
X_test, y_test = make_yin_yang(1000, random_state=1)

# %%
# Larger values spike later, between 1.5 and 20 ms. A fifth input always spikes at 9 ms, as a
# reference.

rng = np.random.RandomState(0)
weights = rng.normal(1.0, 1.6, (120, 5))


def hidden_spikes(X):
    """Return the first spikes of the 120 units of the frozen layer; some stay silent."""
    inputs = np.hstack([1.5 + 18.5 * X, np.full((len(X), 1), 9.0)])
    times = first_spike_times(inputs, weights, tau_syn=TAU)
    spiking = np.isfinite(times)
    samples = [(t[s], np.flatnonzero(s)) for t, s in zip(times, spiking, strict=True)]
    return SpikeTrains.from_samples(samples, n_channels=120, durations=200.0)


train, test = hidden_spikes(X_train), hidden_spikes(X_test)
print(train)

readout = FirstSpikeClassifier(TAU, learning_rate=0.01, max_iter=25, random_state=0)
readout.fit(train, y_train)
print(f"first spike wins, on the frozen layer: {readout.score(test, y_test):.3f}")
linear = LogisticRegression(max_iter=500).fit(X_train, y_train)
print(f"logistic regression on the points themselves: {linear.score(X_test, y_test):.3f}")

# %%
# The answers, over the plane.

predicted = readout.predict(test)
_, (left, right) = plt.subplots(1, 2, figsize=(8, 3.8), layout="constrained")
for ax, labels, title in ((left, y_test, "classes"), (right, predicted, "answers")):
    for k, colour in enumerate(("#0072B2", "#E69F00", "#009E73")):
        ax.scatter(*X_test[labels == k, :2].T, s=6, color=colour)
    ax.set(title=title, aspect="equal", xticks=[], yticks=[])
plt.show()
