"""Readouts on chips: what goes on one, and learning with the chip in the loop."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import is_classifier
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression, PoissonRegressor, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sparcelearn._core.kernel_modules import load_module
from sparcelearn._core.kernel_text import assemble
from sparcelearn.readouts import (
    DecolleClassifier,
    DeltaClassifier,
    DeltaRegressor,
    EpropClassifier,
    EpropRegressor,
    FirstSpikeClassifier,
    HopfieldMemory,
    PrototypeClassifier,
    ReplayClassifier,
    RLSRegressor,
    SparceClassifier,
    SparceRegressor,
    StreamingLDAClassifier,
    SuperSpikeRegressor,
)
from sparcelearn.readouts.hardware import (
    ChipReadout,
    InTheLoopTrainer,
    MockChip,
    chip_preset,
    generic_chip,
)
from sparcelearn.readouts.kernels.crossing import Neuron
from tests.readouts.chip_data import FIRST, LABELS, SPIKES, TIMES, VALUES, X, Y

CARRIED = {
    "delta": (DeltaClassifier(random_state=0), X, Y),
    "delta values": (DeltaRegressor(random_state=0), X, VALUES),
    "rls": (RLSRegressor(), X, VALUES[:, 0]),
    "prototypes": (PrototypeClassifier(), X, Y),
    "lda": (StreamingLDAClassifier(), X, Y),
    "sparce": (SparceClassifier(0.5, max_iter=5, random_state=0), X, Y),
    "sparce values": (SparceRegressor(0.5, max_iter=5, random_state=0), X, VALUES),
    "sparce of two": (SparceClassifier(0.3, max_iter=5, random_state=0), X, Y % 2),
    "first spike": (FirstSpikeClassifier(bias_time=9.0, max_iter=3, random_state=0), TIMES, FIRST),
    "e-prop": (EpropClassifier(max_iter=3, random_state=0), SPIKES, LABELS),
    "e-prop lif": (EpropClassifier("lif", max_iter=3, random_state=0), SPIKES, LABELS),
    "e-prop values": (EpropRegressor(max_iter=3, random_state=0), SPIKES, LABELS * 1.0),
    "decolle": (DecolleClassifier(10, max_iter=3, random_state=0), SPIKES, LABELS),
    "logistic": (LogisticRegression(), X, Y),
    "logistic of two": (LogisticRegression(), X, Y % 2),
    "ridge": (Ridge(), X, VALUES),
    "ridge of one": (Ridge(), X, VALUES[:, 0]),
}


@pytest.mark.parametrize("name", CARRIED)
def test_a_chip_of_many_bits_predicts_as_the_readout_does(name):
    readout, features, labels = CARRIED[name]
    readout = readout.fit(features, labels)
    on_chip = ChipReadout(readout, MockChip(generic_chip(31)))
    found, expected = on_chip.predict(features), readout.predict(features)
    assert found.shape == expected.shape
    if is_classifier(readout):
        assert_array_equal(found, expected)
    else:
        assert_allclose(found.astype(float), expected.astype(float), rtol=1e-4, atol=1e-4)
    assert_allclose(on_chip.score(features, labels), readout.score(features, labels), atol=1e-4)


@pytest.mark.parametrize(
    "make",
    [
        lambda: HopfieldMemory().fit(X),
        lambda: ReplayClassifier(DeltaClassifier(), random_state=0).fit(X, Y),
        lambda: PoissonRegressor().fit(X, np.abs(VALUES[:, 0])),
        lambda: SVC(kernel="linear").fit(X, Y),
        lambda: make_pipeline(StandardScaler(), LogisticRegression()).fit(X, Y),
        lambda: SuperSpikeRegressor(max_iter=1).fit(SPIKES, SPIKES),
    ],
)
def test_what_is_not_linear_is_refused_by_name(make):
    readout = make()
    with pytest.raises(TypeError, match=f"{type(readout).__name__} cannot go on a chip"):
        ChipReadout(readout, MockChip(generic_chip(8)))


@pytest.mark.parametrize(
    ("make", "inputs"),
    [
        (lambda: EpropClassifier(max_iter=1, random_state=0).fit(SPIKES, LABELS), SPIKES),
        (lambda: LogisticRegression().fit(X, Y), X),
    ],
)
def test_what_cannot_be_trained_in_the_loop_is_refused_by_name(make, inputs):
    readout = make()
    with pytest.raises(TypeError, match=f"{type(readout).__name__} cannot be trained in the loop"):
        InTheLoopTrainer(readout, MockChip(generic_chip(8)))


def test_the_spike_of_intercepts_has_devices_of_its_own():
    readout = FirstSpikeClassifier(bias_time=9.0, max_iter=3, random_state=0).fit(TIMES, FIRST)
    chip = MockChip(generic_chip(8), mismatch=0.3, random_state=0)
    ChipReadout(readout, chip)
    assert chip.codes_.shape == (3, 7)
    readout = FirstSpikeClassifier(fit_intercept=False, max_iter=3).fit(TIMES, FIRST)
    chip = MockChip(generic_chip(8))
    ChipReadout(readout, chip)
    assert chip.codes_.shape == (3, 6)


def test_jitter_moves_spikes_and_only_spikes():
    readout = FirstSpikeClassifier(bias_time=9.0, max_iter=3, random_state=0).fit(TIMES, FIRST)
    T = []
    for jitter in (0.0, 0.5):
        chip = MockChip(generic_chip(16), jitter=jitter, random_state=0)
        ChipReadout(readout, chip)
        T.append(chip.spike_times(TIMES, readout)[0])
    moved = (T[1] - T[0])[np.isfinite(T[0]) & np.isfinite(T[1])]
    assert 0.02 < np.median(np.abs(moved)) < 1.0
    chip = MockChip(generic_chip(8), jitter=0.5, random_state=0)
    linear = ChipReadout(DeltaClassifier(random_state=0).fit(X, Y), chip)
    with pytest.raises(ValueError, match="jitter needs input of spikes"):
        linear.predict(X)
    moved = MockChip(generic_chip(8), jitter=3.0, random_state=0)._jittered(SPIKES)
    assert_array_equal(moved.counts(), SPIKES.counts())
    assert_allclose((moved.times.mean() - SPIKES.times.mean()) / 3.0, 0, atol=0.3)


# --- in the loop ---


@pytest.mark.parametrize("derivative", ["exact", "simplified"])
@pytest.mark.parametrize("bias_time", [1.0, 30.0])
def test_on_an_ideal_chip_a_step_is_that_of_the_readout(derivative, bias_time):
    """The chip spikes when the model says; so the host's update is the one of `partial_fit`."""
    readout = FirstSpikeClassifier(
        bias_time=bias_time,
        derivative=derivative,
        solver="sgd",
        max_gradient=1e6,
        max_iter=2,
        random_state=0,
    ).fit(TIMES, FIRST)
    readout.intercept_ += 0.5
    before, b_before = readout.coef_.copy(), readout.intercept_.copy()
    trainer = InTheLoopTrainer(
        readout, MockChip(generic_chip(31)), learning_rate=0.01, batch_size=20, w_max=50.0
    ).partial_fit(TIMES[:20], FIRST[:20])
    readout.set_params(learning_rate=0.01).partial_fit(TIMES[:20], FIRST[:20])
    step, b_step = readout.coef_ - before, readout.intercept_ - b_before
    assert np.abs(step).max() > 1e-4
    assert_allclose(trainer.coef_ - before, step, rtol=1e-3, atol=1e-6)
    assert_allclose(trainer.readout.intercept_ - b_before, b_step, rtol=1e-3, atol=1e-6)
    assert trainer.chip.n_writes_ == 2


