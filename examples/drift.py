"""A stream whose rule changes, river's harness, and a drift detector that sees the change.

river takes our estimators as it takes scikit-learn's: one sample is one time step, predicted
before it is learned. Here two sensors are to be told apart by their past, and halfway the
labels change places. Page-Hinkley's test watches the errors; when it sounds, the readout
steps faster for a while.
"""

import numpy as np
from river import compat, drift, metrics, stream

from sparcelearn import ReservoirClassifier
from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import EchoStateReservoir

N_STEPS, DELAY, SLOW, FAST = 6000, 3, 0.002, 0.02


def make_stream(random_state: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Say which of two channels was larger three steps ago; from the middle on, the other way."""
    X = np.random.RandomState(random_state).rand(N_STEPS, 2)
    y = np.roll(X[:, 0] > X[:, 1], DELAY)
    y[N_STEPS // 2 :] ^= True
    return X, y


def run(reacts: bool) -> tuple[list[bool], list[int]]:
    """Predict and learn step by step; return what was right, and when drift was detected."""
    model = ReservoirClassifier(
        EchoStateReservoir(100, leak_rate=1.0, carry_state=True, random_state=0),
        SparceClassifier(sparsity=None, learning_rate=SLOW, solver="sgd", batch_size=1),
    )
    wrapped = compat.convert_sklearn_to_river(model, classes=[False, True])
    detector, accuracy = drift.PageHinkley(), metrics.Accuracy()
    right, alarms = [], []
    for step, (x, label) in enumerate(stream.iter_array(*make_stream())):
        guess = wrapped.predict_one(x)
        accuracy.update(label, guess)
        right.append(guess == label)
        detector.update(float(guess != label))
        if detector.drift_detected:
            alarms.append(step)
        wrapped.learn_one(x, label)
        if reacts:
            recent = alarms and step - alarms[-1] < 500
            wrapped.estimator.readout_.set_params(learning_rate=FAST if recent else SLOW)
    return right, alarms


for reacts in (False, True):
    right, alarms = run(reacts)
    before, after = np.mean(right[2500:3000]), np.mean(right[3250:3750])
    print(
        f"{'reacts' if reacts else 'does not react'}: drift detected at steps {alarms}, right in "
        f"the 500 steps before the change {before:.0%}, soon after it {after:.0%}"
    )
