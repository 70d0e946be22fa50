"""SuperSpike against whole histories, closed forms and the pattern task of its paper."""

import numpy as np
import pytest

from sparcelearn import SpikeTrains
from sparcelearn.measures import van_rossum
from sparcelearn.readouts import SuperSpikeRegressor
from sparcelearn.readouts._spiking.filters import impulse_response
from tests.readouts import naive_spiking as naive

D, K, N_STEPS = 10, 2, 80


def problem(seed=0, n=3):
    rng = np.random.default_rng(seed)
    X = (rng.random((n, N_STEPS, D)) < 0.1).astype(float)
    return X, (rng.random((n, N_STEPS, K)) < 0.03).astype(float), rng


def numbers(model):
    taus = (model.tau_mem, model.tau_syn, model.tau_decay, model.tau_rise)
    decays = dict(zip(("k_m", "k_s", "k_d", "k_r"), np.exp(-1.0 / np.array(taus)), strict=True))
    return {**decays, "steepness": model.steepness}


def test_a_step_follows_the_eligibility_traces():
    X, y, rng = problem()
    model = SuperSpikeRegressor(solver="sgd", learning_rate=1.0, batch_size=3)
    model.partial_fit(X, y, sample_weight=np.zeros(3))
    W = rng.normal(0.3, 0.5, (K, D))
    weights = np.array([1.0, 0.5, 2.0])
    expected, total, spikes = 0, 0, []
    for z, target, weight in zip(X, y, weights, strict=True):
        loss, gradient, out = naive.superspike_gradient(z, target, W, numbers(model))
        expected, total = expected + weight * gradient / 3, total + loss
        spikes.append(out)
    assert np.sum(spikes) > 10
    model.coef_ = W.copy()
    assert np.array_equal(model.predict(X), spikes)
    silence = sum(
        naive.superspike_gradient(z, t, 0 * W, numbers(model))[0] for z, t in zip(X, y, strict=True)
    )
    assert model.score(X, y) == pytest.approx(1 - total / silence, rel=1e-9)
    model.partial_fit(X, y, sample_weight=weights)
    np.testing.assert_allclose(W - model.coef_, expected, rtol=1e-9, atol=1e-12)


def test_rmaxprop_takes_steps_of_one_size_then_smaller_ones():
    """The first is of the size of the rate; then ``sqrt(v)`` fades by ``T / (2 tau_rms)``."""
    X, y, _ = problem(seed=1)
    model = SuperSpikeRegressor(learning_rate=0.01, tau_rms=500.0, v_threshold=1e6)
    model.partial_fit(X, y, sample_weight=np.zeros(3))
    first = model.partial_fit(X[:1], y[:1]).coef_.copy()
    moved = np.abs(first)[first != 0]
    np.testing.assert_allclose(moved, 0.01, rtol=1e-4)
    # Nothing spikes: the same sample has the same gradient, and its maximum holds.
    second = model.partial_fit(X[:1], y[:1]).coef_ - first
    np.testing.assert_allclose(second[first != 0], first[first != 0], rtol=1e-4)
    # A tenth of its weight, a gradient of a tenth, in units of a maximum that has faded.
    before = model.coef_.copy()
    third = model.partial_fit(X[:1], y[:1], sample_weight=[0.1]).coef_ - before
    faded = np.exp(-N_STEPS / (2 * 500.0))
    np.testing.assert_allclose(third[first != 0], 0.1 / faded * first[first != 0], rtol=1e-4)


@pytest.mark.parametrize(("tau_decay", "tau_rise"), [(10.0, 5.0), (20.0, 1.0), (10.0, 0.0)])
def test_filters_equal_their_closed_forms(tau_decay, tau_rise):
    dt = 0.1
    slow = np.exp(-dt / tau_decay)
    fast = np.exp(-dt / tau_rise) if tau_rise else 0.0
    h = impulse_response(slow, fast)
    n = np.arange(1, len(h) + 1)
    np.testing.assert_allclose(h, (slow**n - fast**n) / (slow - fast), rtol=1e-9, atol=1e-12)
    energy = (
        slow**2 / (1 - slow**2) + fast**2 / (1 - fast**2) - 2 * slow * fast / (1 - slow * fast)
    ) / (slow - fast) ** 2
    assert np.sum(h**2) == pytest.approx(energy, rel=1e-12)