@pytest.mark.parametrize("loss", ["softmax", "sigmoid", "squared", "asymmetric"])
@pytest.mark.parametrize("n_classes", [2, 4])
def test_in_the_loop_the_loss_is_that_of_the_readout(loss, n_classes):
    y = Y % n_classes
    readout = DeltaClassifier(0.05, loss=loss, normalized=False, random_state=0).fit(X, y)
    trainer = InTheLoopTrainer(
        readout, MockChip(generic_chip(31)), learning_rate=0.05, batch_size=1, w_max=10.0
    ).partial_fit(X[:9], y[:9])
    before = readout.coef_.copy()
    readout.partial_fit(X[:9], y[:9])
    assert np.abs(readout.coef_ - before).max() > 1e-4
    assert_allclose(trainer.coef_, readout.coef_, atol=1e-7)
    assert_allclose(trainer.readout.intercept_, readout.intercept_, atol=1e-7)


def test_silence_counts_in_the_loop_as_in_the_readout():
    """Its time is the end of the sample; how often it was, over all samples, rouses an output."""
    options = {"loss": "shift_mse", "solver": "sgd", "derivative": "simplified", "tau_syn": 8.0,
               "max_gradient": 1e6, "bump": 0.01, "max_silent": 0.6}  # fmt: skip
    readout = FirstSpikeClassifier(bias_time=9.0, max_iter=2, random_state=0, **options)
    readout.fit(TIMES, FIRST)
    readout.coef_[2] = readout.intercept_[2] = 0.0
    trainer = InTheLoopTrainer(
        readout, MockChip(generic_chip(31)), learning_rate=0.01, batch_size=20, w_max=50.0
    ).partial_fit(TIMES[:20], FIRST[:20])
    before = readout.coef_.copy()
    readout.set_params(learning_rate=0.01).partial_fit(TIMES[:20], FIRST[:20])
    assert_allclose(trainer.coef_ - before, readout.coef_ - before, rtol=1e-3, atol=1e-5)
    assert_allclose(readout.coef_[2], 0.01)  # a bump, and no gradient


