"""Readouts on chips: what goes on one, in-the-loop learning of first spikes, learning on chip."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import is_classifier
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression, PoissonRegressor, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sparcelearn import SpikeTrains
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
    ChipPreset,
    ChipReadout,
    InTheLoopTrainer,
    MockChip,
    OnChipReadout,
    chip_preset,
    fits,
    generic_chip,
    quantize_reservoir,
    shift_decay,
)
from sparcelearn.readouts.hardware._traces import integer_traces
from sparcelearn.reservoir import FixedInDegree, NeuronModel, SpikingReservoir

RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 6))
Y = (X[:, 0] + 0.5 * X[:, 1] > 0) + 2 * (X[:, 2] > 0)
VALUES = X @ RNG.normal(size=(6, 2))
SPIKES = SpikeTrains.from_dense(RNG.random((60, 30, 6)) < 0.2)
LABELS = (SPIKES.counts()[:, 0] > SPIKES.counts()[:, 1]).astype(int)
TIMES = RNG.uniform(0, 20, size=(60, 6))
FIRST = TIMES[:, :3].argmin(axis=1)

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
def test_on_an_ideal_chip_a_step_is_that_of_the_readout(derivative):
    """The chip spikes when the model says; so the host's update is the one of `partial_fit`."""
    readout = FirstSpikeClassifier(
        bias_time=9.0, derivative=derivative, max_gradient=0.02, max_iter=2, random_state=0
    ).fit(TIMES, FIRST)
    trainer = InTheLoopTrainer(
        readout, MockChip(generic_chip(31)), learning_rate=0.01, batch_size=20, w_max=50.0
    ).partial_fit(TIMES[:20], FIRST[:20])
    readout.set_params(learning_rate=0.01).partial_fit(TIMES[:20], FIRST[:20])
    assert_allclose(trainer.coef_, readout.coef_, rtol=1e-3, atol=1e-4)
    assert_allclose(trainer.readout.intercept_, readout.intercept_, rtol=1e-3, atol=1e-4)
    assert trainer.chip.n_writes_ == 2


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


# --- learning on the chip ---


def rule(rate=0.01, **options):
    return DeltaClassifier(rate, loss="sigmoid", normalized=False, random_state=0, **options)


def naive_on_chip(on_chip, traces, targets):
    """One pass with exact division instead of rounding, in float: what the integers approximate."""
    chip, unit = on_chip.chip, on_chip._unit
    W = on_chip._scale * chip.codes_.astype(float)
    for x, t in zip(traces, targets, strict=True):
        y = (W * chip._devices) @ x * unit
        e = np.clip(np.clip(0.5 + 0.25 * y, 0, 1) - t, -1, 1)
        rate = 2.0**-on_chip.learning_shift_ * 127 * on_chip._scale * chip.preset.code_step / unit
        W -= rate * np.outer(np.round(127 * e) / 127, x * unit)
    return W


def test_of_many_bits_the_integers_follow_the_rule():
    chip = MockChip(generic_chip(24), mismatch=0.3, random_state=0)
    on_chip = OnChipReadout(rule(0.02), chip, w_max=4.0)
    on_chip.partial_fit(X[:1], Y[:1], classes=range(4))
    traces, targets = on_chip._integers(X[1:]), on_chip._targets(Y[1:])
    expected = naive_on_chip(on_chip, traces, targets)
    on_chip.partial_fit(X[1:], Y[1:])
    assert_allclose(on_chip.readout.coef_, expected[:, :-1], atol=2e-3)
    assert_allclose(on_chip.readout.intercept_, expected[:, -1] * on_chip._x_max, atol=1e-2)
    assert_allclose(chip.read(), on_chip._scale * chip.codes_)


@pytest.mark.parametrize(("bits", "least"), [(4, 0.3), (3, 0.2)])
def test_of_few_bits_stochastic_rounding_is_what_learns(bits, least):
    scores = {}
    for rounding in ("stochastic", "nearest"):
        readout = OnChipReadout(rule(0.002), MockChip(generic_chip(bits)), rounding=rounding)
        for _ in range(30):
            readout.partial_fit(X, Y, classes=range(4))
        scores[rounding] = readout.score(X, Y)
        assert np.abs(readout.chip.codes_).max() <= 2 ** (bits - 1) - 1
    assert scores["stochastic"] > scores["nearest"] + least


