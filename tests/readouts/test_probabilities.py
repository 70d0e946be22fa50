"""Class probabilities, of two and of more classes."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from sparcelearn.readouts import SparceClassifier

RNG = np.random.default_rng(7)
X = RNG.normal(size=(120, 10))
LABELS = X[:, :3].argmax(axis=1)


def test_two_classes_share_one_output():
    y = np.where(X[:, 0] > 0, "up", "down")
    readouts = {
        loss: SparceClassifier(loss=loss, random_state=0).fit(X, y)
        for loss in ("sigmoid", "softmax", "squared", "asymmetric")
    }
    assert_array_equal(readouts["sigmoid"].coef_, readouts["softmax"].coef_)
    for readout in readouts.values():
        decision = readout.decision_function(X)
        assert decision.shape == (120,)
        assert readout.coef_.shape == (1, 10)
        assert_array_equal(readout.predict(X), np.where(decision > 0, "up", "down"))
        assert readout.score(X, y) > 0.7
    p = readouts["softmax"].predict_proba(X)
    assert_allclose(p[:, 1], 1 / (1 + np.exp(-readouts["softmax"].decision_function(X))))
    assert_allclose(p.sum(axis=1), 1.0)


def test_probabilities():
    sigmoid = SparceClassifier(loss="sigmoid", max_iter=3, random_state=0).fit(X, LABELS)
    p = 1 / (1 + np.exp(-sigmoid.decision_function(X)))
    assert_allclose(sigmoid.predict_proba(X), p / p.sum(axis=1, keepdims=True))
    softmax = SparceClassifier(loss="softmax", max_iter=3, random_state=0).fit(X, LABELS)
    p = np.exp(softmax.decision_function(X))
    assert_allclose(softmax.predict_proba(X), p / p.sum(axis=1, keepdims=True))
    sigmoid.intercept_ = np.array([-2000.0, -1000.0, -1500.0])
    assert_allclose(sigmoid.predict_proba(X)[:, 1], 1.0)


def test_probabilities_under_squared_error():
    readout = SparceClassifier(max_iter=3, random_state=0).fit(X, LABELS)
    readout.coef_ = np.zeros_like(readout.coef_)
    for outputs, expected in (
        ([1.0, -1.0, -1.0], [1.0, 0.0, 0.0]),
        ([0.0, -0.5, -3.0], [2 / 3, 1 / 3, 0.0]),
        ([-2.0, -2.0, -1.5], [1 / 3, 1 / 3, 1 / 3]),
    ):
        readout.intercept_ = np.array(outputs)
        assert_allclose(readout.predict_proba(X[:1]), [expected])
    two = SparceClassifier(max_iter=3, random_state=0).fit(X, LABELS == 0)
    p = np.clip((1 + two.decision_function(X)) / 2, 0, 1)
    assert_allclose(two.predict_proba(X), np.column_stack([1 - p, p]))
