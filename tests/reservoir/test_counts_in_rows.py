"""Rows some of whose numbers are counts of events, beside others that drive the units."""

import pickle

import numpy as np
import pytest
from scipy import sparse
from scipy.linalg import expm
from sklearn.base import clone

import sparcelearn
from sparcelearn import SpikeTrains
from sparcelearn.readouts.hardware import chip_preset, fits
from sparcelearn.reservoir import LIF, NeuronModel, SpikingReservoir, to_nir
from sparcelearn.reservoir.input_wiring import Delays, OfChannels, Projection
from tests.reservoir.helpers import SATURATED, SILENT

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]

N_UNITS, N_ROWS, N_CHANNELS = 20, 120, 4
SYNAPTIC = {
    "threshold": "v >= 1",
    "reset": "v = 0",
    "channels": ("i", "j"),
    "parameters": {"tau": 15.0, "tau_i": 3.0, "tau_j": 12.0},
    "name": "Unit",
}
UNIT = NeuronModel(
    "dv/dt = (drive + i - j - v) / tau; di/dt = -i / tau_i; dj/dt = -j / tau_j", **SYNAPTIC
)


def counts_and_trains(most):
    """Return rows of counts, and the same as events, channel after channel in each row."""
    counts = np.random.RandomState(0).randint(0, most + 1, (2, N_ROWS, N_CHANNELS))
    counts *= np.random.RandomState(1).rand(*counts.shape) < 0.2
    samples = []
    for sample in counts:
        row, channel = np.nonzero(sample)
        n_times = sample[row, channel]
        samples.append((np.repeat(row, n_times).astype(float), np.repeat(channel, n_times)))
    return counts.astype(float), SpikeTrains.from_samples(samples, N_CHANNELS, float(N_ROWS))


def matrices():
    rng = np.random.RandomState(2)
    return [rng.uniform(0, 2.5, (N_CHANNELS, N_UNITS)) * (rng.rand(N_CHANNELS, N_UNITS) < 0.7)
            for _ in range(3)]  # fmt: skip


@pytest.mark.parametrize("backend", ["numba", "numpy"])
@pytest.mark.parametrize("most", [1, 3])
def test_counts_are_the_events_that_they_count(backend, most):
    counts, trains = counts_and_trains(most)
    now, later, slow = matrices()
    outcomes = []
    for X, steps in ((counts, 1), (trains, None)):
        reservoir = SpikingReservoir(
            N_UNITS,
            neuron=UNIT,
            input_wiring={"i": {0: now, 3: later}, "j": slow},
            input_scaling=0.8,
            steps_per_input=steps,
            features=("v", "i", "count"),
            feature_scaling=None,
            n_readouts=40,
            padding=0,
            dtype="float64",
            backend=backend,
        )
        outcomes.append(reservoir.fit_transform(X))
        assert reservoir.input_channels_ == ("i", "j")
    assert outcomes[0].reshape(2, 40, 3, N_UNITS)[:, :, 2].sum() > 30  # spikes
    if most == 1:
        np.testing.assert_array_equal(*outcomes)
    else:
        np.testing.assert_allclose(*outcomes, rtol=1e-9, atol=1e-12)


def raster_by_hand(rows, drive, fast, n_steps_a_row):
    """The same unit with its fast synapses, step by step: (n_steps, n_units) of who spikes."""
    tau, tau_i = (SYNAPTIC["parameters"][x] for x in ("tau", "tau_i"))
    moved = expm(np.array([[-1 / tau, 1 / tau], [0, -1 / tau_i]]))
    state, raster = np.zeros((2, N_UNITS)), []
    for row in rows:
        heard = row @ drive
        for step in range(n_steps_a_row):
            state = moved @ (state - [heard, 0 * heard]) + [heard, 0 * heard]
            if step == 0:
                state[1] += row @ fast
            raster.append(state[0] >= 1)
            state[0, raster[-1]] = 0
    return np.array(raster)


