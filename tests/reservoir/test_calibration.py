"""The input gain: found on the data, frozen, and honest about reservoirs that cannot fire."""

import warnings

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sparcelearn import ReservoirRegressor
from sparcelearn._core.sequences import Sequences
from sparcelearn.reservoir import SpikingReservoir, StackedReservoir
from sparcelearn.reservoir._calibration import calibration_samples, find_gain

RNG = np.random.RandomState(0)
INPUTS = {
    "binary": (RNG.rand(20, 10, 8) < 0.3).astype(float),
    "gaussian": RNG.randn(20, 10, 8),
    "large": 1e3 * RNG.rand(20, 10, 8),
    "tiny": 1e-3 * RNG.rand(20, 10, 8),
    "offset": 5 + 0.5 * RNG.randn(20, 10, 8),
    "rows": RNG.rand(40, 8),
}


@pytest.mark.parametrize("kind", INPUTS)
@pytest.mark.parametrize("target_rate", [10.0, 20.0, 40.0])
def test_the_target_rate_is_met_within_a_tenth(kind, target_rate):
    X = INPUTS[kind]
    reservoir = SpikingReservoir(
        n_units=200, target_rate=target_rate, features="count", random_state=0
    ).fit(X)
    assert reservoir.firing_rates_.mean() == pytest.approx(target_rate, rel=0.1)
    # and the rate is what transform then shows, on the same samples
    spikes = reservoir.transform(X).sum()
    n_rows = X.shape[0] * (X.shape[1] if X.ndim == 3 else 1)
    seconds = n_rows * reservoir.steps_per_input * reservoir.dt / 1000
    assert spikes / 200 / seconds == pytest.approx(target_rate, rel=0.1)


@pytest.mark.parametrize("kind", INPUTS)
def test_defaults_fire_on_any_reasonable_input(kind):
    reservoir = SpikingReservoir(random_state=0).fit(INPUTS[kind])
    assert np.mean(reservoir.firing_rates_ > 0) > 0.2
    assert reservoir.transform(INPUTS[kind]).any(axis=1).mean() > 0.9


def test_the_scale_of_the_input_does_not_matter():
    rates = [
        SpikingReservoir(n_units=100, random_state=0).fit(scale * INPUTS["rows"]).firing_rates_
        for scale in (1.0, 4.0**5)  # the search steps by fours: the same gains are tried
    ]
    np.testing.assert_array_equal(*rates)


def test_the_gain_is_frozen_after_fit():
    X = INPUTS["rows"]
    reservoir = SpikingReservoir(n_units=50, random_state=0).fit(X)
    gain = reservoir.input_scaling_
    reservoir.transform(100 * X)
    reservoir.partial_fit(100 * X)
    assert reservoir.input_scaling_ == gain
    assert reservoir.input_scaling == "auto"


@pytest.mark.parametrize("scaling", [2.5, 3])
def test_a_given_gain_is_not_touched(scaling):
    reservoir = SpikingReservoir(
        n_units=50, input_scaling=scaling, bias_scaling=2.0, target_rate=1.0, random_state=0
    ).fit(INPUTS["rows"])
    assert reservoir.input_scaling_ == scaling
    assert np.abs(reservoir.input_weights_.data).max() <= scaling


def test_a_reservoir_without_input_says_that_it_is_silent():
    with pytest.warns(UserWarning, match="silent.*input_scaling or bias_scaling") as record:
        reservoir = SpikingReservoir(n_units=20, random_state=0).fit(np.zeros((3, 2)))
    assert len(record) == 1
    assert reservoir.input_scaling_ == 1.0
    assert not reservoir.firing_rates_.any()


def test_a_saturated_reservoir_says_so():
    with pytest.warns(UserWarning, match="saturated.*Lower input_scaling") as record:
        SpikingReservoir(n_units=20, input_scaling=1e6, random_state=0).fit(INPUTS["rows"])
    assert len(record) == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda reservoir, X: reservoir.fit(X),
        lambda reservoir, X: reservoir.fit_transform(X),
        lambda reservoir, X: reservoir.partial_fit(X),
        lambda reservoir, X: make_pipeline(reservoir, StandardScaler()).fit(X),
        lambda reservoir, X: make_pipeline(StandardScaler(), reservoir).fit_transform(X),
        lambda reservoir, X: StackedReservoir([("only", reservoir)]).fit(X),
        lambda reservoir, X: ReservoirRegressor(reservoir).partial_fit(X, np.arange(3.0)),
    ],
)
def test_warnings_point_at_the_line_that_calls(call):
    with pytest.warns(UserWarning, match="silent") as record:
        call(SpikingReservoir(n_units=20, random_state=0), np.zeros((3, 2)))
    place = (__file__, call.__code__.co_firstlineno)
    assert {(warning.filename, warning.lineno) for warning in record} == {place}


def test_a_healthy_reservoir_does_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        SpikingReservoir(n_units=50, random_state=0).fit(INPUTS["rows"])


# --- the search by itself ---


CURVES = {
    "linear": lambda gain: 3 * gain,
    "steep": lambda gain: gain**4,
    "slow": lambda gain: 20 * gain**0.25,
    "threshold": lambda gain: max(0.0, 100 * (gain - 0.7)),
    "saturating": lambda gain: 200 * gain / (gain + 50),
    "offset": lambda gain: 15 + gain,
}


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e4])
def test_the_search_finds_the_gain_of_a_rising_curve(curve, scale):
    def mean_rate(gain):
        return CURVES[curve](scale * gain)

    assert mean_rate(find_gain(mean_rate, 20.0)) == pytest.approx(20.0, rel=0.05)


def test_a_curve_that_stays_at_zero_gives_one():
    assert find_gain(lambda gain: 0.0, 20.0) == 1.0


def test_a_curve_that_stays_above_gives_one():
    # documented: "1.0 where input moves nothing"; a bias may drive units by itself
    assert find_gain(lambda gain: 100.0, 20.0) == 1.0


def test_a_curve_with_a_jump_gives_the_nearer_side():
    def mean_rate(gain):
        return 30.0 if gain > 2 else 0.0

    assert mean_rate(find_gain(mean_rate, 20.0)) == 30.0


def test_the_search_asks_for_few_rates():
    asked = []

    def mean_rate(gain):
        asked.append(gain)
        return 1e-5 * gain

    find_gain(mean_rate, 20.0)
    assert len(asked) == len(set(asked))
    assert len(asked) <= 60


# --- what is looked at ---


def sequences(lengths):
    return Sequences(np.zeros((sum(lengths), 1)), np.concatenate([[0], np.cumsum(lengths)]))


def test_few_samples_are_all_looked_at():
    assert len(calibration_samples(sequences([3] * 10), 10, False)) == 10


def test_many_samples_are_looked_at_evenly():
    rows = np.arange(1000.0)[:, np.newaxis]
    chosen = calibration_samples(Sequences(rows, np.arange(1001)), 1, False)
    assert len(chosen) == 64
    assert chosen.rows[0] == 0
    assert chosen.rows[-1] == 999
    assert np.all(np.abs(np.diff(chosen.rows[:, 0]) - 999 / 63) <= 1)


def test_long_samples_are_few():
    assert len(calibration_samples(sequences([1000] * 10), 10, False)) == 2
    assert len(calibration_samples(sequences([5000] * 10), 10, False)) == 1


def test_of_a_stream_the_start_is_looked_at():
    assert calibration_samples(sequences([1] * 5000), 10, True).starts[-1] == 2000
    assert calibration_samples(sequences([1] * 50), 10, True).starts[-1] == 50
    assert len(calibration_samples(sequences([9000, 1]), 10, True)) == 1
