"""Constants of rules, each seen in what a rule does."""

import copy

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sparcelearn import SpikeTrains
from sparcelearn._core.kernel_modules import load_module
from sparcelearn._core.kernel_text import assemble
from sparcelearn.datasets import make_class_incremental
from sparcelearn.readouts import (
    DecolleClassifier,
    DeltaClassifier,
    DeltaRegressor,
    EpropClassifier,
    PseudoReplayClassifier,
    SparceRegressor,
    SuperSpikeRegressor,
    reptile,
    surrogate_gradient,
)
from sparcelearn.readouts.synapses import SimpleSynapse

RNG = np.random.default_rng(0)
SPIKES = SpikeTrains.from_dense(RNG.random((12, 40, 8)) < 0.3)
LABELS = np.arange(12) % 2


@pytest.mark.parametrize("neuron", ["lif", "alif"])
def test_eprop_does_not_depend_on_the_unit_of_weights(neuron):
    """Weights and threshold times c: the same spikes, and a gradient 1 / c as large."""
    steps = []
    for c in (1.0, 2.0):
        model = EpropClassifier(
            neuron, v_threshold=c, adaptation=0.2 * c, solver="sgd", learning_rate=1.0,
            init_scale=4.0 * c, batch_size=12, random_state=0,
        )  # fmt: skip
        model.partial_fit(SPIKES, LABELS, classes=[0, 1], sample_weight=np.zeros(12))
        before = model.coef_.copy()
        steps.append(model.partial_fit(SPIKES, LABELS).coef_ - before)
    assert np.abs(steps[0]).max() > 1e-3
    assert_allclose(steps[1], steps[0] / 2.0, rtol=1e-9, atol=1e-12)


def test_without_a_refractory_period_an_output_may_spike_at_every_step():
    model = EpropClassifier(t_ref=0.0, batch_size=1, random_state=0)
    model.partial_fit(SPIKES, LABELS, classes=[0, 1])
    assert np.isfinite(model.coef_).all()


def test_what_decolle_divides_steps_by_fades_by_a_twentieth():
    """After a step of hardly any gradient, 0.95 of the largest is left."""
    X, y = np.ones((1, 1, 3)), [0]
    model = DecolleClassifier(4, solver="rmaxprop", learning_rate=1e-9, random_state=0)
    model.partial_fit(X, y, classes=[0, 1])
    largest = model._moments[1][:-1].copy()
    model.partial_fit(X, y, sample_weight=[1e-9])
    assert (largest > 0).any()
    assert_allclose(model._moments[1][:-1], 0.95 * largest)


def test_a_first_step_of_rmaxprop_is_the_rate_up_or_down():
    """A gradient over the largest of its size is its sign, whatever the samples weigh."""
    model = DecolleClassifier(4, solver="rmaxprop", learning_rate=1e-3, random_state=0)
    X = np.array([[[0.5, 1.0, 2.0]]])
    model.partial_fit(X, [0], classes=[0, 1], sample_weight=[0.0])
    before = model.coef_.copy()
    step = model.partial_fit(X, [1]).coef_ - before
    assert_allclose(np.abs(step[step != 0]), 1e-3, rtol=1e-3)
    assert (step != 0).any()


def test_surrogates_are_the_documented_functions():
    u, s = np.array([-1.3, -0.2, 0.0, 0.1, 0.7, 2.0]), 1.5
    h = s * np.abs(u)
    expected = {
        "fast_sigmoid": 1 / (1 + h) ** 2,
        "triangle": np.maximum(0, 1 - h),
        "boxcar": (h < 0.5) * 1.0,
        "sigmoid": 1 / np.cosh(h / 2) ** 2,
        "gaussian": np.exp(-(h**2)),
    }
    for name, values in expected.items():
        assert_allclose(surrogate_gradient(u, name, s), values, rtol=1e-12)