@pytest.mark.parametrize("backend", ["numba", "numpy"])
def test_numbers_that_drive_stand_beside_counts(backend):
    rng, (drive, fast, _) = np.random.RandomState(3), matrices()
    drive[2:], fast[:2] = 0, 0
    rows = np.hstack([rng.uniform(-0.5, 1, (N_ROWS, 2)), rng.randint(0, 3, (N_ROWS, 2)) / 2])
    trains = SpikingReservoir(
        N_UNITS,
        neuron=UNIT,
        input_wiring={"drive": drive, "i": fast},
        input_scaling=1.0,
        steps_per_input=4,
        features="spikes",
        dtype="float64",
        backend=backend,
    ).fit_transform(rows[np.newaxis])
    raster = raster_by_hand(rows, drive, fast, 4)
    assert raster.sum() > 300
    for unit in range(N_UNITS):
        np.testing.assert_array_equal(
            trains.times[trains.channels == unit], np.flatnonzero(raster[:, unit])
        )


def test_columns_that_count_are_neither_centred_nor_scaled():
    rng = np.random.RandomState(4)
    rows = np.hstack([rng.normal(7, 3, (50, 2)), rng.poisson(0.4, (50, 2))])
    fast = np.zeros((N_CHANNELS, N_UNITS))
    fast[2:] = rng.uniform(0, 0.5, (2, N_UNITS))
    heard = {"drive": OfChannels((0, 1), Delays(max_lag=4)), "i": fast}
    reservoir = SpikingReservoir(N_UNITS, neuron=UNIT, input_wiring=heard, random_state=0)
    reservoir.fit(rows[np.newaxis])
    np.testing.assert_allclose(reservoir.channel_means_, [*rows[:, :2].mean(axis=0), 0, 0])
    np.testing.assert_allclose(reservoir.channel_scales_, [*1 / rows[:, :2].std(axis=0), 1, 1])
    n_lags = len(reservoir.input_lags_)
    assert n_lags > 1 and reservoir.event_weights_.shape == (n_lags * 4, N_UNITS)
    np.testing.assert_array_equal(reservoir.event_weights_[:4].toarray(), fast)  # as they are
    by_channel = reservoir.input_weights_.toarray().reshape(n_lags, 4, N_UNITS)
    assert by_channel[:, :2].any() and not by_channel[:, 2:].any()


def test_what_is_not_named_hears_nothing():
    counts, _ = counts_and_trains(2)
    reservoir = SpikingReservoir(
        N_UNITS, neuron=UNIT, input_wiring={"i": matrices()[0]}, padding=30, random_state=0
    )
    features = reservoir.fit_transform(counts)
    assert reservoir.input_weights_.nnz == 0 and not reservoir.bias_.any()
    assert np.ptp(features) > 0
    assert f"{reservoir.event_weights_.nnz} synapses from 4 channels" in reservoir._html_repr()
    silent = reservoir.transform(np.zeros_like(counts))
    assert not silent.any()  # nothing arrives in what is padded


@pytest.mark.parametrize("backend", ["numba", "numpy"])
def test_a_stream_of_counts_may_be_cut_anywhere(backend, tmp_path):
    rng = np.random.RandomState(5)
    rows = np.hstack([rng.normal(0, 1, (90, 2)), rng.poisson(0.4, (90, 2))])
    stream = SpikingReservoir(
        N_UNITS,
        neuron=UNIT,
        input_wiring={
            "drive": OfChannels((0, 1), Delays(max_lag=4)),
            "j": {0: matrices()[0], 6: matrices()[1]},
            "i": 0.1 * matrices()[2],
        },
        wiring={"i": 0.05 * np.ones((N_UNITS, N_UNITS))},
        steps_per_input=3,
        carry_state=True,
        calibration_rows=40,
        random_state=0,
    )
    whole = clone(stream).partial_fit(rows[:40]).transform(rows[40:])
    pieces = clone(stream).set_params(backend=backend)
    for first, last in ((0, 1), (1, 3), (3, 40)):
        pieces.partial_fit(rows[first:last])
    sparcelearn.save(pieces, tmp_path / "network")
    again = (sparcelearn.load(tmp_path / "network"), pickle.loads(pickle.dumps(pieces)))
    for other in (pieces, *again):
        np.testing.assert_array_equal(other.transform(rows[40:]), whole)
        parts = []
        for first, last in ((40, 41), (41, 45), (45, 90)):
            parts.append(other.transform(rows[first:last]))
            other.partial_fit(rows[first:last])
        np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_weights_of_another_shape_are_refused():
    """As a file that was tampered with could hold them; kernels would read out of bounds."""
    heard = {"drive": Projection(), "i": Projection(), "j": Projection()}
    chosen = {"input_wiring": heard, "gap_junctions": 0.1 * (1 - np.eye(N_UNITS))}
    reservoir = SpikingReservoir(N_UNITS, neuron=UNIT, random_state=0, **chosen)
    reservoir.fit(counts_and_trains(1)[0])._check_loaded()
    wrong = {
        "event_weights_": sparse.csr_array((N_CHANNELS, N_UNITS)),
        "gap_weights_": sparse.csr_array((N_UNITS + 1, N_UNITS + 1)),
        "bias_": np.zeros(2 * N_UNITS),
    }
    for name, value in wrong.items():
        forged = pickle.loads(pickle.dumps(reservoir))
        setattr(forged, name, value)
        with pytest.raises(ValueError, match=r"(do|does) not go with"):
            forged._check_loaded()


