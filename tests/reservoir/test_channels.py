"""Synapses of several kinds: each adds its weights to a variable of its own."""

import pickle

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone

import sparcelearn
from sparcelearn import SpikeTrains
from sparcelearn.reservoir import (
    LIF,
    NMDALIF,
    NeuronModel,
    SpikingReservoir,
    TsodyksMarkram,
    Uniform,
    to_nir,
)
from sparcelearn.reservoir.input_wiring import Projection
from sparcelearn.reservoir.wiring import FixedInDegree
from tests.reservoir.helpers import SATURATED, SILENT

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]

N_UNITS, N_STEPS = 30, 200

# Two conductances and a current: exponential Euler has them in closed form, one variable at a time.
UNIT = NeuronModel(
    """
    dv/dt = (drive - v + g_fast * (3 - v) - g_slow * (v + 1) + i) / tau
    dg_fast/dt = -g_fast / tau_fast
    dg_slow/dt = -g_slow / tau_slow
    di/dt = -i / tau_i
    """,
    threshold="v >= 1",
    reset="v = 0",
    channels=("g_fast", "g_slow", "i"),
    parameters={"tau": 20.0, "tau_fast": 2.0, "tau_slow": 30.0, "tau_i": 5.0},
    name="Unit",
)


def random_matrix(rng, density=0.2, n_rows=N_UNITS):
    weights = rng.uniform(0.02, 0.3, (n_rows, N_UNITS))
    return sparse.csr_array(np.where(rng.random_sample(weights.shape) < density, weights, 0))


def naive_raster(drive, matrices, delays):
    """The same network, written down by hand: (n_steps, n_units) of whether a unit spikes."""
    taus = np.array([UNIT.parameters[x] for x in ("tau_fast", "tau_slow", "tau_i")])
    v, g = np.zeros(N_UNITS), np.zeros((3, N_UNITS))
    raster = np.zeros((N_STEPS, N_UNITS), dtype=bool)
    for step in range(N_STEPS):
        # v' = (a - b v) / tau, the currents as they were at the start of the step
        a, b = drive[step] + 3 * g[0] - g[1] + g[2], 1 + g[0] + g[1]
        v = a / b + (v - a / b) * np.exp(-b / 20.0)
        g = g * np.exp(-1 / taus)[:, np.newaxis]
        for k, (matrix, delay) in enumerate(zip(matrices, delays, strict=True)):
            if step >= delay:
                g[k] += raster[step - delay] @ matrix.toarray()
        raster[step] = v >= 1
        v[raster[step]] = 0
    return raster


@pytest.mark.parametrize("backend", ["numba", "numpy"])
def test_three_channels_are_as_written_down_by_hand(backend):
    rng = np.random.RandomState(0)
    matrices = [random_matrix(rng), random_matrix(rng, 0.4), random_matrix(rng)]
    X, heard = rng.uniform(0, 1.2, (1, N_STEPS, 2)), rng.uniform(0.5, 6, (2, N_UNITS))
    reservoir = SpikingReservoir(
        N_UNITS,
        neuron=UNIT,
        input_wiring=heard,
        input_scaling=1.0,
        wiring=dict(zip(UNIT.channels, matrices, strict=True)),
        delay={"g_fast": 1.0, "g_slow": 4.0, "i": 2.0},
        steps_per_input=1,
        substeps=1,
        method="exponential_euler",
        features="spikes",
        dtype="float64",
        backend=backend,
    )
    trains = reservoir.fit_transform(X)
    raster = naive_raster(X[0] @ heard, matrices, (1, 4, 2))
    assert raster.sum() > 200
    for unit in range(N_UNITS):
        np.testing.assert_array_equal(
            trains.times[trains.channels == unit], np.flatnonzero(raster[:, unit])
        )


