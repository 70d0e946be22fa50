"""Events in and events out: spike trains as input and as what a reservoir gives."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, cross_val_score
from sklearn.pipeline import make_pipeline

from sparcelearn import SpikeTrains
from sparcelearn.reservoir import LIF, EchoStateReservoir, SpikingReservoir, _recording
from sparcelearn.reservoir.input_wiring import Projection
from tests import naive
from tests.reservoir.helpers import SATURATED, SILENT

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]

N_CHANNELS = 4


def random_trains(seed, n_samples=3, dt=1.0, rate=0.2):
    """Draw samples of unequal duration, times off the grid, channels that fire twice in a step."""
    rng = np.random.RandomState(seed)
    durations = dt * rng.randint(5, 40, n_samples)
    samples = []
    for duration in durations:
        n_events = rng.poisson(rate * N_CHANNELS * duration / dt)
        samples.append((duration * rng.rand(n_events), rng.randint(N_CHANNELS, size=n_events)))
    return SpikeTrains.from_samples(samples, N_CHANNELS, durations)


def reservoir(**parameters):
    defaults = {"n_units": 30, "neuron": LIF, "input_scaling": 20.0, "loop_gain": 0.8}
    defaults |= {"features": "trace", "feature_scaling": None, "n_readouts": 1, "padding": 0}
    defaults |= {"dtype": "float64", "random_state": 0}
    return SpikingReservoir(**{**defaults, **parameters})


def expected(fitted, raster):
    """Simulate with dense products from the events counted in steps."""
    return naive.lif_network(
        None,
        weights=fitted.recurrent_weights_.toarray(),
        input_weights=fitted.input_weights_.toarray(),
        bias=fitted.bias_,
        parameters=fitted.neuron_parameters_,
        dt=fitted.dt,
        delay_steps=round(fitted.delay / fitted.dt),
        arriving=raster,
    )


@pytest.mark.parametrize("seed", range(20))
def test_events_in_and_spikes_out_equal_dense_products(seed):
    dt = (1.0, 0.5)[seed % 2]
    trains = random_trains(seed, dt=dt)
    fitted = reservoir(dt=dt, delay=2.0, bias_scaling=0.5, random_state=seed).fit(trains)
    by_events = fitted.transform(trains)
    spikes = fitted.set_params(features="spikes").fit(trains).transform(trains)
    assert isinstance(spikes, SpikeTrains)
    assert spikes.n_channels == 30
    raster = spikes.to_dense(dt)
    for k, n_steps in enumerate(trains.n_steps(dt)):
        record = expected(fitted, trains[k].to_dense(dt)[0][:n_steps].astype(float))
        np.testing.assert_array_equal(raster[k, :n_steps], record.spikes)
        trace = naive.traces(record.spikes, 1, dt, 20.0).ravel()
        np.testing.assert_allclose(by_events[k], trace, rtol=1e-12, atol=1e-12)
    assert raster.sum() > 10


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_compiled_equals_numpy_on_events(seed, dtype):
    rng = np.random.RandomState(seed)
    trains = random_trains(seed)
    made = reservoir(
        n_units=rng.randint(1, 40),
        neuron=LIF(tau_mem=rng.uniform(5, 30)),
        input_scaling=rng.uniform(3, 20),
        delay=float(rng.randint(1, 5)),
        carry_state=bool(seed % 2),
        features=("trace", "count", "i_inh"),
        n_readouts=3,
        dtype=dtype,
        random_state=seed,
    )
    compiled = made.partial_fit(trains).transform(trains)
    plain = made.set_params(backend="numpy").fit(trains).partial_fit(trains).transform(trains)
    np.testing.assert_array_equal(compiled, plain)


def test_counts_and_traces_tell_of_the_same_spikes():
    X = np.random.RandomState(0).rand(4, 9, 3)
    made = reservoir(input_scaling="auto", features="count")
    counts = made.fit(X).transform(X)
    spikes = made.set_params(features="spikes").fit(X).transform(X)
    np.testing.assert_array_equal(spikes.counts(), counts)
    assert spikes.durations.tolist() == [90.0] * 4
    assert made.get_feature_names_out().shape == (30,)


@pytest.mark.parametrize("form", ["rows", "events"])
@pytest.mark.parametrize("backend", ["numba", "numpy"])
def test_recording_in_pieces_changes_nothing(form, backend, monkeypatch):
    X = np.random.RandomState(0).rand(3, 12, N_CHANNELS) if form == "rows" else random_trains(0)
    made = reservoir(features="spikes", delay=3.0, input_scaling="auto", backend=backend).fit(X)
    whole = made.transform(X)
    assert len(whole.times) > 20
    for n_spikes in (1, 30 * 4, 30 * 25):
        monkeypatch.setattr(_recording, "MAX_RECORDED", n_spikes)
        assert made.transform(X) == whole
    assert made.set_params(n_jobs=2).transform(X) == whole


def test_the_number_of_threads_changes_nothing():
    trains = random_trains(1, n_samples=7)
    made = reservoir().fit(trains)
    one = made.transform(trains)
    for n_jobs in (2, 3):
        np.testing.assert_array_equal(made.set_params(n_jobs=n_jobs).transform(trains), one)
    np.testing.assert_array_equal(made.transform(trains[3:5]), one[3:5])


@pytest.mark.parametrize("features", ["trace", "spikes"])
def test_a_stream_of_events_can_be_cut_anywhere(features):
    trains = random_trains(3, n_samples=8)
    made = reservoir(carry_state=True, features=features, delay=2.0).fit(trains)
    whole = made.transform(trains)
    for k in range(8):
        piece = made.transform(trains[k])
        if features == "spikes":
            assert piece == whole[k]
        else:
            np.testing.assert_array_equal(piece, whole[k : k + 1])
        made.partial_fit(trains[k])


def test_the_spikes_of_one_reservoir_are_the_events_of_the_next():
    # a relay: the event of step 3 makes unit 0 spike in step 3, and so on down the chain
    relay = SpikingReservoir(
        n_units=1,
        neuron=LIF(t_ref=5.0, tau_mem=1.0, tau_exc=1.0),
        wiring=np.zeros((1, 1)),
        input_wiring=np.array([[100.0]]),
        input_scaling=1.0,
        features="spikes",
    )
    event = SpikeTrains([3.0], [0], [0, 1], 1, 10.0)
    first = relay.fit(event).transform(event)
    assert first.times[0] == 4.0  # the current of step 3 moves the membrane in step 4
    assert relay.transform(first).times[0] == 5.0


def test_pipelines_and_searches_split_events():
    rng = np.random.RandomState(0)
    y = np.arange(24) % 2
    samples = [(30 * rng.rand(n), rng.randint(N_CHANNELS, size=n)) for n in 10 + 40 * y]
    trains = SpikeTrains.from_samples(samples, N_CHANNELS, 30.0)
    model = make_pipeline(reservoir(input_scaling="auto"), LogisticRegression(max_iter=1000))
    assert cross_val_score(model, trains, y, cv=KFold(3), error_score="raise").mean() > 0.8


def test_what_is_wrong_with_events_is_said():
    trains = random_trains(0)
    made = reservoir().fit(trains)
    assert made.n_features_in_ == N_CHANNELS
    with pytest.raises(ValueError, match="X has 0 sample"):
        made.transform(trains[:0])
    other = SpikeTrains([1.0], [0], [0, 1], 7, 10.0)
    with pytest.raises(ValueError, match="X has 7 features, but SpikingReservoir is expecting 4"):
        made.transform(other)
    with pytest.raises(
        TypeError, match=r"EchoStateReservoir does not take SpikeTrains; X.to_dense"
    ):
        EchoStateReservoir().fit(trains)
    with pytest.raises(ValueError, match="'spikes' cannot be joined"):
        made.set_params(features=("trace", "spikes")).fit(trains)


@pytest.mark.parametrize("lengths", [(3, 3), (2, 1), (4, 2, 3)])
def test_pairs_of_times_and_channels_are_told_from_sequences(lengths):
    pairs = [(np.arange(n) / 7, np.arange(n) % 3) for n in lengths]
    with pytest.raises(ValueError, match=r"SpikeTrains.from_samples\(X, n_channels=\.\.\."):
        SpikingReservoir(5).fit(pairs)
    pairs = [(times.tolist(), channels.tolist()) for times, channels in pairs]
    with pytest.raises(ValueError, match="pairs, as if of times and channels"):
        EchoStateReservoir(5).fit(pairs)


def test_events_told_in_seconds_are_noticed():
    in_ms = SpikeTrains.from_samples([(np.arange(0, 500, 0.5), [0] * 1000)], 1, 500.0)
    in_s = SpikeTrains(in_ms.times / 1000, in_ms.channels, in_ms.starts, 1, 0.5)
    with pytest.warns(UserWarning, match="lasts 1 ms: are times in ms, not in s") as told:
        SpikingReservoir(5, neuron=LIF, random_state=0).fit(in_s)
    assert "steps_per_input" not in str(told[0].message)


def test_no_dense_raster_is_built():
    # 10 events of a million channels and a million steps
    trains = SpikeTrains(np.arange(10.0) * 9e4, np.arange(10) * 9, [0, 10], 1_000_000, 1e6)
    weights = np.ones((1, 1))
    made = SpikingReservoir(
        n_units=1,
        wiring=weights * 0,
        input_wiring=Projection(1e-6),
        input_scaling=1e6,
        features="count",
        n_readouts=1,
    )
    assert made.fit(trains).transform(trains).shape == (1, 1)