@pytest.mark.parametrize("bits", [2, 7])
def test_the_intercept_is_the_weight_of_an_input_at_its_largest(bits):
    chip = MockChip(generic_chip(16))
    on_chip = OnChipReadout(rule(0.5), chip, x_max=1.0, trace_bits=bits, rounding="nearest")
    on_chip.partial_fit(np.ones((3, 1)), [0, 1, 0], classes=[0, 1])
    assert chip.codes_[0, 0] != 0
    assert chip.codes_[0, 1] == chip.codes_[0, 0]
    assert_array_equal(on_chip.readout.intercept_, on_chip.readout.coef_[:, 0])
    without = OnChipReadout(rule(0.5, fit_intercept=False), MockChip(generic_chip(16)))
    without.partial_fit(np.ones((3, 1)), [0, 1, 0], classes=[0, 1])
    assert without.readout.intercept_ == 0.0


def test_rounding_at_random_has_no_bias():
    """One update that is a fifth of a code, of 4,000 equal inputs."""
    chip = MockChip(generic_chip(6), random_state=0)
    on_chip = OnChipReadout(rule(), chip, x_max=1.0)
    on_chip.partial_fit(np.zeros((1, 4000)), [0], classes=[0, 1])
    before = chip.codes_.copy()
    on_chip.partial_fit(np.ones((1, 4000)), [1])
    change = (chip.codes_ - before)[0, :-1]
    expected = 127 * 63 / 2.0**on_chip.learning_shift_
    assert abs(expected - round(expected)) > 0.1
    assert_allclose(change.mean(), expected, atol=4 * 0.5 / np.sqrt(4000))
    assert set(change) <= {np.floor(expected), np.ceil(expected)}


def test_learning_sees_the_devices():
    """Blind, weights learn for devices that are all alike, and are then on others."""
    blind = OnChipReadout(rule(), MockChip(generic_chip(8))).fit(X, Y)
    seeing = OnChipReadout(rule(), MockChip(generic_chip(8), mismatch=0.6, random_state=1))
    seeing.fit(X, Y)
    chip = MockChip(generic_chip(8), mismatch=0.6, random_state=1)
    chip.write(blind.chip.read(), 1.0)
    lost = blind.score(X, Y) - np.mean(
        blind.readout._decide(chip.run(blind._integers(X) * blind._unit)) == Y
    )
    assert lost > 0.05
    assert blind.score(X, Y) - seeing.score(X, Y) < 0.4 * lost


def test_small_errors_trigger_nothing():
    often, rarely = (
        OnChipReadout(rule(error_threshold=threshold), MockChip(chip_preset("loihi"))).fit(X, Y)
        for threshold in (0.0, 0.3)
    )
    assert rarely.update_rate_ < 0.8 * often.update_rate_
    assert rarely.n_updates_ == rarely.chip.n_updates_ < 0.8 * often.n_updates_
    assert rarely.score(X, Y) > often.score(X, Y) - 0.05
    chip = rarely.chip
    expected = 1e-12 * (23.6 * chip.n_events_ + 120 * chip.n_updates_)
    assert_allclose(chip.energy_j_, expected)
    assert MockChip(generic_chip(4)).energy_j_ is None
    with_all = OnChipReadout(rule(error_threshold=1.0), MockChip(generic_chip(6))).fit(X, Y)
    assert with_all.n_updates_ == 0


def test_spikes_are_learned_from_their_traces():
    rates = np.where(np.arange(6)[None] % 2 == LABELS[:, None], 0.3, 0.05)
    spikes = SpikeTrains.from_dense(RNG.random((60, 40, 6)) < rates[:, None])
    on_chip = OnChipReadout(rule(0.5), MockChip(chip_preset("loihi"), mismatch=0.2, random_state=0))
    assert on_chip.fit(spikes, LABELS).score(spikes, LABELS) > 0.9


def test_traces_decay_by_shifts():
    trains = SpikeTrains.from_samples(
        [([0.0, 3.0], [0, 0]), ([0.0], [1])], 2, durations=[5.0, 40.0]
    )
    traces = integer_traces(trains, 3, 7, 1.0)
    x = 32 << 3
    for step in range(1, 5):
        x = int(shift_decay(x, 3)) + (32 << 3 if step == 3 else 0)
    assert traces[0].tolist() == [x >> 3, 0]
    assert traces[1].tolist() == [0, 0]  # nothing is left over
    many = SpikeTrains.from_samples([(np.zeros(9), np.zeros(9, int))], 1, durations=1.0)
    assert integer_traces(many, 3, 7, 1.0).tolist() == [[127]]


