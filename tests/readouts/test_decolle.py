"""DECOLLE against finite differences, a naive learner and the delta rule."""

import numpy as np
import pytest

from sparcelearn import SpikeTrains
from sparcelearn.readouts import DecolleClassifier, DeltaClassifier, SparceClassifier
from tests.readouts import naive_spiking as naive

D, H, K, N_STEPS = 8, 12, 3, 40


def problem(seed=0, n=5):
    rng = np.random.default_rng(seed)
    X = (rng.random((n, N_STEPS, D)) < 0.2).astype(float)
    return X, np.arange(n) % K, rng


def started(X, y, **options):
    """A model that has its weights, and has learned nothing."""
    options = {"init_scale": 10.0, "learning_rate": 0.1, "fit_intercept": True, **options}
    model = DecolleClassifier(H, random_state=0, **options)
    return model.partial_fit(X, y, classes=range(K), sample_weight=np.zeros(len(X)))


def numbers(model):
    a, b, g = (np.exp(-1.0 / tau) for tau in (model.tau_mem, model.tau_syn, model.tau_ref))
    return {"a": a, "b": b, "g": g, "steepness": model.steepness}


def test_the_rule_equals_finite_differences():
    """Spikes replaced by the integral of the surrogate, no refractoriness; the loss of a step."""
    X, _, rng = problem()
    P = naive.decolle_traces(X[0], 0.97, 0.92)[-1]
    W, bias = rng.normal(size=(H, D)), rng.normal(size=H)
    G, target = rng.normal(size=(K, H)), np.array([1.0, 0.0, 0.0])

    def objective(W):
        d = G @ naive.fast_sigmoid_integral(W @ P + bias, 10.0) - target
        return np.mean(np.where(np.abs(d) < 1, 0.5 * d**2, np.abs(d) - 0.5))

    S = naive.fast_sigmoid_integral(W @ P + bias, 10.0)
    errors = G.T @ np.clip(G @ S - target, -1, 1) / K
    found = np.outer(errors * naive.fast_sigmoid(W @ P + bias, 10.0), P)
    numeric = np.zeros_like(W)
    for index in np.ndindex(W.shape):
        h = np.zeros_like(W)
        h[index] = 1e-6
        numeric[index] = (objective(W + h) - objective(W - h)) / 2e-6
    assert np.linalg.norm(found - numeric) < 1e-6 * np.linalg.norm(numeric)


@pytest.mark.parametrize(("solver", "n"), [("sgd", 5), ("rmaxprop", 3)])
def test_the_kernel_follows_the_rule(solver, n):
    """Spikes that are spikes, refractoriness, a step in every step.

    Steps that are divided by gradients make rounding grow, so that fewer samples are followed.
    """
    X, y, _ = problem(seed=1, n=n)
    model = started(X, y, solver=solver)
    p = numbers(model)
    W, bias, G = model.coef_.copy(), model.intercept_.copy(), model.projection_
    mean_outputs = []
    for z, c in zip(X, y, strict=True):
        _, _, _, outputs = naive.decolle_learn(z, np.eye(K)[c], W, bias, G, p, 0.0)
        mean_outputs.append(outputs.mean(axis=0))
    np.testing.assert_allclose(model.decision_function(X), mean_outputs, rtol=1e-9, atol=1e-12)
    n_spikes = np.count_nonzero(np.array(mean_outputs))
    largest = [np.zeros_like(W), np.zeros_like(bias)] if solver == "rmaxprop" else None
    for z, c in zip(X, y, strict=True):
        W, bias, _, outputs = naive.decolle_learn(z, np.eye(K)[c], W, bias, G, p, 0.1, largest)
        n_spikes += np.count_nonzero(outputs)
    assert n_spikes > 100
    model.partial_fit(X, y)
    np.testing.assert_allclose(model.coef_, W, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(model.intercept_, bias, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("loss", ["softmax", "squared"])
def test_the_degenerate_case_is_the_delta_rule_bit_for_bit(loss):
    """One linear unit per class, nothing filtered, one step per sample."""
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(300, 20)), rng.integers(4, size=300)
    X[rng.random(X.shape) < 0.3] = 0.0
    shared = {"max_iter": 3, "learning_rate": 0.05, "shuffle": False}
    model = DecolleClassifier(
        None, tau_mem=0.0, tau_syn=0.0, tau_ref=0.0, surrogate=None,
        loss=loss, fit_intercept=True, init_scale=0.0, **shared,
    ).fit(X, y)  # fmt: skip
    exactly = {"solver": "sgd", "alpha": 0, "average": None, "learning_rate_schedule": "linear"}
    delta = SparceClassifier(None, loss=loss, **exactly, **shared).fit(X, y)
    assert np.array_equal(model.coef_, delta.coef_)
    assert np.array_equal(model.intercept_, delta.intercept_)
    assert model.loss_curve_ == delta.loss_curve_
    np.testing.assert_allclose(
        model.decision_function(X), delta.decision_function(X), rtol=0, atol=1e-12
    )


def test_the_degenerate_case_is_the_delta_classifier_bit_for_bit():
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(200, 20)), rng.integers(4, size=200)
    model = DecolleClassifier(
        None, tau_mem=0.0, tau_syn=0.0, tau_ref=0.0, surrogate=None,
        loss="softmax", fit_intercept=True, init_scale=0.0, learning_rate=0.05,
        error_threshold=0.05,
    ).partial_fit(X, y, classes=range(4))  # fmt: skip
    delta = DeltaClassifier(0.05, error_threshold=0.05, normalized=False).partial_fit(
        X, y, classes=range(4)
    )
    assert np.array_equal(model.coef_, delta.coef_)
    assert np.array_equal(model.intercept_, delta.intercept_)
    assert model.update_rate_ == delta.update_rate_ < 1.0