@pytest.mark.parametrize("y", [0, 1])
def test_the_loss_of_decolle_is_smooth_l1(y):
    e = np.empty(3)
    loss = load_module(assemble("sparcelearn.readouts.kernels.decolle")).smooth_l1(
        np.array([0.2, 3.0, -2.0]) + y, np.full(3, float(y)), e
    )
    assert loss == pytest.approx((0.5 * 0.2**2 + 2.5 + 1.5) / 3)
    assert_allclose(e, np.array([0.2, 1.0, -1.0]) / 3)


@pytest.mark.parametrize("kind", [EpropClassifier, SuperSpikeRegressor])
def test_a_first_step_of_adam_is_the_rate_for_weights_and_intercepts(kind):
    model = kind(solver="adam", learning_rate=1e-3, fit_intercept=True, random_state=0)
    y = LABELS * (np.arange(12) > 4) if kind is EpropClassifier else SPIKES.to_dense()[:, :, :2]
    classes = {"classes": [0, 1]} if kind is EpropClassifier else {}
    model.partial_fit(SPIKES, y, sample_weight=np.zeros(12), **classes)
    before = model.coef_.copy(), model.intercept_.copy()
    model.set_params(batch_size=12).partial_fit(SPIKES, y)
    for old, new in zip(before, (model.coef_, model.intercept_), strict=True):
        step = np.abs(new - old)
        assert_allclose(step[step > 0], 1e-3, rtol=1e-3)
        assert (step > 0).any()


def test_a_batch_of_large_weight_is_learned_at_once_and_no_further():
    """A step is limited to the whole error, as that of one sample is."""
    X, y = np.array([[1.0, 2.0], [1.0, 2.0]]), [3.0, 3.0]
    model = SparceRegressor(None, batch_size=2, learning_rate=0.5, average=None)
    model.partial_fit(X, y, sample_weight=[100.0, 100.0])
    assert_allclose(model.predict(X), y, rtol=1e-6)


@pytest.mark.parametrize("solver", ["nlms", "sgd", "adam"])
@pytest.mark.parametrize("batch_size", [1, 5])
def test_without_an_intercept_none_is_learned(solver, batch_size):
    model = SparceRegressor(
        0.2, solver=solver, batch_size=batch_size, fit_intercept=False, random_state=0
    ).fit(np.random.default_rng(1).normal(size=(40, 6)), 5 + np.arange(40) % 3)
    assert_array_equal(model.intercept_, 0.0)
    assert (model.coef_ != 0).any()


def test_a_simple_synapse_is_at_most_1_unless_told():
    weights, hidden = SimpleSynapse(0.1).start((3, 40), np.random.RandomState(0))
    assert_array_equal(np.unique(weights), [-1.0, 1.0])
    assert hidden.shape == (3, 40, SimpleSynapse(0.1).n_hidden) == (3, 40, 0)


def test_reptile_goes_on_from_where_it_is():
    tasks = [(np.random.default_rng(2).normal(size=(20, 3)), np.arange(20.0))]
    rule = DeltaRegressor(0.1)
    start = reptile(rule, tasks, n_rounds=2, step=0.5, random_state=0)
    first = reptile(rule, tasks, n_rounds=1, step=0.5, random_state=0)
    learned = copy.deepcopy(first).partial_fit(*tasks[0])
    assert_allclose(start.coef_, first.coef_ + 0.5 * (learned.coef_ - first.coef_))
    assert start.t_ == 0


def test_reptile_follows_a_task_by_its_step():
    X, y = RNG.normal(size=(20, 3)), RNG.normal(size=20)
    learned = DeltaRegressor(0.1).partial_fit(X, y)
    for step in (1.0, 0.25):
        start = reptile(DeltaRegressor(0.1), [(X, y)], n_rounds=1, step=step, random_state=0)
        assert_allclose(start.coef_, step * learned.coef_)
        assert_allclose(start.intercept_, step * learned.intercept_)


