"""The delta rule and node perturbation: the naive loop, derivatives, triggers, streams."""

import pickle

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import is_classifier

from sparcelearn.readouts import (
    DeltaClassifier,
    DeltaRegressor,
    NodePerturbationClassifier,
    NodePerturbationRegressor,
    RLSRegressor,
    StreamingRidgeRegressor,
)
from sparcelearn.readouts.synapses import (
    BennaFusiSynapse,
    CascadeSynapse,
    FloatSynapse,
    HeterogeneousSynapse,
    QuantizedSynapse,
    SimpleSynapse,
    TransferSynapse,
)

RNG = np.random.default_rng(5)
X = RNG.normal(size=(120, 8)) * (RNG.random((120, 8)) < 0.7)
LABELS = X[:, :3].argmax(axis=1)
VALUES = np.column_stack([X[:, 0] - X[:, 1], np.abs(X[:, 2])])
SYNAPSES = [
    None,
    FloatSynapse(bound=0.1),
    SimpleSynapse(0.3, n_levels=4, bound=0.5),
    HeterogeneousSynapse(bound=0.3),
    TransferSynapse(bound=0.3),
    CascadeSynapse(4, bound=0.3),
    BennaFusiSynapse(4),
    BennaFusiSynapse(3, n_levels=9, level_spacing=0.05),
    QuantizedSynapse(16, bound=1.0),
]

SIGNED = ("squared", "asymmetric")


def errors(loss, y, t):
    if loss == "sigmoid":
        return 1 / (1 + np.exp(-y)) - t
    if loss == "softmax":
        return np.exp(y) / np.exp(y).sum() - t
    return np.where((loss == "asymmetric") & ((y - t) * t > 0), 0.1, 1.0) * (y - t)


def loss_of(loss, y, t):
    """Return the sum over outputs, whose derivative the errors are."""
    if loss == "sigmoid":
        return np.sum(np.logaddexp(0, y) - t * y)
    if loss == "softmax":
        return np.log(np.exp(y).sum()) - t @ y
    return 0.5 * np.sum(errors(loss, y, t) * (y - t))


@pytest.mark.parametrize("normalized", [False, True])
@pytest.mark.parametrize("threshold", [0.0, 0.2])
@pytest.mark.parametrize("loss", ["softmax", "sigmoid", "squared", "asymmetric"])
def test_the_delta_rule_is_the_naive_loop(loss, threshold, normalized):
    weights = RNG.uniform(0, 2, 120)
    readout = DeltaClassifier(0.1, loss=loss, error_threshold=threshold, normalized=normalized)
    readout.partial_fit(X, LABELS, classes=[0, 1, 2], sample_weight=weights)
    W, b, n_errors = np.zeros((3, 8)), np.zeros(3), 0
    for x, label, weight in zip(X, LABELS, weights, strict=True):
        t = np.where(np.arange(3) == label, 1.0, -1.0 if loss in SIGNED else 0.0)
        e = errors(loss, W @ x + b, t)
        e[np.abs(e) <= threshold] = 0
        n_errors += np.count_nonzero(e)
        step = 0.1 * weight / (x @ x + 1 if normalized else 1)
        W -= step * np.outer(e, x)
        b -= step * e
    assert_allclose(readout.coef_, W, rtol=1e-6, atol=1e-9)
    assert_allclose(readout.intercept_, b, rtol=1e-6, atol=1e-9)
    assert readout.update_rate_ == n_errors / 360


def test_regression_is_lms():
    readout = DeltaRegressor(0.05, normalized=False, fit_intercept=False)
    readout.partial_fit(X.astype(np.float32), VALUES)
    W = np.zeros((2, 8))
    for x, t in zip(X.astype(np.float32).astype(float), VALUES, strict=True):
        W -= 0.05 * np.outer(W @ x - t, x)
    assert_allclose(readout.coef_, W, rtol=1e-12, atol=1e-14)
    assert_array_equal(readout.intercept_, [0, 0])


