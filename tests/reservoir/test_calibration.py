"""Units calibrated one by one, on the data; then frozen, and honest where units cannot fire."""

import re
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sparcelearn import ReservoirRegressor, SpikeTrains
from sparcelearn._core.sequences import Sequences
from sparcelearn.reservoir import (
    LIF,
    EchoStateReservoir,
    NeuronModel,
    SpikingReservoir,
    StackedReservoir,
)
from sparcelearn.reservoir._calibration import calibration_samples
from sparcelearn.reservoir.input_wiring import Delays, Projection

from .helpers import assert_refused, assert_same, fitted_arrays

RNG = np.random.RandomState(0)
INPUTS = {
    "binary": (RNG.rand(20, 10, 8) < 0.3).astype(float),
    "gaussian": RNG.randn(20, 10, 8),
    "large": 1e3 * RNG.rand(20, 10, 8),
    "tiny": 1e-3 * RNG.rand(20, 10, 8),
    "offset": 5 + 0.5 * RNG.randn(20, 10, 8),
    "rows": RNG.rand(40, 8),
    "one channel": RNG.randn(20, 30, 1),
    "ragged": [RNG.randn(n, 3) for n in (4, 9, 30)],
}


@pytest.mark.parametrize("kind", INPUTS)
@pytest.mark.parametrize("neuron", [None, LIF], ids=["default", "LIF"])
def test_units_fire_on_any_reasonable_input_and_none_is_saturated(kind, neuron):
    reservoir = SpikingReservoir(200, neuron=neuron, random_state=0).fit(INPUTS[kind])
    assert np.mean(reservoir.firing_rates_ > 0) > 0.75
    assert reservoir.firing_rates_.mean() < 500


@pytest.mark.parametrize("kind", ["gaussian", "rows", "ragged"])
@pytest.mark.parametrize("make", [SpikingReservoir, EchoStateReservoir])
def test_scale_and_offset_of_channels_do_not_matter(make, kind):
    X = INPUTS[kind]
    n_channels = np.shape(X[0])[-1]
    scale = 10.0 ** RNG.randint(-3, 4, n_channels)
    offset = 100 * scale * RNG.randn(n_channels)
    moved = [x * scale + offset for x in X] if kind == "ragged" else X * scale + offset
    reservoirs = [make(100, input_scaling="auto", random_state=0).fit(x) for x in (X, moved)]
    features = [r.transform(x) for r, x in zip(reservoirs, (X, moved), strict=True)]
    np.testing.assert_allclose(*features, atol=1e-6 if make is EchoStateReservoir else 0)


def test_each_unit_has_its_gain_and_its_quantile():
    X = RNG.randn(50, 40, 3)
    reservoir = SpikingReservoir(
        80, input_wiring=Projection(1.0), drive_spread=3.0, excitability=(0.2, 0.7), random_state=0
    ).fit(X)
    heard = (X - reservoir.channel_means_) * reservoir.channel_scales_
    drive = heard.reshape(-1, 3) @ reservoir.input_weights_.toarray() + reservoir.bias_
    np.testing.assert_allclose(drive.std(axis=0), 3.0 * reservoir.rheobase_)
    quantiles = np.mean(drive < reservoir.rheobase_, axis=0)
    assert quantiles.min() == pytest.approx(0.2, abs=0.03)
    assert quantiles.max() == pytest.approx(0.7, abs=0.03)
    assert np.ptp(quantiles) > 0.4


@pytest.mark.parametrize("make", [SpikingReservoir, EchoStateReservoir])
@pytest.mark.parametrize("size", [1, 7, 300], ids="pieces of {}".format)
def test_what_a_unit_hears_of_the_past_counts_on_a_stream(make, size):
    X = RNG.randn(300, 2)
    pieces = X if size == 1 else np.split(X, range(size, 300, size))
    reservoir = make(
        60, input_wiring=Delays(3, max_lag=9), input_scaling="auto", drive_spread=2.0,
        calibration_rows=300, carry_state=True, random_state=0,
    ).fit(pieces)  # fmt: skip
    heard = (X - reservoir.channel_means_) * reservoir.channel_scales_
    past = np.zeros((309, 2))
    past[9:] = heard
    lagged = np.hstack([past[9 - lag : 309 - lag] for lag in reservoir.input_lags_])
    drive = lagged @ reservoir.input_weights_.toarray()
    np.testing.assert_allclose(drive.std(axis=0), 2.0 * getattr(reservoir, "rheobase_", 1.0))


@pytest.mark.parametrize("size", [5, 50])
def test_pieces_of_a_stream_of_events_are_calibrated_as_one(size):
    times, channels = np.sort(RNG.rand(900)) * 200, RNG.randint(9, size=900)
    in_piece = [(times >= t) & (times < t + size) for t in range(0, 200, size)]
    pieces = [(times[k] % size, channels[k]) for k in in_piece]
    reservoirs = [
        SpikingReservoir(30, carry_state=True, random_state=0).fit(trains)
        for trains in (
            SpikeTrains.from_samples([(times, channels)], 9, 200.0),
            SpikeTrains.from_samples(pieces, 9, float(size)),
        )
    ]
    np.testing.assert_array_equal(*[r.bias_ for r in reservoirs])
    np.testing.assert_array_equal(*[r.input_weights_.toarray() for r in reservoirs])


