"""Every display is drawn, on new axes and on given ones, and shows the numbers it was given."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import GridSearchCV

from sparcelearn import SpikeTrains, displays
from sparcelearn.datasets import load_digits_sequence
from sparcelearn.displays import (
    BeforeAfterDisplay,
    CodingLevelDisplay,
    ConnectivityDisplay,
    ForgettingDisplay,
    MemoryAgeDisplay,
    MemoryCapacityDisplay,
    ReceptiveFieldDisplay,
    SparsityPathDisplay,
    SpikeRasterDisplay,
    StateTrajectoryDisplay,
    StreamMonitorDisplay,
)
from sparcelearn.displays._stream_monitor import running_mean
from sparcelearn.readouts import SparceClassifier, SparceClassifierCV
from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir
from sparcelearn.reservoir.input_wiring import Patches

plt = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture(autouse=True)
def headless():
    plt.switch_backend("Agg")
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits_sequence(return_X_y=True)
    return X[:120], y[:120]


@pytest.fixture(scope="module")
def reservoir(digits):
    return SpikingReservoir(60, n_readouts=4, random_state=0).fit(digits[0])


@pytest.fixture(scope="module")
def readout(digits):
    X, y = digits
    return SparceClassifier(0.5, max_iter=5, random_state=0).fit(X.reshape(len(X), -1), y)


def drawn(display):
    display.figure_.canvas.draw()
    return display.ax_


DISPLAYS = [
    SpikeRasterDisplay([1.0, 2.0], [0, 1], 2, 5.0),
    StateTrajectoryDisplay(np.arange(12.0).reshape(6, 2), 0.5),
    SparsityPathDisplay([0.0, 0.5], [[0.1, 0.3], [0.4, 0.6]], [0.9, 0.4], 0.2),
    BeforeAfterDisplay([0.0, 1.0, 2.0], [1.0, 1.0, 3.0]),
    CodingLevelDisplay([0.5, 0.4], [0.8, 0.9]),
    StreamMonitorDisplay({"a": [0, 1, 1], "b": [1, 1, 1]}, 2, [1]),
    MemoryCapacityDisplay({"a": [1.0, 0.5]}),
    MemoryAgeDisplay([1, 10], {"a": [10.0, 1.0], "b": [5.0, 4.0]}),
    ConnectivityDisplay(np.diag([1.0, -2.0, 0.0])),
    ForgettingDisplay([[0.9, 0.0], [0.3, 0.8]]),
    ReceptiveFieldDisplay(np.arange(12.0).reshape(2, 3, 2), [4, 7]),
]


def test_every_public_display_is_drawn():
    assert {type(display).__name__ for display in DISPLAYS} == set(displays.__all__)


@pytest.mark.parametrize("display", DISPLAYS, ids=lambda display: type(display).__name__)
def test_a_display_draws_on_axes_of_its_own_or_on_given_ones(display):
    assert display.plot() is display
    first = drawn(display)
    figure, ax = plt.subplots()
    display.plot(ax)
    assert display.ax_ is ax is not first
    assert display.figure_ is figure
    assert any(part.get_xlabel() for part in (ax, *ax.child_axes))


def test_a_matrix_of_forgetting_shows_its_scores():
    display = ForgettingDisplay([[0.9, 0.0], [0.31, 0.8]]).plot()
    assert [text.get_text() for text in drawn(display).texts] == ["0.90", "0.00", "0.31", "0.80"]


def test_a_raster_shows_the_spikes_of_the_fitted_network(reservoir, digits):
    X, _ = digits
    before = reservoir.transform(X[:3])
    display = SpikeRasterDisplay.from_estimator(reservoir, X[:3], sample=2)
    expected = SpikingReservoir(60, features="spikes", random_state=0).fit(X).transform(X)[2]
    assert_array_equal(display.times, expected.times)
    (shown,) = [line.get_xydata() for line in drawn(display).lines]
    assert_array_equal(shown, np.column_stack([expected.times, expected.channels]))
    _, rates = display._rates(2.0)
    assert_allclose(rates.mean() * 8 * 60 / 1000, len(expected.times))
    assert_array_equal(reservoir.transform(X[:3]), before)


def test_a_raster_shows_excitatory_and_inhibitory_units_apart(digits):
    X, _ = digits
    network = SpikingReservoir(60, excitatory_fraction=0.8, random_state=0).fit(X)
    display = SpikeRasterDisplay.from_estimator(network, X[:3], sample=2)
    excitatory, inhibitory = (line.get_xydata() for line in drawn(display).lines)
    assert len(excitatory) == (display.units < 48).sum() > 0
    assert len(inhibitory) == (display.units >= 48).sum() > 0


def test_a_raster_of_spike_trains():
    trains = SpikeTrains.from_samples([([1.0], [0]), ([2.0, 3.0], [1, 0])], 2, 5.0)
    display = SpikeRasterDisplay.from_spikes(trains, sample=1)
    assert_array_equal(drawn(display).lines[0].get_xydata(), [[2, 1], [3, 0]])


def test_too_many_spikes_are_thinned():
    display = SpikeRasterDisplay(np.linspace(0, 1, 10**5), np.zeros(10**5), 1, 2.0).plot()
    assert len(display.ax_.lines[0].get_xdata()) == 20_000


@pytest.mark.parametrize("kind", [SpikingReservoir, EchoStateReservoir])
def test_trajectories_are_the_states(kind, digits):
    X, _ = digits
    network = kind(30, random_state=0).fit(X)
    display = StateTrajectoryDisplay.from_estimator(network, X, sample=1, units=[3, 7])
    is_spiking = kind is SpikingReservoir
    assert display.states.shape == (8, 2)
    last = {"features": "membrane", "feature_scaling": None, "n_readouts": 1, "padding": 0}
    final = network.set_params(**last if is_spiking else {"features": "state"})
    assert_array_equal(display.states[-1], final.fit(X).transform(X[1:2])[0, [3, 7]])
    assert len(drawn(display).lines) == 2


def test_the_path_of_a_search(digits):
    X, y = digits
    features = X.reshape(len(X), -1)
    levels = [0.0, 0.5, 0.8]
    template = SparceClassifier(max_iter=3, random_state=0)
    ours = SparceClassifierCV(template, sparsities=levels, cv=3).fit(features, y)
    theirs = GridSearchCV(template, {"sparsity": levels}, cv=3).fit(features, y)
    for search in (ours, theirs):
        display = SparsityPathDisplay.from_estimator(search, baseline=0.5)
        assert display.scores.shape == (3, 3)
        assert_array_equal(drawn(display).lines[0].get_xdata(), levels)
    assert_allclose(display.scores.mean(axis=1), theirs.cv_results_["mean_test_score"])
    other = GridSearchCV(SGDClassifier(), {"alpha": [0.1]}, cv=3).fit(features, y)
    with pytest.raises(ValueError, match="over sparsity alone"):
        SparsityPathDisplay.from_estimator(other)


def test_thresholds_before_and_after(readout):
    display = BeforeAfterDisplay.from_estimator(readout)
    assert_array_equal(display.before, readout.base_thresholds_)
    assert_array_equal(display.after, readout.thresholds_)
    assert [patch.get_label() for patch in drawn(display).patches] == ["before", "after"]


def test_before_and_after_tell_how_far_values_moved():
    display = BeforeAfterDisplay([0.0, 1.0, 2.0, 3.0], [0.5, 1.5, 1.0, 3.0]).plot()
    said = display.ax_.get_legend().get_title().get_text()
    assert said == "50% rose, 25% fell\nmedian step 0.5"
    assert BeforeAfterDisplay([1.0], [1.0])._moved() == "none moved"
    assert BeforeAfterDisplay([1.0], [1.0, 2.0])._moved() is None


def test_the_coding_level_of_an_epoch_is_the_readouts(readout, digits):
    X, y = digits
    features = X.reshape(len(X), -1)
    display = CodingLevelDisplay.from_estimator(
        readout, features, y, X_test=features, y_test=y, n_epochs=3
    )
    again = SparceClassifier(0.5, random_state=0)
    for level, score in zip(display.coding_level, display.score, strict=True):
        again.partial_fit(features, y, classes=np.unique(y))
        assert (level, score) == (again.coding_level_, again.score(features, y))


def test_a_stream_of_classes_and_one_of_values():
    y = np.array([0, 1, 1, 0])
    display = StreamMonitorDisplay.from_predictions(y, [0, 0, 1, 0], window=2, events=[1])
    assert_allclose(drawn(display).lines[-1].get_ydata(), [1, 0.5, 0.5, 1])
    display = StreamMonitorDisplay.from_predictions(y * 1.0, {"a": [0, 0, 1, 0], "b": y}, window=2)
    assert display.name == "mean squared error"
    assert_allclose(display.ax_.lines[0].get_ydata(), [0, 0.5, 0.5, 0])


def test_the_running_mean_against_a_loop():
    values = np.random.RandomState(0).rand(50)
    expected = [values[max(0, k - 6) : k + 1].mean() for k in range(50)]
    assert_allclose(running_mean(values, 7), expected)


def test_a_large_matrix_is_drawn_in_blocks(reservoir):
    weights = np.zeros((400, 300))
    weights[:200] = 1
    weights[200:] = -1
    image = ConnectivityDisplay(weights).plot().ax_.images[0].get_array()
    assert image.shape == (200, 200)
    assert_allclose(np.unique(np.sign(image)), [-1, 1])
    assert_allclose(image.sum(), 0, atol=1e-9)
    image = ConnectivityDisplay.from_estimator(reservoir).ax_.images[0].get_array()
    assert_allclose(image, reservoir.recurrent_weights_.toarray())
    image = ConnectivityDisplay.from_estimator(reservoir, which="input").ax_.images[0].get_array()
    assert image.shape == (8 * len(reservoir.input_lags_), 60)
    with pytest.raises(ValueError, match="which"):
        ConnectivityDisplay.from_estimator(reservoir, which="output")


@pytest.mark.parametrize("kind", [SpikingReservoir, EchoStateReservoir])
def test_receptive_fields_over_lags_are_the_input_weights(kind, digits):
    X, _ = digits
    drawn_weights = np.random.RandomState(0).normal(size=(3, 8, 30))
    wiring = dict(zip((0, 2, 3), drawn_weights, strict=True))
    network = kind(30, input_wiring=wiring, random_state=0).fit(X)
    display = ReceptiveFieldDisplay.from_estimator(network, units=[7, 3, 30])
    assert_array_equal(display.units, [7, 3])  # there is no unit 30
    assert display.fields.shape == (2, 4, 8)  # now, one row ago, ..., three rows ago
    assert not display.fields[:, 1].any()
    weights = network.input_weights_.toarray().reshape(3, 8, 30)
    assert_array_equal(display.fields[:, [0, 2, 3]], np.moveaxis(weights, 2, 0)[[7, 3]])
    parts = drawn(display).child_axes
    assert [part.get_title() for part in parts] == ["unit 7", "unit 3"]
    for part, field in zip(parts, display.fields, strict=True):
        assert_array_equal(part.images[0].get_array(), field[::-1].T)  # now is at the right


def test_receptive_fields_over_the_places_of_a_sensor_are_the_input_weights():
    X = np.random.RandomState(0).rand(20, 10, 12)
    rule = Patches(shape=(3, 4), width=2)
    network = SpikingReservoir(15, input_wiring=rule, random_state=0).fit(X)
    display = ReceptiveFieldDisplay.from_estimator(network, shape=(3, 4))
    assert_array_equal(display.units, np.arange(12))
    pictures = [part.images[0].get_array() for part in drawn(display).child_axes]
    weights = network.input_weights_.toarray()[:, :12].T
    assert np.any(weights)
    assert_array_equal(pictures, weights.reshape(12, 3, 4))


def test_a_receptive_field_sums_maps_and_lags():
    field = np.array([[[1.0, -2.0, 3.0, 1.0]], [[-5.0, 0.0, 0.0, 1.0]]]).reshape(1, 2, 4)
    display = ReceptiveFieldDisplay(field, [0], shape=(1, 2)).plot()
    (part,) = drawn(display).child_axes
    # of place 0: 1, 3, -5 and 0, whose sum is negative; of place 1: -2, 1, 0 and 1, of sum 0
    assert_array_equal(part.images[0].get_array(), [[-9.0, 0.0]])


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"sparce-learn\[plot\]"):
        MemoryCapacityDisplay({"a": [1.0]}).plot()


@pytest.mark.parametrize(
    ("asked", "message"),
    [({"units": []}, "none of the 60"), ({"shape": (3, 3)}, r"\(3, 3\) has 9 places")],
)
def test_receptive_fields_that_there_are_not_are_refused(asked, message, reservoir):
    with pytest.raises(ValueError, match=message):
        ReceptiveFieldDisplay.from_estimator(reservoir, **asked)


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (lambda: BeforeAfterDisplay([0.0, np.nan], [1.0, 2.0]), r"before .* 1 of 2 .* \(1,\)"),
        (lambda: ForgettingDisplay([[0.9, np.nan], [0.3, 0.8]]), r"scores .* \(0, 1\)"),
        (lambda: StreamMonitorDisplay({"online": [0, np.inf]}).plot(), "online must be finite"),
        (lambda: MemoryCapacityDisplay({"loop": [1.0, np.nan]}).plot(), "loop must be finite"),
    ],
)
def test_what_is_not_finite_is_an_error_not_a_gap(draw, said):
    with pytest.raises(ValueError, match=said):
        draw()


def test_a_legend_covers_no_spikes(digits):
    network = SpikingReservoir(60, excitatory_fraction=0.8, random_state=0).fit(digits[0])
    display = SpikeRasterDisplay.from_estimator(network, digits[0][:3])
    display.figure_.canvas.draw()
    legend = display.ax_.get_legend().get_window_extent()
    assert not legend.overlaps(display.ax_.get_window_extent())
    assert not any(legend.overlaps(ax.get_window_extent()) for ax in display.ax_.child_axes)