def test_small_errors_are_passed_over():
    X, y, _ = problem(seed=4)
    model = started(X, y, error_threshold=10.0)
    before = model.coef_.copy()
    model.partial_fit(X, y)
    assert np.array_equal(model.coef_, before)
    assert model.update_rate_ == 0.0
    model.set_params(error_threshold=0.0).partial_fit(X, y)
    assert model.update_rate_ > 0.9  # but for errors of 0


def test_the_regulariser_keeps_units_near_threshold():
    """Without an error to speak of, units far above sink and units far below rise."""
    X, y, _ = problem(seed=5)
    model = started(X, y, regularization=1.0, error_threshold=1e9, learning_rate=0.02)
    for bias, sign in ((1.0, -1), (-1.0, 1)):
        model.intercept_ = np.full(H, bias)
        model.partial_fit(X, y)
        assert np.all(sign * (model.intercept_ - bias) > 0)


def test_burn_in_is_not_learned_from_and_the_last_step_always_is():
    X, y, _ = problem(seed=6)
    for burn_in, n_learned in ((0.0, N_STEPS), (30.0, N_STEPS - 30), (1000.0, 1)):
        model = started(X, y, burn_in=burn_in, learning_rate=0.0001, solver="rmaxprop")
        before = model.coef_.copy()
        model.partial_fit(X[:1], y[:1])
        # Under RMaxProp a step is never longer than the learning rate.
        largest = np.abs(model.coef_ - before).max()
        assert 0 < largest <= 0.0001 * n_learned * (1 + 1e-9)
        assert 0.9 < model.update_rate_ <= 1.0


def test_random_patterns_are_memorised():
    """256 rasters of 100 inputs, 5 Hz, 200 ms, with labels of a coin."""
    rng = np.random.default_rng(0)
    X = SpikeTrains.from_dense(rng.random((256, 200, 100)) < 0.005)
    y = rng.integers(2, size=256)
    model = DecolleClassifier(30, max_iter=8, learning_rate=30.0, random_state=0).fit(X, y)
    assert model.score(X, y) >= 0.85
    lazy = DecolleClassifier(
        30, max_iter=8, learning_rate=30.0, error_threshold=0.1, random_state=0
    ).fit(X, y)
    assert lazy.score(X, y) >= model.score(X, y) - 0.02
    assert lazy.update_rate_ < 0.95


def test_each_output_can_rise_and_fall_by_spikes():
    X, y, _ = problem()
    for n_hidden in (2, 4, 100):
        model = DecolleClassifier(n_hidden, max_iter=1, random_state=n_hidden)
        G = model.fit(X, y).projection_
        np.testing.assert_allclose(G.mean(axis=1), 0, atol=1e-12)
        assert np.ptp(G, axis=1).min() > 0