def test_the_loop_recovers_first_spikes_on_other_devices():
    readout = FirstSpikeClassifier(bias_time=9.0, max_iter=60, random_state=0).fit(TIMES, FIRST)
    chip = MockChip(chip_preset("brainscales2"), mismatch=0.4, random_state=3)
    rounded = ChipReadout(readout, chip).score(TIMES, FIRST)
    trainer = InTheLoopTrainer(readout, chip, learning_rate=0.02)
    for _ in range(40):
        trainer.partial_fit(TIMES, FIRST)
    assert rounded < readout.score(TIMES, FIRST) - 0.1
    assert trainer.score(TIMES, FIRST) > rounded + 0.1


def test_sparce_keeps_its_thresholds_in_the_loop():
    digits, labels = load_digits(return_X_y=True)
    digits = digits[:600] / 16
    readout = SparceClassifier(0.5, max_iter=10, random_state=0).fit(digits, labels[:600])
    thresholds = readout.thresholds_.copy()
    chip = MockChip(generic_chip(6), mismatch=0.8, random_state=0)
    trainer = InTheLoopTrainer(readout, chip, learning_rate=0.02)
    before = trainer.score(digits, labels[:600])
    for _ in range(5):
        trainer.partial_fit(digits, labels[:600])
    assert_array_equal(trainer.readout.thresholds_, thresholds)
    assert before < readout.score(digits, labels[:600]) - 0.03
    assert trainer.score(digits, labels[:600]) > before + 0.02


@pytest.mark.parametrize("ratio", [1, 2])
def test_a_slope_hears_what_came_before(ratio):
    """An input at the very moment has not moved the potential yet."""
    kernel = load_module(assemble("sparcelearn.readouts.kernels.first_spike_loop"))
    neuron, W, b = Neuron(ratio, 1.0, 2.0), np.array([[3.0], [5.0]]), np.array([7.0])
    times, channels = np.array([1.0, 2.0]), np.array([0, 1])
    slope = kernel.model_slope(neuron, times, channels, 2.0, W, b, 0)
    assert slope == 3.0 * kernel.kernel_slope(ratio, 1.0)


class LateChip(MockChip):
    """Its outputs spike long after the potential was highest, as no model says."""

    def spike_times(self, X, readout):
        times, ends = super().spike_times(X, readout)
        return np.full_like(times, 0.9 * ends.min()), ends


def test_where_the_model_is_flat_a_slope_is_a_tenth_of_the_threshold():
    steps = []
    for derivative in ("exact", "simplified"):
        readout = FirstSpikeClassifier(
            derivative=derivative, solver="sgd", max_gradient=1e6, max_iter=2, random_state=0
        ).fit(TIMES, FIRST)
        readout.coef_ = np.abs(readout.coef_)  # so that potentials fall by then
        before = readout.coef_.copy()
        trainer = InTheLoopTrainer(
            readout, LateChip(generic_chip(31)), learning_rate=0.01, batch_size=20, w_max=50.0
        ).partial_fit(TIMES[:20], FIRST[:20])
        steps.append(trainer.coef_ - before)
    theta = readout._constants().neuron.theta
    assert np.abs(steps[0]).max() > 1e-4
    assert_allclose(steps[0], steps[1] / (0.1 * theta), rtol=1e-3, atol=1e-6)