def precise_pattern(seed, dt=1.0):
    """Half a second of 100 frozen Poisson trains at 10 Hz, and five spikes to learn."""
    rng = np.random.default_rng(seed)
    n_steps = round(500 / dt)
    X = SpikeTrains.from_dense(rng.random((1, n_steps, 100)) < 0.01 * dt, dt=dt)
    times = 30 + 95 * np.arange(5) + rng.uniform(0, 10, 5).round()  # well apart
    return X, SpikeTrains(times, np.zeros(5, dtype=int), [0, 5], n_channels=1, durations=500.0)


@pytest.mark.parametrize("t_ref", [0.0, 1.0, 3.0])
def test_after_a_spike_an_output_is_silent_for_its_refractory_period(t_ref):
    X = np.ones((1, 20, 1))
    model = SuperSpikeRegressor(max_iter=1, t_ref=t_ref).fit(X, 0 * X)
    model.coef_[:] = 1000.0
    assert np.flatnonzero(model.predict(X)).tolist() == list(range(0, 20, int(t_ref) + 1))


@pytest.mark.parametrize("seed", range(3))
def test_a_precise_spike_pattern_is_learned(seed):
    X, y = precise_pattern(seed)
    model = SuperSpikeRegressor(learning_rate=0.02, max_iter=300, random_state=0).fit(X, y)
    assert model.loss_curve_[0] == pytest.approx(5.0, abs=0.005)  # silent: all spikes missed
    assert min(model.loss_curve_) <= 0.05 * 5
    found = model.predict(X).times
    assert len(found) == 5
    assert np.abs(found - y.times).max() <= 2.0


def test_the_loss_is_the_van_rossum_distance():
    X, y = precise_pattern(0, dt=0.05)
    model = SuperSpikeRegressor(dt=0.05, max_iter=20).fit(X, y)
    out = model.predict(X)
    assert len(out.times) > 0
    distance = van_rossum(out, y)[0, 0]
    assert 1 - model.score(X, y) == pytest.approx(distance / 5, rel=0.02)


def test_forms_of_targets_agree():
    X, y, _ = problem(seed=2)
    trains = SpikeTrains.from_dense(y)
    dense, events = (SuperSpikeRegressor(max_iter=5, random_state=0).fit(X, t) for t in (y, trains))
    assert np.array_equal(dense.coef_, events.coef_)
    assert events.predict(X) == SpikeTrains.from_dense(dense.predict(X))
    assert dense.score(X, y) == events.score(X, trains)


def test_samples_may_differ_in_length():
    rng = np.random.default_rng(3)
    X = [(rng.random((n, D)) < 0.2).astype(float) for n in (30, 50)]
    y = SpikeTrains.from_samples([([20.0], [0]), ([40.0], [0])], 1, durations=[30.0, 50.0])
    model = SuperSpikeRegressor(max_iter=50, random_state=0).fit(X, y)
    assert model.predict(X).durations.tolist() == [30.0, 50.0]
    alone = SuperSpikeRegressor(max_iter=50, random_state=0, batch_size=1, shuffle=False)
    assert np.isfinite(alone.fit(X, y).score(X, y))


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.zeros((3, 7, 2)), "7 steps"),
        (np.zeros((2, N_STEPS, 2)), "inconsistent"),
        (np.full((3, N_STEPS, 2), np.nan), "NaN"),
        (np.zeros(3), "1 steps"),
        (SpikeTrains([], [], [0, 0, 0, 0], 2, durations=9.0), "9 steps"),
    ],
)
def test_targets_that_do_not_fit_are_refused(y, message):
    X, good, _ = problem()
    with pytest.raises(ValueError, match=message):
        SuperSpikeRegressor().fit(X, y)
    model = SuperSpikeRegressor(max_iter=1).fit(X, good)
    before = model.coef_.copy()
    with pytest.raises(ValueError):
        model.fit(X, y)
    assert np.array_equal(model.coef_, before)


def test_targets_keep_their_form_and_number():
    X, y, _ = problem()
    model = SuperSpikeRegressor(max_iter=1).fit(X, y)
    with pytest.raises(ValueError, match=r"is SpikeTrains, but was an array"):
        model.partial_fit(X, SpikeTrains.from_dense(y))
    with pytest.raises(ValueError, match="1 outputs, but was 2"):
        model.partial_fit(X, y[:, :, :1])
    flat = SuperSpikeRegressor(max_iter=1).fit(X[:, 0], y[:, 0])
    assert flat.predict(X[:, 0]).shape == (3, 2)
    with pytest.raises(ValueError, match="up to 80 steps"):
        flat.predict(X)
