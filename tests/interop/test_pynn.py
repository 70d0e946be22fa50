"""What reservoirs become in PyNN: cells, constants, features, refusals. It needs no simulator."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

import sparcelearn
from sparcelearn import SpikeTrains
from sparcelearn.interop import PyNNReservoir, to_pynn
from sparcelearn.interop._pynn_cells import CELLS, cell_of, counterpart, holding_drive
from sparcelearn.interop._pynn_timeline import Timeline
from sparcelearn.interop._spike_features import spike_features
from sparcelearn.interop._to_pynn import pause_steps
from sparcelearn.reservoir import (
    LIF,
    AdEx,
    ConductanceLIF,
    EchoStateReservoir,
    HodgkinHuxley,
    Izhikevich,
    NeuronModel,
    SpikingReservoir,
    TsodyksMarkram,
    Uniform,
    neurons,
)
from sparcelearn.reservoir._model_parameters import computed
from sparcelearn.reservoir.input_wiring import Projection
from tests.reservoir.helpers import SILENT

pytestmark = pytest.mark.filterwarnings(SILENT)
X = np.random.RandomState(0).rand(6, 12, 3)
AS_IT_IS = {"input_scaling": 1.0, "substeps": 1, "dt": 0.1}  # nothing is measured, or compiled


def reservoir(neuron=LIF, X=X, **parameters):
    settings = {"n_units": 8, "backend": "numpy", "random_state": 0, "steps_per_input": 2}
    return SpikingReservoir(neuron=neuron, **{**settings, **parameters}).fit(X)


def test_constants_are_in_the_units_of_pynn():
    cell, constants = cell_of(reservoir(LIF(r_mem=4.0, t_ref=1.4), dt=0.5))
    assert cell.name == "IF_curr_exp"
    assert constants == {
        "cm": 5.0,  # nF, of 20 ms and 4 MOhm
        "tau_m": 20.0,
        "v_rest": 0.0,
        "v_reset": 0.0,
        "v_thresh": 1.0,
        "tau_syn_E": 5.0,
        "tau_syn_I": 10.0,
        "tau_refrac": 1.5,  # whole steps, as it is simulated here
        "i_offset": 0.0,
    }


@pytest.mark.parametrize(
    ("neuron", "name", "expected"),
    [
        (ConductanceLIF, "IF_cond_exp", {"cm": 0.2, "tau_m": 20.0, "e_rev_I": -80.0}),
        (AdEx, "EIF_cond_exp_isfa_ista", {"b": 0.0805, "a": 4.0, "v_spike": 0.0, "cm": 0.281}),
        (HodgkinHuxley, "HH_cond_exp", {"gbar_Na": 20.0, "v_offset": -55.0, "cm": 0.2}),
        (Izhikevich, "Izhikevich", {"a": 0.02, "b": 0.2, "c": -65.0, "d": 8.0}),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_models_in_mv_and_pa_are_handed_over_in_mv_and_na(neuron, name, expected):
    cell, (values, rest) = counterpart(neuron), neuron.draw(np.random.RandomState(0), 2)
    assert (cell.name, cell.drive) == (name, 1e-3)
    assert cell.is_conductance == (cell.weight == 1e-3 and cell.has_synapses)
    constants = {key: computed(key, text, values) for key, text in cell.constants.items()}
    assert constants == pytest.approx({**constants, **expected})
    units = SimpleNamespace(neuron_=neuron, neuron_parameters_=values, rest_=rest, n_units=2)
    assert_allclose(holding_drive(units), 0.0, atol=0.05)  # pA; starts are given with six digits


def test_the_equation_of_the_cell_is_that_of_the_unit():
    """C dV/dt = C / tau_m (V_rest - V) + I, with numbers that differ from unit to unit."""
    units = reservoir(LIF(tau_mem=Uniform(10.0, 30.0), r_mem=Uniform(0.5, 2.0), v_rest=-0.1))
    p, (cell, c) = units.neuron_parameters_, cell_of(units)
    v, drive = 0.7, 1.9
    ours = (p["v_rest"] - v + p["r_mem"] * drive) / p["tau_mem"]
    current = drive * cell.drive + c["i_offset"]
    theirs = (c["v_rest"] - v) / c["tau_m"] + current / c["cm"]
    assert np.ptp(ours) > 0
    assert_allclose(theirs, ours)


def test_a_current_holds_units_where_they_start():
    start = np.linspace(0.0, 0.7, 8)
    units = NeuronModel(**{**vars(LIF), "initial": {"v": start}})
    _, constants = cell_of(reservoir(units(r_mem=2.0)))
    assert_allclose(constants["i_offset"], start / 2)
    moving = NeuronModel(**{**vars(LIF), "initial": {"v": "v_rest", "i_exc": 0.5}})
    with pytest.raises(ValueError, match="i_exc of LIF moves where the units start"):
        cell_of(reservoir(moving))


def test_a_model_is_known_by_its_equations():
    text = LIF.equations.replace(" / tau_mem", "/tau_mem").replace("\n", "\n\n")
    named = NeuronModel(**{**vars(LIF), "equations": text, "name": "Mine"})
    assert cell_of(reservoir(named))[0] is CELLS[LIF]


SPOKEN = {model.name for model in CELLS}
OTHERS = [
    model
    for model in (getattr(neurons, name) for name in neurons.__all__)
    if model.is_spiking and model.name not in SPOKEN
]


@pytest.mark.parametrize("neuron", OTHERS, ids=lambda neuron: neuron.name)
def test_other_models_are_refused_by_name(neuron):
    hint = "take neuron=LIF" if neuron.name == "SoftResetLIF" else "take one of those"
    with pytest.raises(ValueError, match=rf"no standard cell for {neuron.name} units.*: .*{hint}"):
        counterpart(neuron)


def test_the_default_unit_is_refused_before_anything_is_fitted():
    model = PyNNReservoir(SpikingReservoir(4))
    with pytest.raises(ValueError, match="no standard cell for SoftResetLIF"):
        model.fit(X)
    assert not hasattr(model, "reservoir_")


JOINED = {"wiring": sparse.csr_array(np.eye(8)[::-1])}
REFUSED = {
    "adaptive units with synapses": ({"neuron": AdEx, **AS_IT_IS, **JOINED}, "AdEx, which can be"),
    "quadratic units with synapses": ({"neuron": Izhikevich, **AS_IT_IS, **JOINED}, "loop_gain=0"),
    "another peak": ({"neuron": Izhikevich(v_peak=35.0), **AS_IT_IS}, "v_peak=30 mV, not at 35"),
    "gap junctions": ({"gap_junctions": 0.1 * (1 - np.eye(8))}, "gap_junctions are not handed"),
    "counts in rows": (
        {"input_wiring": {"drive": Projection(), "i_exc": Projection()}, **AS_IT_IS},
        "channels",
    ),
    "plasticity": ({"short_term_plasticity": TsodyksMarkram()}, "short_term_plasticity"),
    "a stream": ({"carry_state": True, "X": X[0], "features": "count"}, "carry_state=False"),
    "a membrane": ({"features": ("count", "membrane")}, "features='membrane' is read of a var"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_handed_over_is_told(case):
    parameters, message = REFUSED[case]
    given = {"n_units": 8, "neuron": LIF, "backend": "numpy", "random_state": 0, **parameters}
    rows = given.pop("X", X)
    with pytest.raises(ValueError, match=message):
        PyNNReservoir(SpikingReservoir(**given)).fit(rows)


def test_only_fitted_spiking_reservoirs_are_handed_over():
    with pytest.raises(TypeError, match="must be a SpikingReservoir, not EchoState"):
        to_pynn(EchoStateReservoir(5).fit([[1.0]]), None, [[1.0]])
    with pytest.raises(ValueError, match="not fitted yet"):
        to_pynn(SpikingReservoir(5), None, [[1.0]])
    backend = type(sys)("pyNN.small")
    with pytest.raises(ValueError, match=r"pyNN\.small has no cell IF_curr_exp"):
        to_pynn(reservoir(), backend, X)
    with pytest.raises(ValueError, match=r"pause=1\.0 must be at least 5 ms"):
        PyNNReservoir(SpikingReservoir(4, neuron=LIF), pause=1.0).fit(X)


@pytest.mark.parametrize("name", ["os.path", "../nest", "", "nest;x"])
def test_only_backends_of_pynn_are_imported(name, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyNN", None)
    model = PyNNReservoir(SpikingReservoir(4, neuron=LIF), sim=name)
    if name == "os.path":
        with pytest.raises(ImportError, match=r"pyNN\.os\.path.*sparce-learn\[pynn\]"):
            model.fit(X).transform(X)
    else:
        with pytest.raises(ValueError, match="must be the name of a backend, such as 'nest'"):
            model.fit(X)


@pytest.mark.parametrize(
    "features", ["count", "trace", "first_spike", ("first_spike", "trace", "count")], ids=str
)
@pytest.mark.parametrize("scaling", ["scale", "standardize", None])
def test_features_of_spikes_are_those_that_the_reservoir_reads(features, scaling):
    settings = {
        "features": features, "feature_scaling": scaling, "tau_trace": (5.0, 30.0),
        "n_readouts": 3, "padding": 5, "steps_per_input": 5,
    }  # fmt: skip
    reads = reservoir(n_units=20, **settings)
    long = [np.concatenate([x, np.tile(reads.channel_means_, (5, 1))]) for x in X]
    spikes = reservoir(n_units=20, **settings).set_params(features="spikes")
    trains = spikes.fit(X).transform(long)
    assert len(trains.times) > 100
    assert_allclose(
        spike_features(reads._simulator, trains), reads.transform(X), rtol=1e-5, atol=1e-5
    )


def test_samples_follow_one_another_with_pauses():
    timeline = Timeline(np.array([4, 2]), pause=10, dt=0.5)
    assert_array_equal(timeline.begins, [10, 24])
    assert timeline.duration == 13.5
    assert_array_equal(timeline.row_steps(2), [10, 12, 24])
    steps, units = np.array([25, 13, 10, 10, 15, 26]), np.array([0, 1, 2, 0, 0, 1])
    assert timeline.split(steps, units, 3) == SpikeTrains(
        [0, 0, 1.5, 0.5], [0, 2, 1, 0], [0, 3, 4], 3, [2.0, 1.0]
    )
    with pytest.warns(UserWarning, match="2 spikes came late in a pause"):
        timeline.split(np.array([5, 14, 18, 19, 26]), np.zeros(5, dtype=int), 3)


def test_a_pause_lasts_20_time_constants():
    assert pause_steps(reservoir(), None) == 20 * 20 + 3 + 2
    assert pause_steps(reservoir(), 100.0) == 100
    slow = reservoir(AdEx, **AS_IT_IS)
    assert pause_steps(slow, None) == 10 * 20 * 144 + 3 + 20


def test_it_is_stored_with_its_reservoir(tmp_path):
    model = PyNNReservoir(SpikingReservoir(5, neuron=LIF, random_state=0), setup={"threads": 2})
    sparcelearn.save(tmp_path / "model", model.fit(X))
    again = sparcelearn.load(tmp_path / "model")
    assert again.setup == {"threads": 2}
    assert_array_equal(again.reservoir_.bias_, model.reservoir_.bias_)
    assert list(again.get_feature_names_out()) == list(model.get_feature_names_out())
