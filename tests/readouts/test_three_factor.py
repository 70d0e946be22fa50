"""Learning from a reward at the end, against loops in numpy and against whole expectations."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit

from sparcelearn import SpikeTrains
from sparcelearn.readouts import ThreeFactorClassifier

MASK = 2**64 - 1


def hashed(seed, number):
    """SplitMix64's draw ``number``, in Python's integers."""
    z = (seed + (number + 1) * 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def uniform(seed, n):
    """The first n of a seed's draws, in [0, 1)."""
    return np.array([(hashed(seed, k) >> 11) * 2.0**-53 for k in range(n)])


def naive_episode(model, z, W, b, key):
    """One sample; return the answer and the eligibility of W and b at its end."""
    leak, fade = (np.exp(-model.dt / tau) for tau in (model.tau_mem, model.tau_eligibility))
    x, E, E_b, n = np.zeros(W.shape[1]), np.zeros_like(W), np.zeros(len(b)), np.zeros(len(b))
    for t, events in enumerate(z):
        x = leak * x + events
        p = expit((W @ x + b - model.v_threshold) / model.noise_width)
        s = uniform(hashed(key, t), len(b)) < p
        n += s
        E = fade * E + np.outer(s - p, x)
        E_b = fade * E_b + (s - p)
    return int(np.argmax(n + uniform(hashed(key, len(z)), len(b)))), E, E_b


RNG = np.random.default_rng(0)
LABELS = RNG.integers(3, size=40)
RATES = np.where(np.arange(9) % 3 == LABELS[:, None], 0.3, 0.05)
DENSE = (RNG.random((40, 30, 9)) < RATES[:, None]).astype(float)
OPTIONS = {"tau_mem": 7.0, "tau_eligibility": 25.0, "dt": 2.0, "reward_window": 8.0,
           "noise_width": 0.4, "v_threshold": 0.7, "solver": "sgd", "learning_rate": 0.05,
           "random_state": 0}  # fmt: skip


@pytest.mark.parametrize(
    ("batch_size", "learns_b", "n_steps"),
    [(1, True, 30), (4, True, 30), (1, False, 30), (1, True, 3)],  # in few steps many tie
)
def test_learning_equals_a_loop_in_numpy(batch_size, learns_b, n_steps):
    samples = DENSE[:, :n_steps]
    model = ThreeFactorClassifier(
        init_scale=1.0, reward_delay=10.0, batch_size=batch_size, fit_intercept=learns_b, **OPTIONS
    )
    model.partial_fit(samples, LABELS, classes=[0, 1, 2], sample_weight=np.zeros(40))
    W, b, expected = model.coef_.copy(), model.intercept_.copy(), 1 / 3
    weights = RNG.uniform(0.5, 2.0, 40)
    model.partial_fit(samples, LABELS, sample_weight=weights)
    wait, answers = np.exp(-10.0 / 25.0), []
    for first in range(0, 40, batch_size):
        dW, db = np.zeros_like(W), np.zeros_like(b)
        for i in range(first, first + batch_size):
            answer, E, E_b = naive_episode(model, samples[i], W, b, hashed(model._seed, i))
            reward = float(answer == LABELS[i])
            dW += weights[i] * (reward - expected) * wait * E / batch_size
            db += weights[i] * (reward - expected) * wait * E_b / batch_size
            expected += (reward - expected) / 8.0
            answers.append(answer)
        W += 0.05 * dW
        b += 0.05 * db * learns_b
    assert_allclose(model.coef_, W, rtol=1e-10, atol=1e-12)
    assert_allclose(model.intercept_, b, rtol=1e-10, atol=1e-12)
    assert_allclose(model.expected_reward_, expected)
    assert np.abs(W).max() > 0.1
    assert 0 < np.mean(np.array(answers) == LABELS) < 1
    x, rates = np.zeros((40, 9)), np.zeros((40, 3))
    for t in range(n_steps):
        x = np.exp(-2.0 / 7.0) * x + samples[:, t]
        rates += expit((x @ W.T + b - 0.7) / 0.4) / n_steps
    assert_allclose(model.decision_function(samples), np.log(rates))
    assert_allclose(model.predict_proba(samples), rates / rates.sum(axis=1, keepdims=True))


# --- expectations over all spikes that could be drawn: two outputs, two channels, three steps ---

INPUT = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
WEIGHTS, DRIVES = np.array([[0.6, -0.2], [0.1, 0.4]]), np.array([0.3, -0.1])
LEAK, WIDTH, THRESHOLD = np.exp(-1 / 5.0), 0.5, 0.4


