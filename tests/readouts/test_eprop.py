"""e-prop against finite differences, backpropagation through time and RTRL."""

import numpy as np
import pytest

from sparcelearn import SpikeTrains
from sparcelearn.datasets import make_pattern_generation
from sparcelearn.readouts import EpropClassifier, EpropRegressor
from tests.readouts import naive_spiking as naive

D, K, N_STEPS = 12, 3, 200


def numbers(model):
    """The decays and strengths of a model, by their letters."""
    alpha, kappa, rho = (
        np.exp(-model.dt / tau) for tau in (model.tau_mem, model.tau_out, model.tau_adapt)
    )
    return {
        "alpha": alpha,
        "kappa": kappa,
        "rho": rho,
        "beta": model.adaptation if model.output_neuron == "alif" else 0.0,
        "theta": model.v_threshold,
        "gain": model.dampening / model.v_threshold,
        "n_ref": round(model.t_ref / model.dt),
    }


def problem(seed=0, n=4):
    rng = np.random.default_rng(seed)
    X = (rng.random((n, N_STEPS, D)) < 0.1).astype(float)
    return X, rng.normal(size=(n, N_STEPS, K)), rng


def gradient_of(model, X, y, W, b, sample_weight=None):
    """What one step of plain descent takes away from W and b."""
    model.partial_fit(X, y, sample_weight=np.zeros(len(X)))  # only starts it
    model.coef_, model.intercept_ = W.copy(), b.copy()
    model.partial_fit(X, y, sample_weight=sample_weight)
    return W - model.coef_, b - model.intercept_


def plain(kind, **options):
    return EpropRegressor(
        kind,
        surrogate="triangle",
        solver="sgd",
        learning_rate=1.0,
        batch_size=100,
        tau_out=30.0,
        **options,
    )


@pytest.mark.parametrize("neuron", ["lif", "alif"])
def test_traces_equal_finite_differences(neuron):
    """Spikes replaced by the integral of their surrogate, and no reset."""
    X, C, rng = problem()
    p = {**numbers(plain(neuron)), "n_ref": 0, "gain": 0.3}
    W, b = 0.5 * rng.normal(size=(K, D)), np.zeros(K)

    def objective(W):
        smooth = lambda u: p["gain"] * p["theta"] * naive.triangle_integral(u)  # noqa: E731
        return np.sum(C[0] * naive.eprop_run(X[0], W, b, p, smooth, resets=False)[0])

    _, ebar, psi = naive.eprop_run(
        X[0], W, b, p, lambda u: p["gain"] * p["theta"] * naive.triangle_integral(u), resets=False
    )
    assert 0.02 < np.mean(psi > 0) < 0.98
    found = np.einsum("tk,tkj->kj", C[0], ebar)
    numeric = np.zeros_like(W)
    for index in np.ndindex(W.shape):
        h = np.zeros_like(W)
        h[index] = 1e-5
        numeric[index] = (objective(W + h) - objective(W - h)) / 2e-5
    error = np.linalg.norm(found - numeric) / np.linalg.norm(numeric)
    assert error < 1e-6


@pytest.mark.parametrize("neuron", ["lif", "alif"])
def test_the_kernel_follows_the_traces_bptt_and_rtrl(neuron):
    X, y, rng = problem(seed=1)
    model = plain(neuron, tau_adapt=50.0, adaptation=0.5)
    p, W, b = numbers(model), rng.normal(0.3, 0.7, (K, D)), rng.normal(size=K)
    weights = rng.uniform(0, 2, len(X))
    expected = {"traces": 0, "bptt": 0, "rtrl": 0}
    outputs, n_spikes = [], 0
    for z, target, weight in zip(X, y, weights, strict=True):
        Y, ebar, psi = naive.eprop_run(z, W, b, p)
        outputs.append(Y)
        n_spikes += np.sum(np.diff(Y, axis=0) > 0)
        e = weight / len(X) * 2 * (Y - target) / K / N_STEPS
        expected["traces"] += np.einsum("tk,tkj->kj", e, ebar)
        expected["bptt"] += naive.eprop_by_bptt(z, psi, e, p)
        expected["rtrl"] += naive.eprop_by_rtrl(z, psi, e, p)
    assert n_spikes > 100
    found, _ = gradient_of(model, X, y, W, b, weights)
    for gradient in expected.values():
        assert np.linalg.norm(found - gradient) < 1e-10 * np.linalg.norm(gradient)
    model.coef_, model.intercept_ = W, b
    np.testing.assert_allclose(model.predict(X), outputs, rtol=1e-10, atol=1e-10)