def test_a_normalised_step_removes_its_share_of_the_error():
    readout = DeltaRegressor(0.25).partial_fit(1000 * X[:1], VALUES[:1])
    assert_allclose(readout.predict(1000 * X[:1]), 0.25 * VALUES[:1], rtol=1e-6)


@pytest.mark.parametrize("loss", ["softmax", "sigmoid", "squared", "asymmetric"])
def test_errors_are_derivatives_of_the_loss(loss):
    """A first step, from given weights, against central differences."""
    W = RNG.normal(size=(3, 8))
    readout = DeltaClassifier(1.0, loss=loss, normalized=False, fit_intercept=False)
    readout.partial_fit(X[:3], [0, 1, 2], classes=[0, 1, 2])
    readout.coef_ = W
    readout.partial_fit(X[5:6], [1])
    t = np.array([0.0, 1.0, 0.0]) if loss not in SIGNED else np.array([-1.0, 1.0, -1.0])
    numeric, h = np.empty((3, 8)), 1e-6
    for place in np.ndindex(3, 8):
        d = np.zeros((3, 8))
        d[place] = h
        up, down = (loss_of(loss, (W + s * d) @ X[5], t) for s in (1, -1))
        numeric[place] = (up - down) / (2 * h)
    assert_allclose(W - readout.coef_, numeric, rtol=1e-6, atol=1e-8)


def test_node_perturbation_is_the_delta_rule_on_average():
    """20,000 draws of the noise at fixed weights: each step is taken back."""
    x, t = X[5], np.array([0.7, -0.3, 0.5])
    draws = np.repeat(x[None], 20_000, axis=0), np.repeat(t[None], 20_000, axis=0)
    tiny = 1e-12  # too small to move the weights
    readout = NodePerturbationRegressor(
        tiny, normalized=False, noise_scale=0.1, fit_intercept=False, random_state=0
    )
    readout.partial_fit(*draws)
    estimate = readout.coef_ / tiny / 20_000
    used = np.abs(x) > 0.1
    assert_allclose(estimate[:, used] / np.outer(t, x)[:, used], 1.0, atol=0.1)
    assert np.ptp(estimate[:, used] / np.outer(t, x)[:, used], axis=1).max() < 1e-6


def test_noise_of_more_outputs_makes_node_perturbation_noisier():
    spreads = []
    for n_outputs in (2, 8, 32):
        readout = NodePerturbationRegressor(1e-12, normalized=False, random_state=0)
        steps = []
        for s in range(300):
            before = readout.intercept_.copy() if s else np.zeros(n_outputs)
            readout.partial_fit(np.ones((1, 1)), np.ones((1, n_outputs)))
            steps.append((readout.intercept_ - before) / 1e-12)
        spreads.append(np.var(steps))
    assert spreads[0] < spreads[1] / 2 < spreads[2] / 4


@pytest.mark.parametrize("readout_class", [NodePerturbationClassifier, DeltaClassifier])
def test_rules_learn(readout_class):
    blobs = X + 3 * np.eye(3)[LABELS] @ RNG.normal(size=(3, 8))
    readout = readout_class(0.02, random_state=0).fit(blobs, LABELS)
    assert readout.score(blobs, LABELS) > 0.95
    assert readout.loss_curve_[-1] < readout.loss_curve_[0] / 2


# --- any rule through any synapse ---


def stream(readout, start, stop):
    if is_classifier(readout):
        return readout.partial_fit(X[start:stop], LABELS[start:stop], classes=[0, 1, 2])
    return readout.partial_fit(X[start:stop], VALUES[start:stop])


