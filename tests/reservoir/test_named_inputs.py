"""Units that hear rows through several inputs of their equations."""

import pickle

import numpy as np
import pytest
from scipy.linalg import expm
from sklearn.base import clone

import sparcelearn
from sparcelearn import SpikeTrains
from sparcelearn.displays import ReceptiveFieldDisplay
from sparcelearn.readouts.hardware import chip_preset, fits, quantize_reservoir
from sparcelearn.reservoir import LIF, NeuronModel, SpikingReservoir, to_nir
from sparcelearn.reservoir.input_wiring import Delays, Projection
from tests.reservoir.helpers import SATURATED, SILENT

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]

N_UNITS = 25
TEXT = """
    dv/dt = (drive_soma + i - v + g * (u - v)) / tau
    du/dt = ({own} - u + g * (v - u)) / tau_u
    di/dt = -i / tau_i
"""
CONSTANTS = {"tau": 20.0, "tau_u": 8.0, "g": 0.7, "tau_i": 4.0}
SPIKES = {"threshold": "v >= 1", "reset": "v = 0", "excitatory": "i", "parameters": CONSTANTS}
TWO = NeuronModel(TEXT.format(own="drive_dendrite"), name="TwoCompartments", **SPIKES)
X = np.random.RandomState(0).rand(3, 40, 3)


def raster_by_hand(rows, soma, dendrite, recurrent, n_steps_a_row, dt):
    """Solve the linear system of each unit step by step: (n_steps, n_units) of who spikes."""
    g, tau, tau_u, tau_i = (CONSTANTS[x] for x in ("g", "tau", "tau_u", "tau_i"))
    A = np.array(
        [
            [-(1 + g) / tau, g / tau, 1 / tau],
            [g / tau_u, -(1 + g) / tau_u, 0],
            [0, 0, -1 / tau_i],
        ]
    )
    moved = expm(A * dt)
    state, raster = np.zeros((3, N_UNITS)), []
    for row in rows:
        b = np.stack([row @ soma / tau, row @ dendrite / tau_u, np.zeros(N_UNITS)])
        still = -np.linalg.solve(A, b)
        for _ in range(n_steps_a_row):
            state = still + moved @ (state - still)
            if raster:
                state[2] += raster[-1] @ recurrent
            raster.append(state[0] >= 1)
            state[0, raster[-1]] = 0
    return np.array(raster)


@pytest.mark.parametrize("backend", ["numba", "numpy"])
def test_two_compartments_are_as_written_down_by_hand(backend):
    rng = np.random.RandomState(1)
    soma, dendrite = rng.uniform(0, 2.0, (3, N_UNITS)), rng.uniform(-1, 4.0, (3, N_UNITS))
    recurrent = rng.uniform(-0.3, 0.4, (N_UNITS, N_UNITS))
    reservoir = SpikingReservoir(
        N_UNITS,
        neuron=TWO,
        input_wiring={"drive_dendrite": dendrite, "drive_soma": soma},
        input_scaling=1.0,
        wiring=recurrent,
        dt=0.5,
        steps_per_input=6,
        features="spikes",
        dtype="float64",
        backend=backend,
    )
    trains = reservoir.fit_transform(X[:1])
    raster = raster_by_hand(X[0], soma, dendrite, recurrent, 6, 0.5)
    assert raster.sum() > 200
    for unit in range(N_UNITS):
        np.testing.assert_array_equal(
            trains.times[trains.channels == unit] * 2, np.flatnonzero(raster[:, unit])
        )
    assert TWO.parsed.inputs == ("drive_soma", "drive_dendrite")
    assert reservoir.input_weights_.shape == (3, 2 * N_UNITS)
    np.testing.assert_array_equal(reservoir.input_weights_.toarray(), np.hstack([soma, dendrite]))


def test_inputs_that_are_one_are_the_drive_alone():
    """A sum of two inputs of half the weights is one input, however it is integrated."""
    one = NeuronModel("dv/dt = (drive + w - v) / tau; dw/dt = -w / tau", **LEAKY)
    two = NeuronModel("dv/dt = (drive_a + drive_b + w - v) / tau; dw/dt = -w / tau", **LEAKY)
    weights = np.random.RandomState(2).uniform(0, 3, (3, N_UNITS))
    settings = {"input_scaling": 1.0, "dtype": "float64", "features": ("v", "count")}
    settings["backend"] = "numpy"  # that compiled code agrees is tested elsewhere
    for method in ("exact", "rk4"):
        plain = SpikingReservoir(N_UNITS, neuron=one, input_wiring=weights, method=method)
        split = SpikingReservoir(N_UNITS, neuron=two, input_wiring=weights / 2, method=method)
        expected = plain.set_params(**settings).fit_transform(X)
        np.testing.assert_allclose(split.set_params(**settings).fit_transform(X), expected)