def test_leaky_integrators_follow_bptt_and_rtrl():
    X, y, rng = problem(seed=2)
    model = plain("li")
    kappa = numbers(model)["kappa"]
    W, b = rng.normal(size=(K, D)), rng.normal(size=K)
    by_rule, by_bptt, by_rtrl, by_b = 0, 0, 0, 0
    for z, target in zip(X, y, strict=True):
        Y, x = naive.li_run(z, W, b, kappa)
        e = 2 * (Y - target) / K / N_STEPS / len(X)
        by_rule += e.T @ x
        by_b += e.sum(axis=0)
        back, J = np.zeros(K), np.zeros((K, K * D))
        for t in range(N_STEPS - 1, -1, -1):
            back = kappa * back + e[t]
            by_bptt += np.outer(back, z[t])
        for t in range(N_STEPS):
            J = kappa * J + np.kron(np.eye(K), z[t])
            by_rtrl += (e[t] @ J).reshape(K, D)
    found, found_b = gradient_of(model, X, y, W, b)
    for gradient in (by_rule, by_bptt, by_rtrl):
        assert np.linalg.norm(found - gradient) < 1e-10 * np.linalg.norm(gradient)
    np.testing.assert_allclose(found_b, by_b, rtol=1e-10)


@pytest.mark.parametrize("loss", ["softmax", "squared"])
def test_class_gradients_equal_finite_differences(loss):
    """Of leaky integrators, whose gradient is exact, through burn-in and averaging."""
    X, _, rng = problem(seed=3, n=6)
    X, y = X[:, :30], np.arange(6) % 3
    model = EpropClassifier(
        loss=loss, solver="sgd", learning_rate=1.0, batch_size=6, burn_in=10.0, dt=2.0
    )
    kappa = np.exp(-model.dt / model.tau_out)
    model.partial_fit(X, y, classes=[0, 1, 2], sample_weight=np.zeros(6))
    W, b = 0.1 * rng.normal(size=(3, D)), rng.normal(size=3)

    def objective(W, b):
        total = 0.0
        for z, c in zip(X, y, strict=True):
            Y = naive.li_run(z, W, b, kappa)[0][5:]
            if loss == "softmax":
                total -= np.mean(Y[:, c] - np.log(np.exp(Y).sum(axis=1)))
            else:
                total += np.mean((Y - np.where(np.arange(3) == c, 1, -1)) ** 2)
        return total / 6

    model.coef_, model.intercept_ = W.copy(), b.copy()
    scores = [naive.li_run(z, W, b, kappa)[0][5:].mean(axis=0) for z in X]
    np.testing.assert_allclose(model.decision_function(X), scores, rtol=1e-10)
    model.partial_fit(X, y)
    for index in np.ndindex(W.shape):
        h = np.zeros_like(W)
        h[index] = 1e-6
        numeric = (objective(W + h, b) - objective(W - h, b)) / 2e-6
        assert W[index] - model.coef_[index] == pytest.approx(numeric, rel=1e-6, abs=1e-9)
    for k, h in enumerate(1e-6 * np.eye(3)):
        numeric = (objective(W, b + h) - objective(W, b - h)) / 2e-6
        assert b[k] - model.intercept_[k] == pytest.approx(numeric, rel=1e-6, abs=1e-9)


def test_a_row_is_a_sample_of_one_step():
    """Then a leaky integrator is a linear readout, whatever its time constant."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 5)), rng.integers(3, size=60)
    models = [EpropClassifier(tau_out=tau, random_state=0, max_iter=5).fit(X, y) for tau in (0, 50)]
    assert np.array_equal(models[0].coef_, models[1].coef_)
    linear = X @ models[0].coef_.T + models[0].intercept_
    np.testing.assert_allclose(models[0].decision_function(X), linear, rtol=1e-12)


def test_a_pattern_is_generated():
    """From frozen input trains alone; weights are frozen when the curve is judged."""
    X, y = make_pattern_generation(random_state=0)
    model = EpropRegressor(tau_out=30.0, learning_rate=0.02, max_iter=400, random_state=0)
    error = 1 - model.fit(X, y[None]).score(X, y[None])  # normalised by the variance
    assert error <= 0.1


@pytest.mark.parametrize("neuron", ["lif", "alif"])
def test_spiking_outputs_learn_classes(neuron):
    rng = np.random.default_rng(0)
    y = np.arange(60) % 3
    rates = np.where(np.arange(30) % 3 == y[:, None], 0.10, 0.03)
    X = SpikeTrains.from_dense(rng.random((60, 100, 30)) < rates[:, None])
    model = EpropClassifier(neuron, max_iter=30, learning_rate=0.02, random_state=0)
    assert model.fit(X[:45], y[:45]).score(X[45:], y[45:]) >= 0.9


def test_an_output_far_below_threshold_learns_only_where_the_surrogate_has_no_end():
    rng = np.random.default_rng(0)
    X, y = rng.random((20, 50, 8)) < 0.2, np.arange(20) % 2
    for surrogate, learns in (("triangle", False), ("fast_sigmoid", True)):
        model = EpropClassifier("lif", surrogate=surrogate, solver="sgd", random_state=0)
        model.partial_fit(X, y, classes=[0, 1])
        model.coef_[0] = -5.0  # always below 0, which is as far as the triangle goes
        before = model.coef_[0].copy()
        assert np.any(model.partial_fit(X, y).coef_[0] != before) == learns