def by_sign_and_by_channel(**parameters):
    rng = np.random.RandomState(1)
    signed = random_matrix(rng) - random_matrix(rng)
    signed.eliminate_zeros()
    unit = LIF(tau_exc=4.0, tau_inh=4.0)  # by sign, the gain of a loop is that of excitation
    parts = {"i_exc": signed.maximum(0), "i_inh": -signed.minimum(0)}
    for wiring in (signed * 8, {name: sparse.csr_array(x) * 8 for name, x in parts.items()}):
        yield SpikingReservoir(
            N_UNITS, neuron=unit, wiring=wiring, random_state=0, dtype="float64", **parameters
        )


@pytest.mark.parametrize(
    "parameters",
    [{}, {"delay": 3.0}, {"short_term_plasticity": TsodyksMarkram()}, {"loop_gain": 0.4}],
    ids=["plain", "delayed", "plastic", "scaled"],
)
def test_channels_of_both_signs_are_weights_by_sign(parameters):
    X = np.random.RandomState(2).rand(4, 50, 3)
    one, other = by_sign_and_by_channel(**parameters)
    features = one.fit_transform(X)
    np.testing.assert_allclose(other.fit_transform(X), features, rtol=1e-9)
    assert other.channels_ == ("i_exc", "i_inh")
    assert other.recurrent_weights_.shape == (2 * N_UNITS, N_UNITS)
    alone = SpikingReservoir(N_UNITS, neuron=LIF(), loop_gain=0, random_state=0, dtype="float64")
    assert np.any(alone.fit_transform(X) != features)  # they count


def test_events_reach_the_channels_that_they_are_wired_to():
    rng = np.random.RandomState(3)
    trains = SpikeTrains(
        np.sort(rng.uniform(0, 100, 400)), rng.randint(0, 5, 400), [0, 400], 5, 100.0
    )
    signed = sparse.csr_array(rng.standard_normal((5, N_UNITS)))
    parts = {"i_exc": {0: signed.maximum(0)}, "i_inh": -signed.minimum(0)}
    made = [
        SpikingReservoir(N_UNITS, neuron=LIF(), input_wiring=wiring, random_state=0)
        for wiring in (signed, parts)
    ]
    one, other = (reservoir.fit_transform(trains) for reservoir in made)
    np.testing.assert_array_equal(one, other)
    assert made[1].input_channels_ == ("i_exc", "i_inh")
    lagged = SpikingReservoir(
        N_UNITS,
        neuron=LIF(),
        input_wiring={"i_exc": {5: signed.maximum(0)}, "i_inh": parts["i_inh"]},
    )
    assert list(lagged.fit(trains).input_lags_) == [0, 5]


def test_the_gain_of_a_loop_sums_over_channels():
    """The charge of a spike is the time constant of its current, which may inhibit."""
    unit = NeuronModel(
        "dv/dt = (drive + fast - slow - v) / 20; dfast/dt = -fast / 2; dslow/dt = -slow / 40",
        threshold="v >= 1",
        reset="v -= 1",
        channels=("fast", "slow"),
    )
    common = {"neuron": unit, "random_state": 0, "dtype": "float64"}
    X = np.random.RandomState(0).rand(5, 20, 2)
    wiring = {"fast": FixedInDegree(0.3), "slow": FixedInDegree(0.1)}
    drawn = SpikingReservoir(N_UNITS, wiring=wiring, loop_gain=0.6, **common).fit(X)
    fast, slow = drawn.recurrent_weights_[:N_UNITS], drawn.recurrent_weights_[N_UNITS:]
    assert fast.data.min() > 0 and slow.data.min() > 0

    def radius(matrix):
        return np.abs(np.linalg.eigvals(matrix.toarray())).max()

    # The same gain with one channel alone says what a gain of 0.6 is in units of charge.
    alone = SpikingReservoir(N_UNITS, wiring={"fast": FixedInDegree(0.3)}, loop_gain=0.6, **common)
    expected = radius(alone.fit(X).recurrent_weights_)
    assert radius(fast - 40 / 2 * slow) == pytest.approx(expected, rel=0.005)  # steps of 1 ms