LEAKY = {
    "threshold": "v >= 1",
    "reset": "v = 0",
    "excitatory": "w",
    "parameters": {"tau": 20.0},
}


@pytest.mark.parametrize("method", ["exact", "rk4"])
def test_every_input_is_calibrated_to_its_own_least_drive(method):
    reservoir = SpikingReservoir(
        N_UNITS, neuron=TWO, method=method, drive_spread=3.0, padding=0, random_state=0
    )
    reservoir.fit(X)
    g = CONSTANTS["g"]
    at_soma = 1 + g - g * g / (1 + g)  # holds v at 1 while u follows
    expected = np.repeat([at_soma, at_soma * (1 + g) / g], N_UNITS)
    np.testing.assert_allclose(reservoir.rheobase_, expected, rtol=1e-4)
    rows = (np.concatenate(X) - reservoir.channel_means_) * reservoir.channel_scales_
    n_channels, lags = rows.shape[1], reservoir.input_lags_
    heard = []
    for sample in rows.reshape(3, 40, 3):
        padded = np.vstack([np.zeros((lags.max(), n_channels)), sample])
        parts = [padded[lags.max() - lag : len(padded) - lag] for lag in lags]
        heard.append(np.hstack(parts) @ reservoir.input_weights_.toarray() + reservoir.bias_)
    drive = np.concatenate(heard)
    np.testing.assert_allclose(drive.std(axis=0), 3.0 / np.sqrt(2) * expected, rtol=1e-6)
    below = np.mean(drive < expected / 2, axis=0)  # each brings half of the way
    np.testing.assert_allclose(below[:N_UNITS], below[N_UNITS:], atol=2 / len(drive))
    assert below.min() < 0.2 and below.max() > 0.8


INHIBITED = {
    "exact": ("dv/dt = (up + w {sign} down - v) / tau; dw/dt = -w / tau", "v >= 1"),
    "rk4": ("dv/dt = (up + w {sign} down - v - 0.1 * v**3) / tau; dw/dt = -w / tau", "v >= 1"),
    "random": ("dv/dt = (up + w {sign} down - v) / tau; dw/dt = -w / tau", "rand() < v - 0.5"),
}


@pytest.mark.parametrize(("kind", "first"), [("exact", "up"), ("rk4", "down"), ("random", "up")])
def test_an_input_that_inhibits_is_one_that_excites_through_the_opposite_weights(kind, first):
    text, threshold = INHIBITED[kind]
    text = text.replace("up", "drive_up").replace("down", "drive_down")
    if first == "down":  # the first one is also that of the step and of recurrence
        text = text.replace("drive_up + w {sign} drive_down", "{sign} drive_down + w + drive_up")
    up, down = np.random.RandomState(4).randn(2, 3, N_UNITS)
    found = []
    for sign in (1, -1):
        neuron = NeuronModel(
            text.format(sign="-+"[sign > 0]), **{**LEAKY, "threshold": threshold, "name": "Pushed"}
        )
        heard = {"drive_up": up, "drive_down": sign * down}
        reservoir = SpikingReservoir(N_UNITS, neuron=neuron, input_wiring=heard, random_state=0)
        rates = reservoir.fit(X).firing_rates_
        assert rates.mean() > 1  # they do spike, although nothing excites but up
        found.append((reservoir.rheobase_, reservoir.transform(X)))
    k = 0 if first == "down" else 1
    (excites, expected), (inhibits, features) = found
    signs = np.repeat([-1.0, 1.0] if k == 0 else [1.0, -1.0], N_UNITS)
    np.testing.assert_allclose(inhibits, signs * excites)
    np.testing.assert_allclose(features, expected, atol=1e-4)