def test_values_are_learned_on_chips_too():
    on_chip = OnChipReadout(
        DeltaRegressor(0.02, normalized=False, random_state=0),
        MockChip(chip_preset("loihi"), mismatch=0.2, random_state=0),
    ).fit(X, VALUES / 4)
    assert on_chip.score(X, VALUES / 4) > 0.9


@pytest.mark.parametrize(
    ("make", "error", "match"),
    [
        (lambda: OnChipReadout(SparceClassifier(), MockChip(generic_chip(8))), TypeError, "Sparce"),
        (lambda: OnChipReadout(DeltaClassifier(), MockChip(generic_chip(8))), ValueError, "normal"),
        (
            lambda: OnChipReadout(DeltaClassifier(normalized=False), MockChip(generic_chip(8))),
            ValueError,
            "loss",
        ),
        (lambda: OnChipReadout(rule(), MockChip(chip_preset("dynapse"))), ValueError, "dynapse"),
        (
            lambda: OnChipReadout(rule(), MockChip(generic_chip(8)), rounding="up"),
            ValueError,
            "rounding",
        ),
        (lambda: OnChipReadout(rule(), MockChip(generic_chip(8)), x_max=0), ValueError, "x_max"),
        (
            lambda: OnChipReadout(rule(), MockChip(generic_chip(8)), trace_bits=40),
            ValueError,
            "trace_bits",
        ),
        (
            lambda: OnChipReadout(rule(), MockChip(chip_preset("brainscales2"))).fit(
                np.ones((4, 256)), [0, 1, 0, 1]
            ),
            ValueError,
            "256 synapses",
        ),
        (
            lambda: OnChipReadout(rule(), MockChip(generic_chip(8))).partial_fit(X, Y),
            ValueError,
            "classes",
        ),
    ],
)
def test_what_a_chip_has_not_is_refused(make, error, match):
    with pytest.raises(error, match=match):
        make()


# --- the reservoir ---

ROWS = RNG.random((30, 12, 5))


def reservoir(n_units=60, **options):
    return SpikingReservoir(n_units, random_state=0, **options).fit(ROWS)


@pytest.mark.parametrize(
    ("network", "name", "match"),
    [
        ({"n_units": 600}, "brainscales2", "600 units, but the chip has 512 neurons"),
        ({"loop_gain": 0.5, "connectivity": 1.0, "n_units": 300}, "brainscales2", "synapses of a"),
        ({"loop_gain": 0.5, "connectivity": 1.0, "n_units": 100}, "dynapse", "synapses of a unit"),
        ({"loop_gain": 0.5, "delay": 80.0}, "loihi", "delays of 80 steps, but the longest is 62"),
        ({"loop_gain": 0.5, "delay": 63.0}, "loihi2", "delays of 63 steps, but the longest is 62"),
        ({"loop_gain": 0.5, "delay": 3.0}, "brainscales2", "delays of 3 steps"),
        ({"loop_gain": 1e-7}, "loihi", "apart"),
        ({"loop_gain": 1e-3}, "brainscales2", "of weights become 0"),
    ],
)
def test_what_does_not_fit_is_listed(network, name, match):
    assert any(match in problem for problem in fits(reservoir(**network), chip_preset(name)))


@pytest.mark.parametrize("name", ["loihi", "loihi2", "spinnaker"])
def test_what_fits_is_not_listed(name):
    assert fits(reservoir(loop_gain=0.5, delay=5.0), chip_preset(name)) == []


def test_what_just_fits_is_not_listed():
    network = reservoir(loop_gain=0.5, delay=5.0)
    inputs, recurrent = network.input_weights_, network.recurrent_weights_
    fan_in = (inputs.toarray() != 0).sum(axis=0) + (recurrent.toarray() != 0).sum(axis=0)
    limits = {"neurons": 60, "axons_per_core": 60 + inputs.shape[0], "fan_in": int(fan_in.max()),
              "max_delay": int(network.delay_steps_.max())}  # fmt: skip
    assert fits(network, ChipPreset("c", 2**20, **limits)) == []
    for name, most in limits.items():
        problems = fits(network, ChipPreset("c", 2**20, **limits | {name: most - 1}))
        assert len(problems) == 1
        assert problems[0].endswith(f" {most - 1}") or f"has {most - 1}" in problems[0]


