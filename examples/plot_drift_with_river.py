"""
Drift, noticed by river
=======================

You learn to put a drift detector of river beside a model, and to let the model learn faster
after an alarm. Which of two sensors was larger three steps ago? Halfway, the labels are exchanged.
"""

import numpy as np
from matplotlib import pyplot as plt
from river import drift

from sparcelearn import ReservoirClassifier
from sparcelearn.displays import StreamMonitorDisplay
from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import EchoStateReservoir

N_STEPS, DELAY, CHANGE = 4000, 3, 2000
SLOW, FAST, HURRY = 0.03, 0.5, 300  # learning rates, and for how many steps the fast one is used
X = np.random.RandomState(0).rand(N_STEPS, 2) - 0.5
y = np.roll(X[:, 0] > X[:, 1], DELAY)
y[CHANGE:] ^= True

# %%
# Predict, then learn. The detector hears whether the answer was wrong.


def run(reacts):
    """Return which steps were right, and where drift was noticed."""
    model = ReservoirClassifier(
        EchoStateReservoir(100, leak_rate=1.0, carry_state=True, random_state=0),
        SparceClassifier(sparsity=None, learning_rate=SLOW, average=None),
    ).partial_fit(X[:100], y[:100], classes=[False, True])
    detector = drift.PageHinkley(delta=0.1, threshold=30)
    right, alarms = np.zeros(N_STEPS, dtype=bool), []
    for step in range(100, N_STEPS):
        right[step] = model.step(X[step]) == y[step]
        detector.update(float(not right[step]))
        if detector.drift_detected:
            alarms.append(step)
        hurries = reacts and bool(alarms) and step - alarms[-1] < HURRY
        model.readout_.learning_rate = FAST if hurries else SLOW
        model.learn(y[step])
    return right, alarms


results = {}
for name, reacts in {"goes on as before": False, "learns faster after an alarm": True}.items():
    results[name], alarms = run(reacts)
    after = results[name][CHANGE + 100 : CHANGE + 600].mean()
    print(f"{name}: drift noticed at {alarms}, right 100 to 600 steps after the change {after:.0%}")

# %%
# The dashed line is the change.

_, ax = plt.subplots(figsize=(8, 3.5), layout="constrained")
shown = {name: right[100:] for name, right in results.items()}
StreamMonitorDisplay(shown, window=200, events=[CHANGE - 100]).plot(ax)
plt.show()
