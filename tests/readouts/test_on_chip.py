"""Learning on a chip: integer weights and traces, rounding at random, its own devices."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sparcelearn import SpikeTrains
from sparcelearn.readouts import (
    DeltaClassifier,
    DeltaRegressor,
    SparceClassifier,
)
from sparcelearn.readouts.hardware import (
    MockChip,
    OnChipReadout,
    chip_preset,
    generic_chip,
    shift_decay,
)
from sparcelearn.readouts.hardware._traces import integer_traces
from tests.readouts.chip_data import LABELS, RNG, VALUES, X, Y


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


def test_of_silence_alone_features_are_at_most_1():
    on_chip = OnChipReadout(rule(), MockChip(generic_chip(4)), trace_bits=7)
    on_chip.partial_fit(np.zeros((2, 3)), [0, 1], classes=[0, 1])
    assert_array_equal(on_chip._integers(np.array([[1.0, 0.5, 2.0]]))[0, :3], [127, 64, 127])


def test_pieces_are_rounded_at_random_as_the_whole_is():
    whole, cut = (OnChipReadout(rule(), MockChip(generic_chip(4)), x_max=3.0) for _ in range(2))
    whole.partial_fit(X, Y, classes=range(4))
    for part in np.split(np.arange(len(X)), [1, 7, 120]):
        cut.partial_fit(X[part], Y[part], classes=range(4))
    assert_array_equal(cut.chip.codes_, whole.chip.codes_)


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


def test_an_error_changes_the_synapses_that_an_input_reached():
    on_chip = OnChipReadout(rule(0.5), MockChip(generic_chip(8)), x_max=1.0)
    on_chip.partial_fit([[1.0, 0.0, 1.0, 1.0]], [0], classes=[0, 1, 2])
    # Three outputs err, on three inputs and the intercept; at weight 0 nothing arrives.
    assert on_chip.n_updates_ == on_chip.chip.n_updates_ == 3 * 4
    assert on_chip.update_rate_ == 1.0


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


def test_a_seed_rounds_in_the_same_way_for_ever():
    rows = (np.arange(120) * 7 % 11).reshape(40, 3).astype(float)
    on_chip = OnChipReadout(rule(), MockChip(generic_chip(4)))
    on_chip.partial_fit(rows, np.arange(40) % 2, classes=[0, 1])
    assert_array_equal(on_chip.chip.codes_, [[-3, -1, -1, 2]])