def outcomes(W, b):
    """Yield each way to spike: its probability, that of a reward, and s - p in each step."""
    x, traces = np.zeros(2), []
    for events in INPUT:
        x = LEAK * x + events
        traces.append(x)
    p = expit((np.array(traces) @ W.T + b - THRESHOLD) / WIDTH)
    for draws in itertools.product([0, 1], repeat=6):
        s = np.reshape(draws, (3, 2))
        n = s.sum(axis=0)
        is_right = 0.5 * (1 + np.sign(n[1] - n[0]))  # of a tie, half the time
        yield np.prod(np.where(s == 1, p, 1 - p)), is_right, s - p, np.array(traces)


def mean_update(fade, n=150_000):
    """What the rule does on average to W and b, over n samples that are alike, at a rate of 1."""
    model = ThreeFactorClassifier(
        tau_mem=5.0, tau_eligibility=-1 / np.log(fade), reward_window=1e15, solver="sgd",
        learning_rate=1.0, batch_size=n, noise_width=WIDTH, v_threshold=THRESHOLD, random_state=0,
    )  # fmt: skip
    X, y = np.repeat(INPUT[None], n, axis=0), np.ones(n, dtype=int)
    model.partial_fit(X, y, classes=[0, 1], sample_weight=np.zeros(n))
    model.coef_, model.intercept_ = WEIGHTS.copy(), DRIVES.copy()
    model.partial_fit(X, y)
    return np.column_stack([model.coef_ - WEIGHTS, model.intercept_ - DRIVES])


@pytest.mark.parametrize("fade", [0.4, 1 - 1e-9])
def test_the_update_is_on_average_what_it_should_be(fade):
    """The mean and the spread over all 64 outcomes, each reward less a half."""
    mean, square = 0.0, 0.0
    for chance, is_right, d, x in outcomes(WEIGHTS, DRIVES):
        inputs = np.column_stack([x, np.ones(3)])
        E = np.einsum("t,tk,tj->kj", fade ** np.arange(3)[::-1], d, inputs)
        mean = mean + chance * (is_right - 0.5) * E
        square = square + chance * 0.25 * E**2
    assert np.all(np.abs(mean_update(fade) - mean) < 4.5 * np.sqrt(square / 150_000))
    assert np.abs(mean).max() > 20 * np.sqrt(square.max() / 150_000)


def test_without_decay_it_climbs_the_probability_of_a_reward():
    """REINFORCE: the mean update is the gradient, but for a factor of the noise's width."""

    def success(W, b):
        return sum(chance * is_right for chance, is_right, _, _ in outcomes(W, b))

    gradient = np.zeros((2, 3))
    for k, j in np.ndindex(2, 3):
        step = np.zeros((2, 3))
        step[k, j] = 1e-5
        up, down = (success(WEIGHTS + h[:, :2], DRIVES + h[:, 2]) for h in (step, -step))
        gradient[k, j] = (up - down) / 2e-5
    assert_allclose(mean_update(1 - 1e-9) / WIDTH, gradient, atol=0.02)
    assert np.abs(gradient).max() > 0.15


# --- a task ---


def cues(n, seed, n_steps=300, n_cue=50):
    """One of two groups of channels fires for 50 ms; then only what fires at random goes on."""
    rng = np.random.default_rng(seed)
    y = rng.integers(2, size=n)
    rates = np.full((n, n_steps, 20), 0.005)
    rates[:, :n_cue] = np.where(np.arange(20) % 4 == y[:, None], 0.1, 0.005)[:, None]
    return SpikeTrains.from_dense(rng.random(rates.shape) < rates), y


def test_a_delayed_reward_is_learned_from_and_only_with_eligibility():
    """Where the last step alone counts, weights drift, and right answers are chance."""
    (X, y), (X_test, y_test) = cues(200, 1), cues(200, 2)

    def scores(**options):
        models = (ThreeFactorClassifier(**options, random_state=seed) for seed in range(6))
        return [model.fit(X, y).score(X_test, y_test) for model in models]

    assert min(scores(tau_eligibility=500.0, reward_delay=100.0, max_iter=10)) > 0.95
    assert abs(np.mean(scores(tau_eligibility=0.0, max_iter=10)) - 0.5) < 0.2


def test_a_reward_that_comes_after_all_is_forgotten_teaches_nothing():
    model = ThreeFactorClassifier(tau_eligibility=0.0, reward_delay=1.0, max_iter=2, random_state=0)
    assert_array_equal(model.fit(DENSE, LABELS).coef_, 0.0)
    assert 0 < model.expected_reward_ < 1


def test_the_loss_is_the_share_of_wrong_answers():
    model = ThreeFactorClassifier(reward_window=1e6, max_iter=1, random_state=0)
    model.fit(DENSE, LABELS)
    (wrong,) = model.loss_curve_
    n_right = 1e6 * (model.expected_reward_ - 1 / 3) + 40 / 3
    assert 0 < n_right < 40
    assert_allclose(n_right, 40 * (1 - wrong), atol=0.01)