@pytest.mark.parametrize(
    ("equations", "threshold", "expected"),
    [
        ("dv/dt = (-v + drive) / tau", "v <= -1", -1.0),
        ("dv/dt = (-v - drive) / tau", "v <= -1", 1.0),
        ("dv/dt = (-v - v**2 / 10 - drive) / tau", "v <= -1", 0.9),
        ("dv/dt = (-v - tanh(v) - drive) / tau; du/dt = (-u + drive) / tau", "u >= 1", 1.0),
    ],
)
def test_the_least_drive_is_that_towards_the_threshold(equations, threshold, expected):
    units = {**LEAKY, "excitatory": "v", "reset": "v = 0; u = 0" if "u" in threshold else "v = 0"}
    neuron = NeuronModel(equations, **{**units, "threshold": threshold})
    reservoir = SpikingReservoir(10, neuron=neuron, loop_gain=0, random_state=0).fit(X)
    np.testing.assert_allclose(reservoir.rheobase_, expected, rtol=1e-4)
    assert np.mean(reservoir.firing_rates_ > 0) >= 0.7


def test_a_rule_alone_is_drawn_for_each_input():
    alone = SpikingReservoir(N_UNITS, neuron=TWO, input_wiring=Delays(), random_state=0)
    named = clone(alone).set_params(
        input_wiring={"drive_soma": Delays(), "drive_dendrite": Delays()}
    )
    np.testing.assert_array_equal(alone.fit_transform(X), named.fit_transform(X))
    soma, dendrite = np.hsplit(alone.input_weights_.toarray() != 0, 2)
    assert np.any(soma != dendrite)
    plain, by_name = (
        SpikingReservoir(N_UNITS, neuron=LIF(), input_wiring=wiring, random_state=0)
        for wiring in (Delays(), {"drive": Delays()})
    )
    np.testing.assert_array_equal(plain.fit_transform(X), by_name.fit_transform(X))


@pytest.mark.parametrize("method", ["auto", "rk4"])
@pytest.mark.parametrize("substeps", [1, 4])
def test_backends_chunks_and_files_are_alike(method, substeps, tmp_path):
    rows = X.reshape(-1, 3)
    stream = SpikingReservoir(
        N_UNITS,
        neuron=TWO,
        input_wiring={"drive_soma": Projection(), "drive_dendrite": Delays(max_lag=5)},
        method=method,
        substeps=substeps,
        loop_gain=0.5,
        carry_state=True,
        calibration_rows=30,
        random_state=0,
    )
    whole = clone(stream).partial_fit(rows[:30]).transform(rows[30:])
    assert np.ptp(whole) > 0
    for backend in ("numba", "numpy"):
        pieces = clone(stream).set_params(backend=backend).partial_fit(rows[:7])
        for first, last in ((7, 8), (8, 30)):
            pieces.partial_fit(rows[first:last])
        sparcelearn.save(pieces, tmp_path / "network")
        again = (sparcelearn.load(tmp_path / "network"), pickle.loads(pickle.dumps(pieces)))
        for other in (pieces, *again):
            np.testing.assert_array_equal(other.transform(rows[30:]), whole)


def test_the_step_of_every_input_is_looked_at():
    """What only the dendrite feels of its drive is too fast for the step."""
    stiff = NeuronModel(
        """
        dv/dt = (drive_soma - v + u) / tau
        du/dt = (drive_dendrite - u**3 - u) / tau_u
        """,
        threshold="v >= 1",
        reset="v = 0",
        excitatory="v",
        parameters={"tau": 20.0, "tau_u": 0.6},
    )
    soma = NeuronModel("dv/dt = (drive - v) / tau", **LEAKY | {"excitatory": "v"})
    chosen = {"method": "euler", "input_scaling": 0.05, "dt": 0.5, "random_state": 0}
    for neuron, is_fine in ((soma, True), (stiff, False)):
        automatic = SpikingReservoir(8, neuron=neuron, **chosen).fit(X)
        assert (automatic.substeps_ == 1) == is_fine
    with pytest.warns(UserWarning, match="too long"):
        SpikingReservoir(8, neuron=stiff, substeps=1, **chosen).fit(X)


def test_events_act_on_synapses_and_inputs_keep_their_bias():
    trains = SpikeTrains(np.arange(0, 100, 0.5), np.arange(200) % 4, [0, 200], 4, 100.0)
    outcomes = []
    for backend in ("numba", "numpy"):
        reservoir = SpikingReservoir(N_UNITS, neuron=TWO, random_state=0, backend=backend)
        outcomes.append(reservoir.fit_transform(trains))
    np.testing.assert_array_equal(*outcomes)
    assert reservoir.bias_.shape == (2 * N_UNITS,)
    assert reservoir.bias_[:N_UNITS].any() and not reservoir.bias_[N_UNITS:].any()
    assert np.ptp(outcomes[0]) > 0