def test_a_constant_channel_is_not_heard():
    X = np.concatenate([RNG.randn(30, 10, 1), np.full((30, 10, 1), 0.1)], axis=2)
    reservoir = SpikingReservoir(50, input_wiring=Projection(1.0), random_state=0).fit(X)
    assert reservoir.channel_scales_[1] == 0
    X[..., 1] = RNG.randn(30, 10)
    assert np.array_equal(reservoir.transform(X[:, :, :]), reservoir.transform(X))


def test_the_calibration_is_frozen_after_fit():
    X = INPUTS["rows"]
    reservoir = SpikingReservoir(n_units=50, random_state=0).fit(X)
    before = fitted_arrays(reservoir)
    reservoir.transform(100 * X)
    reservoir.partial_fit(100 * X)
    assert_same(fitted_arrays(reservoir), before)


@pytest.mark.parametrize("scaling", [2.5, 3])
def test_with_a_gain_units_hear_channels_as_they_are(scaling):
    wiring = RNG.randn(8, 50)
    reservoir = SpikingReservoir(
        n_units=50, input_wiring=wiring, input_scaling=scaling, bias_scaling=2.0, random_state=0
    ).fit(INPUTS["rows"])
    np.testing.assert_allclose(reservoir.input_weights_.toarray(), scaling * wiring)
    assert np.all(reservoir.channel_means_ == 0)
    assert np.all(reservoir.channel_scales_ == 1)
    assert 0 < reservoir.bias_.min() < reservoir.bias_.max() < 2


def test_events_are_calibrated_on_the_membrane():
    trains = SpikeTrains.from_samples(
        [(np.sort(RNG.rand(400)) * 200, RNG.randint(30, size=400)) for _ in range(10)], 30, 200.0
    )
    for neuron in (None, LIF):
        reservoir = SpikingReservoir(100, neuron=neuron, random_state=0).fit(trains)
        assert np.mean(reservoir.firing_rates_ > 0) > 0.8
        assert reservoir.firing_rates_.mean() < 500


@pytest.mark.parametrize("features", ["count", "trace", ("membrane", "count")])
def test_features_come_on_one_scale(features):
    X = INPUTS["gaussian"]
    reservoir = SpikingReservoir(100, features=features, n_readouts=2, random_state=0)
    raw = clone(reservoir).set_params(feature_scaling=None).fit_transform(X)
    scaled = reservoir.fit_transform(X)
    spread = scaled.reshape(20 * 2, -1).std(axis=0)
    assert np.median(spread) == pytest.approx(1, abs=1e-3)
    if features == "count":
        assert np.all((raw == 0) == (scaled == 0))  # a silent unit stays 0
        scales = np.sqrt(raw / np.where(scaled > 0, scaled, 1) ** 2).reshape(40, 100)
        lowest = np.where(scales > 0, scales, np.inf).min(axis=0)
        fires = scales.any(axis=0)
        np.testing.assert_allclose(scales.max(axis=0)[fires], lowest[fires], rtol=1e-5)
    centred = clone(reservoir).set_params(feature_scaling="standardize").fit_transform(X)
    assert np.abs(centred.reshape(20 * 2, -1).mean(axis=0)).max() < 1e-4


def stream_features(X, cuts, **parameters):
    """Return the features of a stream taken in pieces, and the reservoir at its end."""
    reservoir = SpikingReservoir(40, carry_state=True, random_state=0, **parameters)
    reservoir._begin(X[: cuts[0]])
    parts = []
    for first, last in zip([0, *cuts], [*cuts, len(X)], strict=True):
        parts.append(reservoir.transform(X[first:last]))
        reservoir.partial_fit(X[first:last])
    return np.concatenate(parts), reservoir


@pytest.mark.parametrize("wiring", [None, Delays(4, max_lag=30), Projection()])
def test_however_a_stream_is_cut_its_calibration_is_the_same_from_the_first_row_on(wiring):
    X = np.cumsum(RNG.randn(200, 2), axis=0)
    results = [
        stream_features(X, cuts, input_wiring=wiring, calibration_rows=100)
        for cuts in ([1], [200 - 1], [3, 64, 65, 90, 101], [50, 100, 150])
    ]
    whole, reservoir = results[0]
    assert np.isfinite(whole).all()
    for features, other in results[1:]:
        assert np.array_equal(features, whole)
        assert_same(fitted_arrays(other), fitted_arrays(reservoir))