@pytest.mark.parametrize("synapse", SYNAPSES, ids=lambda s: type(s).__name__)
@pytest.mark.parametrize("readout_class", [DeltaClassifier, NodePerturbationRegressor])
def test_chunks_and_pickles_do_not_matter_to_the_bit(readout_class, synapse):
    def make():
        return readout_class(0.1, synapse=synapse, random_state=0)

    whole = stream(make(), 0, 120)
    parts = make()
    for start, stop in [(0, 1), (1, 2), (2, 50), (50, 51), (51, 120)]:
        parts = pickle.loads(pickle.dumps(stream(parts, start, stop)))
    assert_array_equal(parts.synapse_state_, whole.synapse_state_)
    assert_array_equal(parts.coef_, whole.coef_)
    assert_array_equal(parts.intercept_, whole.intercept_)
    assert parts._clock == whole._clock == 120
    assert np.ptp(whole.coef_) > 0


@pytest.mark.parametrize("synapse", SYNAPSES, ids=lambda s: type(s).__name__)
def test_a_sample_of_no_weight_is_passed_over(synapse):
    weights = np.where(np.arange(120) % 3 == 0, 0.0, 1.0)
    kept = weights > 0
    known = {"classes": [0, 1, 2]}
    weighted = DeltaClassifier(synapse=synapse, random_state=0)
    weighted.partial_fit(X, LABELS, sample_weight=weights, **known)
    without = DeltaClassifier(synapse=synapse, random_state=0)
    without.partial_fit(X[kept], LABELS[kept], **known)
    assert_array_equal(weighted.coef_, without.coef_)
    assert_array_equal(weighted.synapse_state_, without.synapse_state_)


@pytest.mark.parametrize("synapse", SYNAPSES[1:], ids=lambda s: type(s).__name__)
def test_failed_or_looking_calls_change_nothing(synapse):
    readout = DeltaClassifier(synapse=synapse, max_iter=2, random_state=0).fit(X, LABELS)
    before = joblib.hash(vars(readout))
    readout.predict(X)
    with pytest.raises(ValueError, match="labels"):
        readout.partial_fit(X, LABELS + 1)
    assert joblib.hash(vars(readout)) == before
    again = DeltaClassifier(synapse=synapse, max_iter=2, random_state=0).fit(X, LABELS)
    assert joblib.hash(vars(again)) == before


def test_synapses_cannot_be_exchanged_midway():
    readout = stream(DeltaClassifier(synapse=CascadeSynapse(8), random_state=0), 0, 60)
    before = joblib.hash(vars(readout.set_params(synapse=CascadeSynapse(4))))
    with pytest.raises(ValueError, match=r"CascadeSynapse\(n_levels=8.*call fit"):
        stream(readout, 60, 120)
    assert joblib.hash(vars(readout)) == before
    assert readout.fit(X, LABELS).synapse_state_.max() < 4


def test_a_step_that_would_overflow_is_an_error_though_the_loss_is_finite():
    readout = DeltaRegressor(1.0, normalized=False).partial_fit([[1.0]], [0.5])
    before = readout.coef_.copy()
    with pytest.raises(ValueError, match="diverged"):
        readout.partial_fit([[1e300]], [1e10])
    assert_array_equal(readout.coef_, before)


def test_divergence_is_an_error_and_changes_nothing():
    readout = DeltaRegressor(0.1, normalized=False, max_iter=2).fit(X, VALUES)
    before = joblib.hash(vars(readout.set_params(learning_rate=1e9)))
    with pytest.raises(ValueError, match=r"diverged.*learning_rate"):
        readout.partial_fit(np.tile(X, (20, 1)), np.tile(VALUES, (20, 1)))
    assert joblib.hash(vars(readout)) == before


@pytest.mark.parametrize(
    ("parameters", "match"),
    [
        (dict(synapse="float"), "synapse"),
        (dict(synapse=FloatSynapse), "synapse"),
        (dict(error_threshold=-0.1), "error_threshold"),
        (dict(normalized=2), "normalized"),
        (dict(loss="hinge"), "loss"),
        (dict(learning_rate=0.0), "learning_rate"),
    ],
)
def test_bad_parameters_are_named(parameters, match):
    with pytest.raises(ValueError, match=f"'{match}' parameter of DeltaClassifier"):
        DeltaClassifier(**parameters).fit(X, LABELS)


