"""Reservoirs that run on NEST through PyNN: the same spikes. Only where both are installed."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

from sparcelearn import SpikeTrains
from sparcelearn.interop import PyNNReservoir, to_pynn
from sparcelearn.readouts import FirstSpikeClassifier, SparceClassifier
from sparcelearn.reservoir import (
    LIF,
    AdEx,
    AlphaLIF,
    ConductanceLIF,
    DeltaLIF,
    HodgkinHuxley,
    Izhikevich,
    NeuronModel,
    SpikingReservoir,
    Uniform,
)
from sparcelearn.reservoir.input_wiring import Delays

pytestmark = pytest.mark.filterwarnings("ignore")  # PyNN and NEST tell of their own old names
TRANSFORMERS = [PyNNReservoir(SpikingReservoir(10, neuron=LIF, steps_per_input=5, random_state=0))]


@pytest.fixture(scope="module")
def sim():
    pytest.importorskip("pyNN", reason="PyNN is not installed: pip install 'sparce-learn[pynn]'")
    pytest.importorskip("nest", reason="NEST is not installed: pip install nest-simulator")
    import pyNN.nest

    return pyNN.nest


rng = np.random.RandomState(0)
SEQUENCES = rng.rand(3, 20, 4)
RAGGED = [rng.rand(n, 4) for n in (20, 7)]
EVENTS = SpikeTrains.from_dense((rng.rand(3, 60, 4) < 0.15) * rng.randint(1, 3, (3, 60, 4)))
SPREAD = NeuronModel(**{**vars(LIF), "initial": {"v": Uniform(0.0, 0.9)}})
ALIKE = {
    "rows": (SEQUENCES[0], {}),
    "sequences, a row a step": (SEQUENCES, {"steps_per_input": 1}),
    "sequences of unequal length": (RAGGED, {"loop_gain": 0.8}),
    "a loop with delays of its own": (SEQUENCES, {"loop_gain": 0.8, "delay": Uniform(2.0, 6.0)}),
    "units that differ": (
        SEQUENCES,
        {"neuron": LIF(tau_mem=Uniform(10.0, 30.0), r_mem=2.0), "loop_gain": 0.8},
    ),
    "units that start high": (SEQUENCES, {"neuron": SPREAD, "loop_gain": 0.8}),
    "alpha synapses": (SEQUENCES, {"neuron": AlphaLIF, "loop_gain": 0.8}),
    "jumps": (SEQUENCES, {"neuron": DeltaLIF(t_ref=0.0), "loop_gain": 0.8}),
    "events": (EVENTS, {"loop_gain": 0.8, "delay": 3.0}),
    "events that come late": (EVENTS, {"input_wiring": Delays(10), "dt": 0.5, "substeps": 2}),
}


def both(sim, X, **parameters):
    """Return our spikes and those of PyNN."""
    settings = {"n_units": 60, "neuron": LIF, "dtype": "float64", "random_state": 0}
    reservoir = SpikingReservoir(**{**settings, **parameters}, features="spikes").fit(X)
    network = to_pynn(reservoir, sim, X, threads=2)
    sim.run(network.duration)
    return reservoir.transform(X), network.spikes()


@pytest.mark.parametrize("case", ALIKE)
def test_every_spike_is_the_same(sim, case):
    """Where units are integrated exactly here and there."""
    X, parameters = ALIKE[case]
    ours, theirs = both(sim, X, **parameters)
    assert len(ours.times) > 50
    assert theirs == ours


INTEGRATED = {  # neuron, gain of the loop
    "ConductanceLIF": (ConductanceLIF, 0.5),
    "AdEx": (AdEx, 0.0),
    "Izhikevich": (Izhikevich, 0.0),
    "HodgkinHuxley": (HodgkinHuxley, 0.5),
}


@pytest.mark.parametrize("name", INTEGRATED)
def test_what_each_integrates_in_its_way_fires_alike(sim, name):
    """Rates, and the times of each unit's first spikes, within a millisecond."""
    neuron, gain = INTEGRATED[name]
    settings = {"dt": 0.1, "substeps": 4, "steps_per_input": 40, "loop_gain": gain}
    ours, theirs = both(sim, SEQUENCES, neuron=neuron, **settings)
    assert len(theirs.times) == pytest.approx(len(ours.times), rel=0.02)
    first = [
        [train.times[train.channels == unit][:3] for unit in range(60)] for train in (ours, theirs)
    ]
    apart = [np.abs(a - b) for a, b in zip(*first, strict=True) if len(a) == len(b)]
    assert np.mean(np.concatenate(apart) <= 1) > 0.95


def test_scikit_learns_checks(sim):
    records = check_estimator(TRANSFORMERS[0], on_fail="raise", on_skip=None)
    assert len(records) > 40


def test_readouts_learn_on_what_comes_back(sim):
    X = np.random.RandomState(1).rand(60, 15, 3)
    y = (X.mean(axis=(1, 2)) > 0.5).astype(int)
    settings = {"neuron": LIF, "random_state": 0, "steps_per_input": 5}
    counts = PyNNReservoir(SpikingReservoir(100, **settings), setup={"threads": 2})
    model = make_pipeline(counts, SparceClassifier(random_state=0)).fit(X[:40], y[:40])
    here = make_pipeline(SpikingReservoir(100, **settings), SparceClassifier(random_state=0))
    assert model.score(X[40:], y[40:]) == here.fit(X[:40], y[:40]).score(X[40:], y[40:]) > 0.7
    spikes = PyNNReservoir(SpikingReservoir(20, features="spikes", **settings)).fit(X)
    trains = spikes.transform(X)
    assert isinstance(trains, SpikeTrains)
    assert len(trains) == 60
    make_pipeline(spikes, FirstSpikeClassifier(max_iter=1, random_state=0)).fit(X, y)


def test_blocks_make_no_difference(sim, monkeypatch):
    from sparcelearn.interop import _pynn_reservoir

    model = PyNNReservoir(SpikingReservoir(20, neuron=LIF, random_state=0)).fit(SEQUENCES)
    at_once = model.transform(SEQUENCES)
    monkeypatch.setattr(_pynn_reservoir, "MAX_WORK", 1)
    np.testing.assert_array_equal(model.transform(SEQUENCES), at_once)


def test_a_loop_that_goes_on_by_itself_is_told(sim):
    wiring = np.full((10, 10), 3.0) - 3.0 * np.eye(10)
    settings = {
        "neuron": LIF,
        "wiring": wiring,
        "input_scaling": 5.0,
        "input_wiring": np.ones((1, 10)),
    }
    X = np.ones((2, 20, 1))
    reservoir = SpikingReservoir(10, features="spikes", random_state=0, **settings).fit(X)
    network = to_pynn(reservoir, sim, X)
    sim.run(network.duration)
    with pytest.warns(UserWarning, match="spikes came late in a pause"):
        network.spikes()