@pytest.mark.parametrize("solver", ["sgd", "rmaxprop"])
def test_a_sample_of_weight_0_is_not_learned_even_when_regularised(solver):
    model = DecolleClassifier(
        10, regularization=1.0, learning_rate=0.1, solver=solver, fit_intercept=True, random_state=0
    )
    model.partial_fit(SPIKES, LABELS, classes=[0, 1])
    before = model.coef_.copy(), model.intercept_.copy()
    model.partial_fit(SPIKES, LABELS, sample_weight=np.zeros(12))
    assert_array_equal(model.coef_, before[0])
    assert_array_equal(model.intercept_, before[1])


def test_the_old_readout_labels_pseudo_samples():
    """Robins' pseudo-rehearsal keeps some of the old classes; without, all are lost."""
    X, y, _ = make_class_incremental(3000, separation=6.0, random_state=0)
    X = np.maximum(X @ RNG.normal(size=(20, 200)) / np.sqrt(20), 0)
    plain = DeltaClassifier(0.3)
    scores = {}
    for name, rule in {
        "plain": plain,
        "teacher": PseudoReplayClassifier(plain, n_replay=5, generator="teacher", random_state=0),
    }.items():
        for half in (y < 5, y >= 5):
            rule.partial_fit(X[half], y[half], classes=range(10))
        scores[name] = np.mean(rule.predict(X[y < 5]) == y[y < 5])
    assert scores["plain"] < 0.1
    assert scores["teacher"] > scores["plain"] + 0.3


def test_pseudo_samples_spread_as_the_old_samples_do():
    rule = PseudoReplayClassifier(
        DeltaClassifier(), n_replay=4000, generator="teacher", random_state=0
    )
    X = np.vstack([RNG.normal(0, 1, (300, 2)), RNG.normal([8, -3], [2, 0.5], (300, 2))])
    rule.partial_fit(X, np.repeat([0, 1], 300), classes=[0, 1, 2])
    rows, labels = rule._taught(np.zeros((1, 2)), np.array([2]), False)
    assert_array_equal(rows[0], [0, 0])
    assert labels[0] == 2
    assert_allclose(rows[1:].mean(axis=0), X.mean(axis=0), atol=0.25)
    assert_allclose(rows[1:].std(axis=0), X.std(axis=0), rtol=0.05)
    assert_array_equal(labels[1:], rule.readout_.predict(rows[1:]))


def test_what_is_imagined_of_two_equal_classes_is_equal():
    """What chooses the class of a pseudo-sample is drawn apart from its values."""
    rule = PseudoReplayClassifier(DeltaClassifier(), n_replay=4000, random_state=0)
    X = np.tile(np.random.default_rng(3).normal(size=(300, 3)), (2, 1))
    rule.partial_fit(X, np.repeat([0, 1], 300), classes=[0, 1, 2])
    rows, labels, _ = rule._rehearse(np.zeros((1, 3)), np.array([2]), None, False)
    assert len(rows) == 4001
    for c in (0, 1):
        own = rows[labels == c]
        assert_allclose(own.mean(axis=0), X.mean(axis=0), atol=0.15)
        assert_allclose(own.std(axis=0), X.std(axis=0), rtol=0.1)


@pytest.mark.parametrize("solver", ["nlms", "adam", "sgd"])
def test_in_a_batch_a_sample_of_no_weight_touches_nothing(solver):
    """Its features neither shrink nor count a step."""
    rng = np.random.RandomState(0)
    X, y = rng.normal(size=(40, 3)), rng.normal(size=40)
    model = SparceRegressor(None, batch_size=4, solver=solver, alpha=10.0, learning_rate=0.1)
    model.partial_fit(X, y)
    before = model.coef_.copy()
    batch = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.5, 0.0, 0.0], [1.0, 0.0, 0.0]])
    model.partial_fit(batch, [1.0, 2.0, 3.0, 4.0], sample_weight=[0.0, 1.0, 1.0, 1.0])
    np.testing.assert_array_equal(model.coef_[0, 1:], before[0, 1:])
    assert model.coef_[0, 0] != before[0, 0]