def test_weights_by_their_sign_act_on_either_variable_by_name():
    counts, trains = counts_and_trains(1)
    wiring = {"i_exc": matrices()[0], "i_inh": matrices()[1]}
    one, other = (
        SpikingReservoir(
            N_UNITS,
            neuron=LIF(),
            input_wiring=wiring,
            input_scaling=1.0,
            steps_per_input=steps,
            n_readouts=3,
            padding=0,
        ).fit_transform(X)
        for X, steps in ((counts, 1), (trains, None))
    )
    np.testing.assert_array_equal(one, other)


def test_a_rule_of_channels_is_that_rule():
    rule = OfChannels([4, 1], Projection(1.0))
    drawn = rule.synapses(np.random.RandomState(0), 6, 5, 1)
    plain = Projection(1.0).synapses(np.random.RandomState(0), 2, 5, 1)
    np.testing.assert_array_equal(drawn.channels, np.array([4, 1])[plain.channels])
    np.testing.assert_array_equal(drawn.weights, plain.weights)
    assert rule == OfChannels((4, 1), Projection(1.0)) and rule.channels == (4, 1)
    assert rule(channels=(0,)).channels == (0,)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: OfChannels(3), TypeError, "channels must be numbers of channels, not 3"),
        (lambda: OfChannels(()), ValueError, r"channels=\(\) must name at least one channel"),
        (lambda: OfChannels((1, 1)), ValueError, r"channels=\(1, 1\) must name at least one"),
        (lambda: OfChannels((-1,)), ValueError, "channels must be at least 0, not -1"),
        (lambda: OfChannels((0.5,)), TypeError, "channels must be an integer, not 0.5"),
        (lambda: OfChannels((0,), None), TypeError, "wiring must be an InputWiring, not None"),
    ],
)
def test_a_rule_of_channels_that_cannot_be_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_where_counts_cannot_be():
    counts, trains = counts_and_trains(1)
    reservoir = SpikingReservoir(
        N_UNITS, neuron=UNIT, input_wiring={"drive": OfChannels((0, 7)), "i": Projection()}
    )
    with pytest.raises(ValueError, match="needs at least 8 channels; X has 4"):
        reservoir.fit(counts)
    with pytest.raises(ValueError, match="input_wiring names the channel 'drive'; Unit has i, j"):
        reservoir.fit(trains)
    both = {"drive": Projection(), "i_exc": Projection()}
    on_chip = SpikingReservoir(N_UNITS, neuron=LIF(t_ref=0.0), input_wiring=both, random_state=0)
    on_chip.fit(counts)
    with pytest.raises(ValueError, match="act on i_exc besides"):
        fits(on_chip, chip_preset("loihi"))
    pytest.importorskip("nir")
    with pytest.raises(ValueError, match="NIR cannot say wiring by channels"):
        to_nir(on_chip)
