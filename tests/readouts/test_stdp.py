"""Spike-timing-dependent plasticity under winner-take-all, against loops in plain numpy."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.utils.estimator_checks import check_estimator

from sparcelearn import SpikeTrains
from sparcelearn.readouts import StdpClassifier

ESTIMATORS = [StdpClassifier()]
RNG = np.random.default_rng(0)
N, T, D = 60, 80, 24
Y = RNG.integers(3, size=N)
RATES = np.where(np.arange(D) % 3 == Y[:, None], 0.2, 0.03)
DENSE = (RNG.random((N, T, D)) < RATES[:, None]).astype(float)
X = SpikeTrains.from_dense(DENSE)
OPTIONS = {"v_threshold": 1.5, "tau_threshold": 5000.0, "weight_sum": 4.0, "random_state": 0}


def naive(model, dense, W, theta, learns):
    """One sample, step by step; return the numbers of spikes."""
    leak, fade = np.exp(-1 / model.tau_mem), np.exp(-1 / model.tau_trace)
    v, x, n = np.zeros(len(theta)), np.zeros(D), np.zeros(len(theta))
    free_at = np.zeros(len(theta))
    for t, events in enumerate(dense):
        x = np.minimum(1.0, x * fade + events)
        v = v * leak + W @ events
        above = np.where(t >= free_at, v - model.v_threshold - theta, -np.inf)
        v[t < free_at] = 0.0
        if above.max() <= 0:
            continue
        k = int(above.argmax())
        n[k] += 1
        v[:] = 0.0
        free_at = np.maximum(free_at, t + 1 + model.t_inhibit)
        free_at[k] = t + 1 + model.t_ref
        if learns:
            theta[k] += model.threshold_rise
            W[k] = np.maximum(0, W[k] + model.learning_rate * (x - model.target_trace) * (1 - W[k]))
    if learns:
        theta *= np.exp(-len(dense) / model.tau_threshold)
        for k in np.flatnonzero(n):
            W[k] = np.minimum(1.0, W[k] * model.weight_sum / W[k].sum())
    return n


@pytest.mark.parametrize(("t_ref", "t_inhibit"), [(5.0, 5.0), (2.0, 9.0), (8.0, 0.0)])
def test_learning_equals_a_loop_in_numpy(t_ref, t_inhibit):
    model = StdpClassifier(6, t_ref=t_ref, t_inhibit=t_inhibit, learning_rate=0.1, **OPTIONS)
    model.partial_fit(X[:1], Y[:1], classes=[0, 1, 2], sample_weight=[0.0])
    W, theta = model.coef_.copy(), -model.intercept_
    model.partial_fit(X, Y)
    spikes = np.array([naive(model, sample, W, theta, True) for sample in DENSE])
    assert_allclose(model.coef_, W, atol=1e-12)
    assert_allclose(-model.intercept_, theta, atol=1e-12)
    assert 1 < spikes.sum(axis=1).mean() < 20
    ages = (1 - 1 / model.naming_window) ** np.arange(N)[::-1]
    counts = np.array([ages[c == Y].sum() for c in range(3)])
    responses = np.array([ages[c == Y] @ spikes[c == Y] for c in range(3)])
    assert_allclose(model.responses_, responses)
    assert_allclose(model.counts_, counts)
    means = responses / counts[:, None]
    frozen = np.array([naive(model, sample, W, theta, False) for sample in DENSE])
    outputs = frozen @ (means / np.maximum(means.sum(axis=0), 1e-300)).T
    assert_allclose(model.decision_function(X), outputs)


def test_units_learn_without_labels_and_are_named_after():
    model = StdpClassifier(9, max_iter=3, **OPTIONS).fit(X, Y)
    shuffled = StdpClassifier(9, max_iter=3, **OPTIONS).fit(X, (Y + 1) % 3)
    assert_array_equal(model.coef_, shuffled.coef_)
    assert_array_equal(model.predict(X), (shuffled.predict(X) - 1) % 3)
    assert model.score(X, Y) > 0.9
    assert model.loss_curve_[0] > model.loss_curve_[-1]
    assert model.loss_curve_[-1] < 0.2
    assert model.coef_.min() >= 0
    assert model.coef_.max() <= 1


def test_thresholds_rise_so_that_all_units_win():
    model = StdpClassifier(9, max_iter=3, **OPTIONS).fit(X, Y)
    assert (model.responses_.sum(axis=0) > 0).sum() >= 8
    fixed = StdpClassifier(9, max_iter=3, threshold_rise=0.0, **OPTIONS).fit(X, Y)
    shares = [np.sort(m.responses_.sum(axis=0) / m.responses_.sum()) for m in (model, fixed)]
    assert shares[0][-1] < shares[1][-1]


def test_a_stream_may_be_cut_anywhere():
    whole = StdpClassifier(6, **OPTIONS).partial_fit(X, Y, classes=[0, 1, 2])
    parts = StdpClassifier(6, **OPTIONS).partial_fit(X[:7], Y[:7], classes=[0, 1, 2])
    parts.partial_fit(X[7:], Y[7:])
    for name in ("coef_", "intercept_", "responses_", "counts_"):
        assert_array_equal(getattr(parts, name), getattr(whole, name))


def test_every_check_passes():
    records = check_estimator(ESTIMATORS[0], on_fail=None, on_skip=None)
    failed = [r["check_name"] for r in records if r["status"] not in ("passed", "skipped")]
    assert failed == []
    assert sum(r["status"] == "passed" for r in records) >= 50


def test_forms_of_input_agree():
    models = [StdpClassifier(6, **OPTIONS).fit(data, Y) for data in (X, DENSE, list(DENSE))]
    for model in models[1:]:
        assert_array_equal(model.coef_, models[0].coef_)
        assert_array_equal(model.predict(DENSE), models[0].predict(X))