def test_partial_fit_of_independent_rows_calibrates_on_the_first():
    X = 7 + 3 * RNG.randn(300, 4)
    whole = SpikingReservoir(30, calibration_rows=128, random_state=0).partial_fit(X)
    pieces = SpikingReservoir(30, calibration_rows=128, random_state=0)
    for first in range(0, 300, 7):
        pieces.partial_fit(X[first : first + 7])
    assert_same(fitted_arrays(pieces), fitted_arrays(whole))
    np.testing.assert_allclose(whole.channel_means_, X[:128].mean(axis=0))


def test_transform_does_not_calibrate():
    X = RNG.randn(50, 2)
    reservoir = SpikingReservoir(30, carry_state=True, random_state=0).partial_fit(X[:5])
    before = fitted_arrays(reservoir)
    once, again = reservoir.transform(X[5:]), reservoir.transform(X[5:])
    assert np.array_equal(once, again)
    assert_same(fitted_arrays(reservoir), before)


@pytest.mark.parametrize(("rest", "is_told"), [(0.0, True), ("v_rest", False)])
def test_units_that_begin_beyond_their_threshold_are_told(rest, is_told):
    in_mv = NeuronModel(
        "dv/dt = (v_rest - v + 20 * (drive + i)) / tau; di/dt = -i / 5",
        threshold="v >= -50 and i > -1",
        reset="v = -65",
        excitatory="i",
        parameters={"v_rest": -65.0, "tau": 20.0},
        initial={"v": rest},
        name="InMillivolt",
    )
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        SpikingReservoir(10, neuron=in_mv, random_state=0).fit(np.eye(4))
    expected = "InMillivolt spike as soon as they begin: .* with v=0. .* initial={'v': ...}"
    assert [bool(re.search(expected, str(w.message))) for w in told] == [True] * is_told


def test_a_reservoir_without_input_says_that_it_is_silent():
    with pytest.warns(UserWarning, match="silent.*drive_spread or input_scaling") as record:
        reservoir = SpikingReservoir(n_units=20, random_state=0).fit(np.zeros((3, 2)))
    assert len(record) == 1
    assert not reservoir.firing_rates_.any()


def test_a_reservoir_of_few_active_units_says_so():
    X = np.ones((5, 4, 1))
    weights = np.zeros((1, 20))
    weights[0, :5] = 1
    with pytest.warns(UserWarning, match="75% of the units did not spike"):
        SpikingReservoir(20, input_wiring=weights, input_scaling=3.0, random_state=0).fit(X)


def test_a_saturated_reservoir_says_so():
    with pytest.warns(UserWarning, match="saturated.*Lower drive_spread"):
        SpikingReservoir(
            n_units=50,
            neuron=LIF,
            input_scaling=1.0,
            input_wiring=np.full((8, 50), 1e3),
            random_state=0,
        ).fit(INPUTS["rows"])


CALLS = {
    "fit": lambda X: SpikingReservoir(n_units=20).fit(X),
    "pipeline": lambda X: make_pipeline(StandardScaler(), SpikingReservoir(n_units=20)).fit(X),
    "stacked": lambda X: StackedReservoir([("a", SpikingReservoir(n_units=20))]).fit(X),
    "online": lambda X: ReservoirRegressor(SpikingReservoir(n_units=20)).fit(X, np.zeros(3)),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_warnings_point_at_the_line_that_calls(call):
    with pytest.warns(UserWarning, match="silent") as record:
        call(np.zeros((3, 2)))
    assert record[0].filename == __file__


def test_a_healthy_reservoir_does_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        SpikingReservoir(n_units=50, random_state=0).fit(INPUTS["gaussian"])


@pytest.mark.parametrize("excitability", [(0.5,), (0.9, 0.1), (-0.1, 0.5), (0.1, 1.5), ("a", 1)])
def test_a_range_of_quantiles_is_checked(excitability):
    reservoir = SpikingReservoir(20, excitability=excitability)
    assert_refused(reservoir, lambda: reservoir.fit(INPUTS["rows"]), "excitability=.*two quantiles")


def test_input_of_another_form_is_refused():
    reservoir = SpikingReservoir(20, random_state=0).fit(RNG.randn(5, 4, 3))
    trains = SpikeTrains([], [], [0, 0], 3, 10.0)
    with pytest.raises(ValueError, match="X holds events, but the reservoir was fitted on rows"):
        reservoir.transform(trains)


def samples_of(lengths):
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return Sequences(np.arange(starts[-1], dtype=float)[:, np.newaxis], starts)


def test_few_samples_are_all_looked_at():
    assert len(calibration_samples(samples_of([3, 4]), None)) == 2


def test_many_samples_are_looked_at_evenly():
    chosen = calibration_samples(samples_of([100] * 1000), None)
    assert len(chosen) == 100
    assert chosen.rows[0] == 0
    assert chosen.rows[-1] == 99_999


def test_of_a_stream_the_start_is_looked_at():
    rows = samples_of([1] * 500)
    assert calibration_samples(rows, 256).rows[:, 0].tolist() == list(range(256))
    assert len(calibration_samples(samples_of([400, 3]), 256)) == 1
