"""What units hear: rules, matrices and lags; the same however the input is cut."""

import itertools

import numpy as np
import pytest
from numpy.random import RandomState
from scipy import sparse
from sklearn.base import clone
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from sparcelearn import SpikeTrains, load, save
from sparcelearn.reservoir import LIF, EchoStateReservoir, SpikingReservoir
from sparcelearn.reservoir.input_wiring import (
    Delays,
    OfChannels,
    Patches,
    Projection,
    TemporalFilters,
)

from .helpers import SATURATED, SILENT, assert_refused, assert_same, fitted_arrays

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]

RNG = np.random.RandomState(0)
WIRINGS = {
    "projection": Projection(0.5),
    "filters": TemporalFilters(n_taps=5),
    "delays": Delays(n_taps=4, max_lag=9),
    "patches": Patches((3, 2), width=2, n_lags=3, spacing=2, smoothing=0.7),
    "of channels": OfChannels((1, 4, 5), Delays(n_taps=4, max_lag=9)),
    "matrix": sparse.random(6, 40, 0.5, "csr", random_state=0),
    "lags": {0: RNG.randn(6, 40), 7: RNG.randn(6, 40)},
}


def drive_of(X, reservoir):
    """Return what drives each unit after every row of one sample, plainly."""
    heard = (X - reservoir.channel_means_) * reservoir.channel_scales_
    n_rows, n_channels = X.shape
    weights = reservoir.input_weights_.toarray().reshape(-1, n_channels, reservoir.n_units)
    drive = np.tile(reservoir.bias_, (n_rows, 1))
    for lag, matrix in zip(reservoir.input_lags_, weights, strict=True):
        drive[lag:] += heard[: max(n_rows - lag, 0)] @ matrix
    return drive


@pytest.mark.parametrize("wiring", WIRINGS.values(), ids=WIRINGS)
@pytest.mark.parametrize("scaling", ["auto", 0.7])
def test_units_hear_what_the_matrices_say(wiring, scaling):
    X = RNG.randn(7, 150, 6)  # longer than a block of rows
    rate = EchoStateReservoir(
        40,
        input_wiring=wiring,
        input_scaling=scaling,
        leak_rate=1.0,
        spectral_radius=0.0,
        bias_scaling=0.1,
        n_readouts=150,
        random_state=0,
    ).fit(X)
    states = rate.transform(X[:1]).reshape(150, 40)
    np.testing.assert_allclose(states, np.tanh(drive_of(X[0], rate)), atol=1e-12)


@pytest.mark.parametrize("wiring", WIRINGS.values(), ids=WIRINGS)
@pytest.mark.parametrize("make", [SpikingReservoir, EchoStateReservoir])
def test_a_stream_may_be_cut_anywhere(make, wiring):
    X = RNG.randn(120, 6)
    whole = make(40, input_wiring=wiring, carry_state=True, random_state=0).fit(X)
    pieces = clone(whole).fit(X)
    features = whole.transform(X)
    whole.partial_fit(X)
    parts = []
    for first, last in itertools.pairwise([0, 1, 2, 9, 40, 41, 120]):
        parts.append(pieces.transform(X[first:last]))
        pieces.partial_fit(X[first:last])
    assert np.array_equal(np.concatenate(parts), features)
    assert_same(fitted_arrays(pieces), fitted_arrays(whole))


@pytest.mark.parametrize("wiring", WIRINGS.values(), ids=WIRINGS)
def test_a_stream_of_events_may_be_cut_between_samples(wiring):
    trains = SpikeTrains.from_samples(
        [(np.sort(RNG.rand(40)) * 20, RNG.randint(6, size=40)) for _ in range(9)], 6, 20.0
    )
    whole = SpikingReservoir(40, input_wiring=wiring, carry_state=True, random_state=0).fit(trains)
    pieces = clone(whole).fit(trains)
    features = whole.transform(trains)
    whole.partial_fit(trains)
    parts = []
    for first, last in itertools.pairwise([0, 1, 3, 9]):
        parts.append(pieces.transform(trains[first:last]))
        pieces.partial_fit(trains[first:last])
    assert np.array_equal(np.concatenate(parts), features)
    assert_same(fitted_arrays(pieces), fitted_arrays(whole))


@pytest.mark.parametrize("wiring", WIRINGS.values(), ids=WIRINGS)
@pytest.mark.parametrize("make", [SpikingReservoir, EchoStateReservoir])
def test_the_compiled_kernel_is_the_reference(make, wiring):
    X = RNG.randn(5, 90, 6)
    fast, slow = (
        make(40, input_wiring=wiring, n_readouts=3, backend=backend, random_state=0).fit(X)
        for backend in ("numba", "numpy")
    )
    together = fast.transform(X)
    assert np.array_equal(together, slow.transform(X))
    assert np.array_equal(together[3:4], fast.transform(X[3:4]))  # in lanes or alone
    ragged = [X[0, :20], X[1, :1], X[2]] if fast._simulator.n_readouts == 1 else [X[0, :20], X[2]]
    assert np.array_equal(fast.transform(ragged), slow.transform(ragged))


