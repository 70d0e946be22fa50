"""A stream whose rule changes, and a drift detector of river.

Which of two sensors was larger three steps ago? Halfway, the labels are exchanged. Every step
is predicted before it is learned; Page-Hinkley's test monitors the errors, and after an alarm
the readout learns faster for a while. The last line evaluates the same stream with river's
``progressive_val_score``, which takes these estimators like those of scikit-learn.
"""

import numpy as np
from river import compat, drift, evaluate, metrics, stream

from sparcelearn import ReservoirClassifier
from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import EchoStateReservoir

N_STEPS, DELAY, CHANGE = 6000, 3, 3000
SLOW, FAST, HURRY = 0.01, 0.2, 300  # learning rates, and for how many steps the fast one is used


def make_stream() -> tuple[np.ndarray, np.ndarray]:
    """Return the two sensors and the labels."""
    X = np.random.RandomState(0).rand(N_STEPS, 2) - 0.5
    y = np.roll(X[:, 0] > X[:, 1], DELAY)
    y[CHANGE:] ^= True
    return X, y


def make_model() -> ReservoirClassifier:
    """Return a reservoir and a plain online readout."""
    return ReservoirClassifier(
        EchoStateReservoir(100, leak_rate=1.0, carry_state=True, random_state=0),
        SparceClassifier(sparsity=None, learning_rate=SLOW, solver="sgd", batch_size=1),
    )


def run(reacts: bool) -> tuple[np.ndarray, list[int]]:
    """Predict, then learn; return which steps were right, and where drift was detected."""
    X, y = make_stream()
    model = make_model().partial_fit(X[:100], y[:100], classes=[False, True])
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


for reacts in (False, True):
    right, alarms = run(reacts)
    print(
        f"drift detected at steps {alarms} ({'learns faster then' if reacts else 'continues'}); "
        f"right before the change {right[CHANGE - 500 : CHANGE].mean():.0%}, "
        f"100 to 600 steps after it {right[CHANGE + 100 : CHANGE + 600].mean():.0%}"
    )

X, y = make_stream()
model = compat.convert_sklearn_to_river(make_model(), classes=[False, True])
print(
    evaluate.progressive_val_score(stream.iter_array(X[:1000], y[:1000]), model, metrics.Accuracy())
)
