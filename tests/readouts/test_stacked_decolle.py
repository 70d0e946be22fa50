"""Layers of DECOLLE: what passes between them, and what stays."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.utils.estimator_checks import check_estimator

from sparcelearn import SpikeTrains
from sparcelearn.readouts import DecolleClassifier, StackedDecolleClassifier
from sparcelearn.readouts._spiking.filters import decay

ESTIMATORS = [StackedDecolleClassifier()]
RNG = np.random.default_rng(0)
Y = np.arange(40) % 2
RATES = np.where(np.arange(10) % 2 == Y[:, None], 0.25, 0.1)
DENSE = RNG.random((40, 60, 10)) < RATES[:, None]
X = SpikeTrains.from_dense(DENSE)
LAYER = DecolleClassifier(max_iter=10)


def test_spikes_of_a_layer_equal_a_loop():
    layer = DecolleClassifier(7, max_iter=5, random_state=0).fit(X, Y)
    found = layer.hidden_spikes(X).to_dense()
    a, b, g = (decay(1.0, tau) for tau in (layer.tau_mem, layer.tau_syn, layer.tau_ref))
    for sample, expected in zip(DENSE[:5].astype(float), found, strict=False):
        Q, P, R, S = np.zeros(10), np.zeros(10), np.zeros(7), np.zeros(7)
        for events, spikes in zip(sample, expected, strict=True):
            Q = b * Q + (1 - b) * events
            P = a * P + (1 - a) * Q
            R = g * R - (1 - g) * S
            S = (layer.coef_ @ P + layer.intercept_ + R > 0).astype(float)
            assert_array_equal(S, spikes)
    assert found.shape == (40, 60, 7)
    assert 0.01 < found.mean() < 0.9
    linear = DecolleClassifier(None, surrogate=None, max_iter=1).fit(X, Y)
    with pytest.raises(ValueError, match="no spikes"):
        linear.hidden_spikes(X)


def test_a_stack_is_its_layers_one_after_another():
    stack = StackedDecolleClassifier(LAYER, n_hidden=(12, 8), random_state=0).fit(X, Y)
    first, second = stack.layers_
    spikes = first.hidden_spikes(X)
    assert [layer.n_hidden for layer in stack.layers_] == [12, 8]
    assert second.n_features_in_ == 12
    again = DecolleClassifier(**second.get_params()).fit(spikes, Y)
    assert_array_equal(again.coef_, second.coef_)
    assert_array_equal(stack.predict(X), second.predict(spikes))
    assert_array_equal(stack.decision_function(X), second.decision_function(spikes))
    assert stack.score(X, Y) > 0.8
    twice = StackedDecolleClassifier(LAYER, n_hidden=(12, 8), random_state=0).fit(X, Y)
    assert_array_equal(twice.layers_[1].coef_, second.coef_)


def test_every_check_passes():
    records = check_estimator(ESTIMATORS[0], on_fail=None, on_skip=None)
    failed = [r["check_name"] for r in records if r["status"] not in ("passed", "skipped")]
    assert failed == []
    assert sum(r["status"] == "passed" for r in records) >= 50


def test_frozen_layers_stay_random():
    stack = StackedDecolleClassifier(LAYER, n_hidden=(12, 8), frozen=(0,), random_state=0)
    stack.fit(X, Y)
    before = stack.layers_[0].coef_.copy(), stack.layers_[1].coef_.copy()
    stack.partial_fit(X, Y)
    assert_array_equal(stack.layers_[0].coef_, before[0])
    assert not np.array_equal(stack.layers_[1].coef_, before[1])
    free = StackedDecolleClassifier(LAYER, n_hidden=(12, 8), random_state=0).fit(X, Y)
    assert not np.array_equal(free.layers_[0].coef_, before[0])


def test_all_layers_learn_on_a_stream():
    stack = StackedDecolleClassifier(LAYER, n_hidden=(12, 8), random_state=0)
    with pytest.raises(ValueError, match="classes"):
        stack.partial_fit(X, Y)
    stack.partial_fit(X, Y, classes=[0, 1])
    held = stack.layers_
    before = [layer.coef_.copy() for layer in held]
    stack.partial_fit(X, Y)
    for old, new, values in zip(held, stack.layers_, before, strict=True):
        assert_array_equal(old.coef_, values)  # whoever holds a layer sees it as it was
        assert not np.array_equal(new.coef_, values)
    for _ in range(15):
        stack.partial_fit(X, Y)
    assert stack.score(X, Y) > 0.8


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"n_hidden": ()}, "n_hidden"),
        ({"n_hidden": (0,)}, "n_hidden"),
        ({"frozen": (2,)}, "frozen"),
    ],
)
def test_bad_parameters_are_named(options, match):
    with pytest.raises(ValueError, match=match):
        StackedDecolleClassifier(**options).fit(X, Y)