def test_an_event_arrives_after_its_lag():
    trains = SpikeTrains.from_samples([([0.0, 2.0], [0, 1])], 2, 12.0)
    weights = {0: np.array([[0.0], [1.0]]), 5: np.array([[3.0], [0.0]])}
    reservoir = SpikingReservoir(
        1,
        neuron=LIF,
        input_wiring=weights,
        input_scaling=1.0,
        features="i_exc",
        feature_scaling=None,
        n_readouts=12,
        random_state=0,
    )
    current = reservoir.fit(trains).transform(trains)[0]
    decay = np.exp(-1 / LIF.parameters["tau_exc"])
    expected = np.zeros(12)
    for step in range(12):
        expected[step] = (expected[step - 1] * decay if step else 0) + (step == 2) + 3 * (step == 5)
    np.testing.assert_allclose(current, expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("heard", "message"),
    [
        ({1.5: np.ones((2, 5))}, r"has the lag 1.5; lags of rows are whole numbers of rows"),
        ({10**9: np.ones((2, 5))}, "has a lag of 1e\\+09 steps; at most 100000 are kept"),
    ],
)
def test_lags_that_rows_cannot_have_are_refused(heard, message):
    for make in (SpikingReservoir, EchoStateReservoir):
        with pytest.raises(ValueError, match=message):
            make(5, input_wiring=heard).fit(np.zeros((4, 10, 2)))


def test_lags_may_be_as_long_as_the_longest_samples():
    """Filters span whole series, however long, with nothing set."""
    X = np.zeros((1, 200_000, 1))
    X[0, ::1000] = 1.0
    reservoir = EchoStateReservoir(40, random_state=0).fit(X)
    assert 100_000 < reservoir.input_lags_.max() < 200_000


def test_lags_of_events_are_in_ms_and_those_of_rows_in_rows():
    trains = SpikeTrains.from_samples([([0.0, 2.0], [0, 1])], 2, 12.0)
    lagged = {4: RNG.rand(2, 5)}
    for dt, steps in ((1.0, 4), (0.5, 8)):
        r = SpikingReservoir(5, input_wiring=lagged, input_scaling=1.0, dt=dt, random_state=0)
        assert r.fit(trains).input_lags_.tolist() == [steps]
        assert r.fit(RNG.randn(3, 8, 2)).input_lags_.tolist() == [4]


def test_filters_sum_to_zero_over_a_channel_and_are_no_longer_than_a_sample():
    synapses = TemporalFilters().synapses(RandomState(0), n_channels=3, n_units=400, n_rows=50)
    assert synapses.lags.max() < 50
    assert synapses.lags.max() > 30
    group = synapses.units * 3 + synapses.channels
    np.testing.assert_allclose(np.bincount(group, synapses.weights), 0, atol=1e-12)
    heard = np.unique(group)
    n_heard = np.bincount(heard // 3, minlength=400)
    assert set(n_heard) == {1, 2, 3}
    assert np.array_equal(np.bincount(group)[heard], np.full(len(heard), 9))


@pytest.mark.parametrize("n_rows", [1, 2, 5])
def test_filters_fit_into_short_samples(n_rows):
    synapses = TemporalFilters().synapses(RandomState(0), n_channels=2, n_units=10, n_rows=n_rows)
    assert synapses.lags.max() < n_rows


def test_delays_are_different_pairs_up_to_the_longest():
    synapses = Delays(5, max_lag=8).synapses(RandomState(0), n_channels=2, n_units=300, n_rows=1)
    pairs = np.stack([synapses.units, synapses.channels, synapses.lags])
    assert np.unique(pairs, axis=1).shape == pairs.shape
    assert set(synapses.lags) == set(range(9))
    assert np.array_equal(np.bincount(synapses.units), np.full(300, 5))
    few = Delays(5, max_lag=1).synapses(RandomState(0), n_channels=1, n_units=3, n_rows=1)
    assert len(few.lags) == 6


def test_patches_are_connected_places_of_sum_zero_in_every_map():
    rule = Patches((6, 7), width=3, n_lags=2, spacing=4, smoothing=0.5)
    synapses = rule.synapses(RandomState(0), n_channels=2 * 42, n_units=300, n_rows=1)
    assert set(synapses.lags) == {0, 4}
    maps, place = np.divmod(synapses.channels, 42)
    y, x = np.divmod(place, 7)
    group = synapses.units * 2 + maps
    np.testing.assert_allclose(np.bincount(group, synapses.weights), 0, atol=1e-12)
    for unit in range(300):
        own = synapses.units == unit
        for axis in (x, y):
            assert np.ptp(axis[own]) <= 2
    assert np.bincount(place, minlength=42).min() > 0  # every place is heard by someone


def test_patches_need_a_sensor_of_their_shape():
    reservoir = SpikingReservoir(20, input_wiring=Patches((4, 4)))
    X = RNG.rand(3, 15)
    assert_refused(reservoir, lambda: reservoir.fit(X), "multiple of 16 channels; X has 15")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Projection(1.5), "connectivity must be from 0 to 1"),
        (lambda: TemporalFilters(1), "n_taps must be at least 2"),
        (lambda: TemporalFilters(max_dilation=0), "max_dilation must be at least 1"),
        (lambda: TemporalFilters(max_channels=2.5), "max_channels must be an integer"),
        (lambda: Delays(0), "n_taps must be at least 1"),
        (lambda: Delays(max_lag=-1), "max_lag must be at least 0"),
        (lambda: Patches(4), "shape must be a tuple"),
        (lambda: Patches((4, 0)), "shape must be at least 1"),
        (lambda: Patches((4,), width=0), "width must be at least 1"),
        (lambda: Patches((4,), smoothing=-1.0), "smoothing must be at least 0"),
    ],
)
def test_numbers_of_rules_are_checked(make, message):
    with pytest.raises((ValueError, TypeError), match=message):
        make()