def test_a_channel_in_a_stream_is_carried_and_stored(tmp_path):
    X = np.random.RandomState(4).rand(60, 2)
    reservoir = SpikingReservoir(
        N_UNITS,
        neuron=NMDALIF(),
        wiring={"g_ampa": FixedInDegree(0.1), "g_nmda": FixedInDegree(0.1)},
        delay={"g_ampa": 2.0, "g_nmda": Uniform(1.0, 9.0)},
        loop_gain=0.5,
        carry_state=True,
        random_state=0,
    )
    whole = clone(reservoir).fit(X).transform(X)
    reservoir.fit(X)
    reservoir.partial_fit(X[:17])
    np.testing.assert_array_equal(reservoir.transform(X[17:]), whole[17:])
    sparcelearn.save(reservoir, tmp_path / "network")
    for again in (sparcelearn.load(tmp_path / "network"), pickle.loads(pickle.dumps(reservoir))):
        np.testing.assert_array_equal(again.transform(X[17:]), whole[17:])
        assert again.channels_ == ("g_ampa", "g_nmda")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"wiring": {"g": FixedInDegree()}}, "wiring names the channel 'g'; Unit has g_fast"),
        ({"wiring": {}}, r"wiring must have channels of Unit as keys, not \[\]"),
        ({"wiring": {0: np.eye(N_UNITS)}}, r"as keys, not \[0\]"),
        ({"wiring": FixedInDegree()}, "wiring must be a mapping with weights for some of g_fast"),
        ({"loop_gain": 0.5}, "wiring must be a mapping"),
        (
            {"input_wiring": {"j": Projection()}},
            "input_wiring names 'j'; Unit has the inputs drive, and the synaptic channels g_fast",
        ),
        (
            {"wiring": {"i": FixedInDegree()}, "excitatory_fraction": 0.8},
            "excitatory_fraction=0.8 does not go with wiring by channels",
        ),
        (
            {"wiring": {"i": FixedInDegree()}, "delay": {"g_fast": 1.0}, "loop_gain": 0.5},
            "delay names g_fast, not i",
        ),
        ({"delay": {"i": 2.0}}, "delay is a mapping, but wiring names no channels"),
        ({"wiring": {"i": np.eye(3)}}, r"wiring has shape \(3, 3\); it must be \(30, 30\)"),
    ],
)
def test_what_cannot_be_is_said(parameters, message):
    X = np.random.RandomState(5).rand(5, 10, 2)
    with pytest.raises(ValueError, match=message):
        SpikingReservoir(N_UNITS, neuron=UNIT, **parameters).fit(X)


def test_events_need_a_channel_where_there_is_no_sign():
    trains = SpikeTrains([1.0], [0], [0, 1], 1, 10.0)
    with pytest.raises(ValueError, match="input_wiring must be a mapping with weights for some"):
        SpikingReservoir(N_UNITS, neuron=UNIT).fit(trains)


@pytest.mark.parametrize("channels", ["g_fast", ("v", "w"), (1,)], ids=str)
def test_channels_are_names_of_variables(channels):
    error = ValueError if channels == ("v", "w") else TypeError
    with pytest.raises(error, match="channels"):
        NeuronModel("dv/dt = -v", threshold="v > 1", channels=channels)
    unit = NeuronModel("dv/dt = -v; dw/dt = -w", threshold="v > 1", channels=("v", "w"))
    assert "channels: v, w" in str(unit)
    assert (
        pickle.loads(pickle.dumps(unit))
        == unit
        != NeuronModel("dv/dt = -v; dw/dt = -w", threshold="v > 1", channels=("v",))
    )


def test_others_that_know_signs_only_refuse_channels():
    pytest.importorskip("nir")
    reservoir = SpikingReservoir(
        N_UNITS,
        neuron=LIF(t_ref=0.0),
        input_wiring=Projection(),
        wiring={"i_exc": np.eye(N_UNITS)},
        random_state=0,
    )
    with pytest.raises(ValueError, match="NIR cannot say wiring by channels"):
        to_nir(reservoir.fit(np.random.RandomState(0).rand(3, 5, 2)))