def test_bad_noise_is_named():
    with pytest.raises(ValueError, match="'noise_scale' parameter"):
        NodePerturbationRegressor(noise_scale=0.0).fit(X, VALUES)


def test_early_stopping_keeps_the_best_epochs_synapses():
    readout = DeltaClassifier(
        0.5,
        synapse=SimpleSynapse(0.3, n_levels=5, bound=0.5),
        early_stopping=True,
        validation_fraction=0.3,
        n_iter_no_change=3,
        learning_rate_schedule="constant",
        random_state=1,
    ).fit(X, LABELS)
    best = int(np.argmax(readout.validation_scores_))
    assert readout.n_iter_ > best + 1
    cut = DeltaClassifier(**{**readout.get_params(), "max_iter": best + 1}).fit(X, LABELS)
    assert_array_equal(readout.coef_, cut.coef_)
    assert readout._clock == cut._clock


# --- the pattern task and the cost of errors, on features that stand in for a reservoir ---


def gaussian_task(n, seed):
    """Ten classes of one Gaussian each, seen through 300 random rectified features."""
    rng = np.random.default_rng(99)
    centres, mix = rng.normal(size=(10, 20)), rng.normal(size=(20, 300)) / np.sqrt(20)
    rng = np.random.default_rng(seed)
    labels = rng.integers(10, size=n)
    return np.maximum((centres[labels] + 0.95 * rng.normal(size=(n, 20))) @ mix, 0), labels


def test_few_updates_are_enough():
    features, labels = gaussian_task(4000, 0)
    test_features, test_labels = gaussian_task(3000, 1)
    found = {}
    for threshold in (0.0, 0.1):
        readout = DeltaClassifier(0.02, error_threshold=threshold, normalized=False, random_state=0)
        for _ in range(2):
            readout.partial_fit(features, labels, classes=range(10))
        found[threshold] = readout.score(test_features, test_labels), readout.update_rate_
    assert found[0.0][1] == 1.0
    assert found[0.1][1] < 0.2
    assert found[0.1][0] > found[0.0][0] - 0.02
    assert found[0.0][0] > 0.8


def patterns(n_features=300, n_steps=1000):
    """Four sines, and features of filtered random spikes that repeat from pass to pass."""
    rng = np.random.default_rng(0)
    spikes, decay = rng.random((n_steps, n_features)) < 0.033, np.exp(-1 / 30)
    traces, trace = np.empty(spikes.shape), np.zeros(n_features)
    for step, row in enumerate(spikes):
        trace = decay * trace + row
        traces[step] = trace
    time = np.linspace(0, 2 * np.pi, n_steps, endpoint=False)
    waves = [
        a * np.sin(c * time + p)
        for c, a, p in zip(
            (1, 2, 3, 5), rng.uniform(0.5, 2, 4), rng.uniform(0, 6.28, 4), strict=True
        )
    ]
    target = np.sum(waves, axis=0)
    target -= target[0]
    return traces, target / np.abs(target).max()


def test_a_pattern_is_learned_in_two_passes_or_slowly():
    """Frozen weights: a rule that is still learning flatters itself."""
    traces, target = patterns()

    def error(readout):
        return np.mean((readout.predict(traces) - target) ** 2) / np.var(target)

    ridge = error(StreamingRidgeRegressor(0.1).fit(traces, target))
    assert ridge < 0.1
    assert error(RLSRegressor(0.1, max_iter=2).fit(traces, target)) < max(0.01, 1.1 * ridge)
    assert error(DeltaRegressor(0.2, max_iter=200, random_state=0).fit(traces, target)) < 0.1