@pytest.mark.parametrize(
    ("wiring", "message"),
    [
        ({}, "at least one matrix"),
        ({-1: np.ones((3, 20))}, "lag -1"),
        ({"a": np.ones((3, 20))}, "input_wiring names 'a'; SoftResetLIF has the inputs drive"),
        ({"drive": {"a": np.ones((3, 20))}}, "lag 'a'"),
        ({0: np.ones((2, 20))}, r"shape \(2, 20\); it must be \(3, 20\)"),
        (np.full((3, 20), np.nan), "NaN"),
        ("filters", "input_wiring"),
    ],
)
def test_matrices_are_checked(wiring, message):
    reservoir = SpikingReservoir(20, input_wiring=wiring)
    assert_refused(reservoir, lambda: reservoir.fit(RNG.rand(5, 3)), message)


def test_rate_units_have_no_named_inputs():
    rates = EchoStateReservoir(20, input_wiring={"drive": np.ones((3, 20))})
    message = "lag 'drive'; lags must be at least 0; names are for inputs and synaptic channels"
    assert_refused(rates, lambda: rates.fit(RNG.rand(5, 3)), message)


def test_rules_are_values():
    rule = TemporalFilters(n_taps=5)
    assert repr(rule) == "TemporalFilters(n_taps=5, max_dilation=None, max_channels=None)"
    assert clone(rule) is rule
    assert rule(n_taps=7) == TemporalFilters(n_taps=7)
    with pytest.raises(ValueError, match="has no 'taps'; it has n_taps, max_dilation"):
        rule(taps=3)
    search = GridSearchCV(
        make_pipeline(SpikingReservoir(30, input_wiring=rule, random_state=0), RidgeClassifier()),
        {"spikingreservoir__input_wiring__n_taps": [3, 5]},
        cv=2,
    ).fit(RNG.randn(12, 20, 1), np.arange(12) % 2)
    assert search.best_params_["spikingreservoir__input_wiring__n_taps"] in (3, 5)


@pytest.mark.parametrize("wiring", WIRINGS.values(), ids=WIRINGS)
def test_a_checkpoint_keeps_what_is_on_its_way(wiring, tmp_path):
    X = RNG.randn(300, 6)
    reservoir = SpikingReservoir(40, input_wiring=wiring, carry_state=True, random_state=0)
    reservoir.partial_fit(X[:100])  # still being calibrated
    for first, last in ((100, 290), (290, 300)):
        save(tmp_path / "here.ckpt", reservoir)
        again = load(tmp_path / "here.ckpt")
        assert np.array_equal(again.transform(X[first:]), reservoir.transform(X[first:]))
        reservoir.partial_fit(X[first:last])
        again.partial_fit(X[first:last])
        assert_same(fitted_arrays(again)["state_"], fitted_arrays(reservoir)["state_"])


def test_smooth_patches_are_so_in_space_and_in_time():
    def likeness(smoothing, axis):
        rule = Patches((8,), width=8, n_lags=8, smoothing=smoothing)
        found = rule.synapses(RandomState(0), n_channels=8, n_units=300, n_rows=50)
        weights = np.zeros((300, 8, 8))  # unit, lag, place
        weights[found.units, found.lags, found.channels] = found.weights
        first, second = (np.take(weights, k, axis).ravel() for k in (3, 4))
        return np.corrcoef(first, second)[0, 1]

    for axis in (1, 2):
        assert likeness(1.5, axis) > 0.7  # exp(-1 / (4 * 1.5**2)) = 0.89 without edges and sum 0
        assert abs(likeness(0.0, axis)) < 0.1
