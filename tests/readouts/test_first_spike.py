"""First-spike readouts against integration, finite differences and closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.special import lambertw

from sparcelearn import SpikeTrains
from sparcelearn.datasets import make_yin_yang
from sparcelearn.readouts import FirstSpikeClassifier, first_spike_times
from sparcelearn.readouts._spiking.first_spike_times import rule_kernels
from tests.readouts import naive_spiking as naive


def neurons(n, seed=0, n_inputs=8):
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 3, (n, n_inputs)), rng.normal(0.5, 1.0, (n, n_inputs))


def one_by_one(times, weights, ratio, **options):
    """Time, or time and derivatives, of one neuron per row of times and weights."""
    parts = [
        first_spike_times(t[None], w[None], 1.0, ratio, **options)
        for t, w in zip(times, weights, strict=True)
    ]
    if not options:
        return np.concatenate(parts)[:, 0]
    return [np.concatenate(part)[:, 0] for part in zip(*parts, strict=True)]


@pytest.mark.parametrize("ratio", [1, 2])
def test_closed_form_equals_integration(ratio):
    times, weights = neurons(400)
    found = one_by_one(times, weights, ratio)
    for T, t, w in zip(found, times, weights, strict=True):
        expected = naive.first_crossing(t, w, ratio, end=10.0)
        assert np.isinf(T) == np.isinf(expected)
        assert np.isinf(T) or -1e-9 <= expected - T <= 1e-3 + 1e-9
    assert 0.2 < np.isfinite(found).mean() < 0.95


@pytest.mark.parametrize("ratio", [1, 2])
def test_derivatives_equal_central_differences(ratio):
    times, weights = neurons(400, seed=1)
    T, by_weight, by_time = one_by_one(times, weights, ratio, return_derivatives=True)
    fires = np.isfinite(T)
    for place, derivatives in ((1, by_weight), (0, by_time)):
        errors = []
        for i in range(times.shape[1]):
            ends = []
            for h in (1e-5, -1e-5):
                moved = [times.copy(), weights.copy()]
                moved[place][:, i] += h
                ends.append(one_by_one(*moved, ratio))
            with np.errstate(invalid="ignore"):
                numeric = (ends[0] - ends[1]) / 2e-5
            # Inputs that come later have no effect; differences across a grazing spike no meaning.
            counts = fires & np.isfinite(numeric) & (np.abs(times[:, i] - T) > 1e-4)
            a, b = derivatives[counts, i], numeric[counts]
            assert np.array_equal(a == 0, np.abs(b) < 1e-12)
            errors.append(np.abs(a - b)[a != 0] / np.abs(a[a != 0]))
        assert np.median(np.concatenate(errors)) < 1e-9
        assert np.percentile(np.concatenate(errors), 99) <= 1.1e-7


@pytest.mark.parametrize("ratio", [1, 2])
def test_derivatives_equal_the_published_closed_forms(ratio):
    times, weights = neurons(300, seed=2)
    T, by_weight, by_time = one_by_one(times, weights, ratio, return_derivatives=True)
    for n in np.flatnonzero(np.isfinite(T)):
        t, w, past = times[n], weights[n], times[n] < T[n]
        e = np.where(past, np.exp(t), 0.0)
        if ratio == 1:
            a, b = w @ e, w @ (t * e)
            W0 = lambertw(-np.exp(b / a) / a).real
            assert_allclose(T[n], b / a - W0, rtol=1e-7)
            assert_allclose(by_weight[n], -e * (T[n] - t) / a / (1 + W0), rtol=1e-5, atol=1e-12)
            assert_allclose(
                by_time[n], -w * e * (T[n] - t - 1) / a / (1 + W0), rtol=1e-5, atol=1e-12
            )
        else:
            half = np.where(past, np.exp(t / 2), 0.0)
            a1, a2 = w @ e, w @ half
            x = np.sqrt(a2**2 - 4 * a1 * 0.5)  # g = tau_s / tau_m
            assert_allclose(T[n], 2 * np.log(2 * a1 / (a2 + x)), rtol=1e-7)
            expected = 2 * ((1 + 0.5 / x * np.exp(T[n] / 2)) * e / a1 - half / x)
            assert_allclose(by_weight[n], expected, rtol=1e-5, atol=1e-9)


@given(st.floats(0, 1 - 1e-9))
@settings(max_examples=200, deadline=None)
def test_lambert_w_equals_scipys(share):
    x = -share / np.e
    assert rule_kernels().lambert_w(x) == pytest.approx(lambertw(x).real, abs=2e-8)
    if share < 0.999:
        assert rule_kernels().lambert_w(x) == pytest.approx(lambertw(x).real, rel=1e-13, abs=1e-300)


def test_times_shift_and_scale_with_their_inputs():
    times, weights = neurons(50, seed=3)
    T = one_by_one(times, weights, 1)
    assert_allclose(one_by_one(times - 700.0, weights, 1), T - 700.0, atol=1e-10)
    scaled = [
        first_spike_times(7 * t[None], w[None], 7.0) for t, w in zip(times, weights, strict=True)
    ]
    assert_allclose(np.concatenate(scaled)[:, 0], 7 * T, rtol=1e-12)


def loss_of(name, T, c, model):
    """The losses as in the docstring, T in tau_syn."""
    K = len(T)
    if name == "ttfs":
        early = model.early_weight * (np.exp(T[c] / model.early_scale) - 1)
        return np.log(np.sum(np.exp((T[c] - T) / model.temperature))) + early
    margin, tau = model.margin / model.tau_syn, model.tau_syn
    if name == "mse":
        return 0.5 * np.sum((T - model.target_time / tau - margin * (np.arange(K) != c)) ** 2)
    return 0.5 * sum(max(0, margin - (T[k] - T[c])) ** 2 for k in range(K) if k != c)


@pytest.mark.parametrize("loss", ["ttfs", "mse", "shift_mse"])
def test_loss_gradient_equals_central_differences(loss):
    model = FirstSpikeClassifier(loss=loss, temperature=0.2, early_weight=0.1, early_scale=0.5)
    constants = model._constants()
    rng = np.random.default_rng(0)
    for _ in range(20):
        T, c, e = rng.uniform(0.5, 2.0, 4), int(rng.integers(4)), np.empty(4)
        found = rule_kernels().time_err(constants, T, c, e)
        assert found == pytest.approx(loss_of(loss, T, c, model), rel=1e-12)
        numeric = [
            (loss_of(loss, T + h, c, model) - loss_of(loss, T - h, c, model)) / 2e-6
            for h in 1e-6 * np.eye(4)
        ]
        assert_allclose(e, numeric, rtol=1e-7, atol=2e-9)


def test_lateness_is_counted_up_to_ten_scales():
    """Its exponential would overflow."""
    model = FirstSpikeClassifier(early_weight=0.1, early_scale=0.05)
    T, e = np.array([0.6, 30.0]), np.empty(2)
    losses = [rule_kernels().time_err(model._constants(), T, c, e) for c in (0, 1)]
    assert e[1] == pytest.approx(0.1 / 0.05 * np.exp(10.0), rel=1e-3)
    assert losses[0] == pytest.approx(0.1 * (np.exp(10.0) - 1), rel=1e-6)


@pytest.mark.parametrize("derivative", ["exact", "simplified"])
@pytest.mark.parametrize("loss", ["ttfs", "shift_mse"])
def test_a_step_follows_the_mean_gradient(loss, derivative):
    """One step of plain descent, weighted samples, the bias spike among the inputs."""
    rng = np.random.default_rng(4)
    X, y = rng.uniform(0, 20, (12, 6)), np.arange(12) % 3
    sample_weight = rng.uniform(0, 2, 12)
    model = FirstSpikeClassifier(
        loss=loss, derivative=derivative, solver="sgd", learning_rate=1.0, batch_size=12,
        max_gradient=1e9, max_silent=1.0, bias_time=3.0, random_state=0,
    )  # fmt: skip
    model.partial_fit(X, y, classes=[0, 1, 2], sample_weight=np.zeros(12))
    W = np.hstack([model.coef_, model.intercept_[:, None]])
    times = np.hstack([X, np.full((12, 1), 3.0)])
    T, by_weight, _ = first_spike_times(times, W, return_derivatives=True)
    assert np.isfinite(T).all()
    if derivative == "simplified":
        s = np.maximum(0, (T[:, :, None] - times[:, None]) / 10)
        by_weight = -10 * s * np.exp(-s)
    expected = np.zeros_like(W)
    for n in range(12):
        for k, h in enumerate(1e-6 * np.eye(3)):
            up, down = (loss_of(loss, T[n] / 10 + d, y[n], model) for d in (h, -h))
            expected[k] += sample_weight[n] / 12 * (up - down) / 2e-6 * by_weight[n, k] / 10
    model.partial_fit(X, y, sample_weight=sample_weight)
    moved = np.hstack([model.coef_, model.intercept_[:, None]]) - W
    assert_allclose(moved, -expected, rtol=1e-5, atol=1e-8)


def test_the_gradient_is_shortened():
    rng = np.random.default_rng(0)
    X, y = rng.uniform(0, 20, (9, 5)), np.arange(9) % 3
    steps = []
    for limit in (1e9, 0.01):
        model = FirstSpikeClassifier(
            solver="sgd", learning_rate=1.0, max_gradient=limit, max_silent=1.0, random_state=0
        )
        model.partial_fit(X, y, classes=[0, 1, 2], sample_weight=np.zeros(9))
        before = np.hstack([model.coef_, model.intercept_[:, None]])
        model.partial_fit(X, y)
        steps.append(np.hstack([model.coef_, model.intercept_[:, None]]) - before)
    assert np.linalg.norm(steps[0]) > 0.01
    assert_allclose(steps[1], steps[0] * 0.01 / np.linalg.norm(steps[0]), atol=1e-12)


def test_silent_outputs_are_roused_ever_faster():
    X, y = np.zeros((4, 3)), np.array([0, 1, 0, 1])
    model = FirstSpikeClassifier(init_scale=0.0, bump=0.01, fit_intercept=False)
    weights = []
    for _ in range(8):
        assert np.isfinite(model.output_times(X)).all() if len(weights) > 6 else True
        model.partial_fit(X, y, classes=[0, 1])
        weights.append(model.coef_[0, 0])
    # A weight w on all three channels makes a potential of 3 w / e.
    assert_allclose(weights[:7], 0.01 * (2 ** np.arange(1, 8) - 1), rtol=1e-12)
    assert abs(weights[7] - weights[6]) < 0.1  # it spikes now, and only learns


@pytest.mark.parametrize(("max_silent", "is_roused"), [(0.49, True), (0.5, False)])
def test_outputs_may_be_silent_as_often_as_is_allowed(max_silent, is_roused):
    X = SpikeTrains.from_samples([([0.0], [0]), ([0.0, 0.0], [0, 1])], 2)
    y = np.array([0, 1])
    model = FirstSpikeClassifier(
        learning_rate=1e-9, bump=0.01, max_silent=max_silent, fit_intercept=False, batch_size=2
    ).partial_fit(X, y, classes=[0, 1], sample_weight=[0.0, 0.0])
    model.coef_ = np.full((2, 2), 2.0)  # two spikes reach the threshold, one does not
    model.partial_fit(X, y)
    assert_allclose(model.coef_, 2.01 if is_roused else 2.0, atol=1e-6)


def test_an_output_that_is_silent_counts_as_late():
    model = FirstSpikeClassifier(fit_intercept=False).fit([[0.0, 5.0]] * 4, [0, 1, 2, 1])
    model.coef_ = np.array([[3.0, 0.0], [0.0, 3.0], [0.1, 0.1]])
    T = model.output_times([[0.0, 5.0]])
    assert np.isinf(T[0, 2])
    assert_allclose(model.decision_function([[0.0, 5.0]]), -np.minimum(T, 5 + 50))
    assert np.isfinite(model.predict_proba([[0.0, 5.0]])).all()
    assert model.predict([[0.0, 5.0]]) == [0]


def frozen_layer(X, seed, n_units=120):
    """First spikes of a random layer, of inputs in [0.15, 2] tau and a bias spike at 0.9."""
    weights = np.random.default_rng(seed).normal(1.5, 0.8, (n_units, 5))
    inputs = np.hstack([0.15 + 1.85 * X, np.full((len(X), 1), 0.9)])
    T = first_spike_times(10 * inputs, weights)
    fires = np.isfinite(T)
    samples = [(t[f], np.flatnonzero(f)) for t, f in zip(T, fires, strict=True)]
    return SpikeTrains.from_samples(samples, n_units, durations=1000.0)


def test_yin_yang_on_a_frozen_layer():
    """Weights as they are at the end, of three seeds; the intercepts' spike amid the inputs.

    By simplified derivatives one seed in seven ends far below the rest.
    """
    X, y = make_yin_yang(6000, random_state=0)
    trains = frozen_layer(X, seed=0)

    def score(derivative, seed):
        model = FirstSpikeClassifier(
            derivative=derivative, bias_time=9.0, max_iter=20, random_state=seed
        )
        return model.fit(trains[:5000], y[:5000]).score(trains[5000:], y[5000:])

    exact, simplified = (
        [score(derivative, seed) for seed in range(3)] for derivative in ("exact", "simplified")
    )
    assert min(exact) >= 0.78
    assert np.median(simplified) >= np.median(exact) - 0.05


def test_an_intercept_ahead_of_all_inputs_can_end_learning():
    """Outputs that spike on it alone, before the first input, follow no input any more."""
    X, y = np.random.default_rng(0).uniform(10, 30, (30, 4)), np.arange(30) % 2
    model = FirstSpikeClassifier(bias_time=0.0, solver="sgd", random_state=0)
    model.partial_fit(X, y, classes=[0, 1])
    model.intercept_ = np.array([3.0, 3.0])  # above e times the threshold
    assert (model.output_times(X) < 10).all()
    before = model.coef_.copy()
    np.testing.assert_array_equal(model.partial_fit(X, y).coef_, before)


def test_forms_of_input_agree():
    rng = np.random.default_rng(0)
    times, y = rng.integers(0, 30, (30, 5)), np.arange(30) % 3
    dense = np.zeros((30, 30, 5))
    dense[np.arange(30)[:, None], times, np.arange(5)] = 1
    trains = SpikeTrains.from_dense(dense)
    models = [
        FirstSpikeClassifier(max_iter=3, random_state=0).fit(X, y)
        for X in (times.astype(float), dense, list(dense), trains)
    ]
    for model in models[1:]:
        assert np.array_equal(model.coef_, models[0].coef_)
        assert np.array_equal(model.decision_function(trains), models[0].decision_function(times))
    with pytest.raises(ValueError, match="not negative"):
        models[0].predict(-dense)


def test_silence_is_the_absence_of_events():
    empty = SpikeTrains.from_samples([([], []), ([3.0], [1])], n_channels=2, durations=10.0)
    model = FirstSpikeClassifier(fit_intercept=False, random_state=0).fit(empty, [0, 1])
    assert np.isinf(model.output_times(empty)[0]).all()
    assert_allclose(model.predict_proba(empty)[0], 0.5)
    assert np.isfinite(model.decision_function(empty)).all()
    with pytest.raises(ValueError, match="infinity"):
        model.predict(np.full((1, 2), np.inf))


@pytest.mark.parametrize(
    "arguments, message",
    [
        (([[0.0]], [[1.0, 2.0]]), "n_channels"),
        (([[np.nan]], [[1.0]]), "finite"),
        (([[0.0]], [[np.inf]]), "finite"),
        (([[0.0]], [[1.0]], 0.0), "above 0"),
        (([[0.0]], [[1.0]], 1.0, 3), "tau_ratio"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        first_spike_times(*arguments)