def test_a_sender_counts_once_through_all_channels_and_only_if_it_sends():
    neuron = NeuronModel(
        "dv/dt = (drive - v + a * (3 - v) - b * (v + 1)) / 20; da/dt = -a / 2; db/dt = -b / 30",
        threshold="v >= 1",
        reset="v = 0",
        channels=("a", "b"),
        name="Unit",
    )
    wiring = {"a": FixedInDegree(6), "b": FixedInDegree(3)}
    both = reservoir(40, neuron=neuron, wiring=wiring, loop_gain=0.5)
    assert both.recurrent_weights_.shape == (80, 40)
    n_inputs = np.count_nonzero(both.input_weights_.toarray().any(axis=1))
    n_units = np.count_nonzero(
        both.recurrent_weights_.toarray().reshape(2, 40, 40).any(axis=(0, 2))
    )
    alone = reservoir(40)
    alone_inputs = np.count_nonzero(alone.input_weights_.toarray().any(axis=1))
    assert n_units > 30
    for network, n in ((both, n_inputs + n_units), (alone, alone_inputs)):
        assert fits(network, ChipPreset("c", 2**20, axons_per_core=n)) == []
        problems = fits(network, ChipPreset("c", 2**20, axons_per_core=n - 1))
        assert problems == [f"{n} senders, but a core listens to {n - 1}"]


def with_weights(inputs, recurrent):
    """A reservoir with some values as its input weights and as its recurrent ones."""
    network = reservoir(n_units=20, loop_gain=0.5)
    network.input_weights_ = sparse.csr_array(np.reshape(inputs, (5, 20)))
    network.recurrent_weights_ = sparse.csr_array(np.reshape(recurrent, (20, 20)))
    return network


def test_weights_that_are_lost_are_listed_above_a_twentieth():
    for n_small, problems in ((5, []), (6, ["6% of weights become 0"])):
        weights = np.repeat([1e-6, 1.0], [n_small, 100 - n_small])
        assert fits(with_weights(weights, np.zeros(400)), generic_chip(8)) == problems
    nothing = with_weights(np.zeros(100), np.zeros(400))
    assert fits(nothing, generic_chip(8)) == fits(nothing, chip_preset("loihi")) == []


def test_exponents_of_inputs_and_units_may_be_as_far_apart_as_the_chip_has():
    preset = ChipPreset("c", 127, power_of_two_scale=True, exponents=(-2, 3))
    for exponent in (5, -5):
        assert fits(with_weights(np.ones(100), np.full(400, 2.0**exponent)), preset) == []
    (problem,) = fits(with_weights(np.ones(100), np.full(400, 2.0**-6)), preset)
    assert problem == "input and recurrent weights 2**6 apart, but the chip has 2**5"


def test_a_reservoir_on_a_chip_has_its_weights():
    network = reservoir(loop_gain=0.5, delay=80.0)
    found = quantize_reservoir(network, chip_preset("loihi"))
    for name in ("input_weights_", "recurrent_weights_"):
        before, after = (getattr(n, name).toarray() for n in (network, found))
        scale = chip_preset("loihi").scale(np.abs(before).max())
        assert_allclose(after / (2 * scale), np.round(after / (2 * scale)), atol=1e-4)
        assert 0 < np.abs(after - before).max() <= scale * 1.0001
    assert found.delay_steps_.max() == 62
    assert network.delay_steps_.max() == 80
    assert not np.array_equal(found.transform(ROWS), network.transform(ROWS))
    same = quantize_reservoir(network, generic_chip(31))
    assert_allclose(
        same.recurrent_weights_.toarray(), network.recurrent_weights_.toarray(), rtol=1e-5
    )
    assert_allclose(same.input_weights_.toarray(), network.input_weights_.toarray(), rtol=1e-5)


def test_devices_of_a_reservoir_differ():
    network = reservoir(loop_gain=0.5)
    spread = quantize_reservoir(network, generic_chip(20), mismatch=0.3, random_state=0)
    ratios = spread.recurrent_weights_.data / network.recurrent_weights_.data
    assert_allclose([ratios.mean(), ratios.std()], [1.0, 0.3], rtol=0.15)
    again = quantize_reservoir(network, generic_chip(20), mismatch=0.3, random_state=0)
    assert_array_equal(again.recurrent_weights_.data, spread.recurrent_weights_.data)
    few = quantize_reservoir(network, chip_preset("dynapse"), mismatch=0.0)
    weights = np.hstack([few.input_weights_.toarray().T, few.recurrent_weights_.toarray().T])
    scale = np.abs(weights[weights != 0]).min()
    assert np.round(np.abs(weights) / scale).sum(axis=1).max() <= 64
    with pytest.raises(ValueError, match="mismatch"):
        quantize_reservoir(network, generic_chip(8), mismatch=-1)