def test_a_name_that_has_a_meaning_is_no_input():
    parameter = NeuronModel(
        "drive_in = drive_gain * drive; dv/dt = (drive_in - v) / 20",
        threshold="v >= 1",
        reset="v = 0",
        excitatory="v",
        parameters={"drive_gain": 2.0},
    )
    assert parameter.parsed.inputs == ("drive",)
    both = NeuronModel("dv/dt = drive_b * drive_a + drive - v", threshold="v > 1", excitatory="v")
    assert both.parsed.inputs == ("drive", "drive_b", "drive_a")
    assert NeuronModel("dv/dt = -v", threshold="v > 1").parsed.inputs == ("drive",)


@pytest.mark.parametrize(
    ("wiring", "message"),
    [
        ({"drive_soma": Projection()}, "says nothing of drive_dendrite; TwoCompartments has"),
        (
            {"drive_soma": Projection(), "drive_apical": Projection()},
            "names 'drive_apical'; TwoCompartments has the inputs drive_soma, drive_dendrite, and "
            "the synaptic channels i",
        ),
        ({"drive": Projection()}, "names 'drive'; TwoCompartments has the inputs drive_soma"),
        ({"drive_soma": Projection(), 3: np.ones((3, N_UNITS))}, "names 3; TwoCompartments has"),
        (
            {"drive_soma": np.ones((3, 2)), "drive_dendrite": Projection()},
            r"input_wiring\['drive_soma'\] has shape \(3, 2\)",
        ),
    ],
)
def test_a_wiring_that_does_not_go_with_the_inputs_is_refused(wiring, message):
    with pytest.raises(ValueError, match=message):
        SpikingReservoir(N_UNITS, neuron=TWO, input_wiring=wiring).fit(X)


@pytest.mark.parametrize("wiring", [None, "all", [[1.0] * N_UNITS] * 3, Projection])
def test_what_is_no_rule_and_no_matrix_is_refused(wiring):
    heard = {"drive_soma": Projection(), "drive_dendrite": wiring}
    with pytest.raises(
        TypeError, match=r"input_wiring.* must hold rules, .* shape \(3, \d+\), not"
    ):
        SpikingReservoir(N_UNITS, neuron=TWO, input_wiring=heard).fit(X)


def test_parameters_of_matrices_and_dicts_are_refused_by_name():
    reservoir = SpikingReservoir(N_UNITS, input_wiring={"drive_soma": Projection()})
    for name in ("input_wiring__drive_soma", "gap_junctions__connectivity", "delay__low"):
        with pytest.raises(ValueError, match=f"{name} cannot be set: {name.split('__')[0]} is"):
            reservoir.set_params(**{name: 3})


def test_where_several_inputs_cannot_be():
    with pytest.raises(ValueError, match="drive_a, drive_b: several inputs are for units with a"):
        NeuronModel("dv/dt = tanh(drive_a + drive_b + recurrent) - v")
    with pytest.raises(ValueError, match="Unknown symbol 'drive_a' in threshold"):
        NeuronModel("dv/dt = drive_a - v", threshold="v > drive_a")
    modulated = NeuronModel("dv/dt = (drive_a * (1 + drive_b) - v) / 20", threshold="v > 1",
                            reset="v = 0", excitatory="v")  # fmt: skip
    with pytest.raises(ValueError, match="never spike, at whatever constant drive_b"):
        SpikingReservoir(5, neuron=modulated).fit(X)
    reservoir = SpikingReservoir(N_UNITS, neuron=TWO, random_state=0).fit(X)
    for call in (fits, quantize_reservoir):
        with pytest.raises(ValueError, match="read drive_soma, drive_dendrite"):
            call(reservoir, chip_preset("loihi"))
    pytest.importorskip("nir")
    with pytest.raises(ValueError, match="NIR can say reservoirs of LIF units only"):
        to_nir(reservoir)


def test_a_receptive_field_sums_over_inputs():
    pytest.importorskip("matplotlib")
    heard = {"drive_soma": np.ones((3, N_UNITS)), "drive_dendrite": 2 * np.ones((3, N_UNITS))}
    reservoir = SpikingReservoir(N_UNITS, neuron=TWO, input_wiring=heard, input_scaling=1.0).fit(X)
    display = ReceptiveFieldDisplay.from_estimator(reservoir, units=[3, 7])
    np.testing.assert_array_equal(display.fields, np.full((2, 1, 3), 3.0))
