"""Short-term plasticity against its recursion."""

import copy
import pickle

import numpy as np
import pytest
from sklearn.base import clone

from sparcelearn import SpikeTrains
from sparcelearn.reservoir import LIF, Normal, SpikingReservoir, TsodyksMarkram, Uniform
from tests.reservoir.helpers import DELTA, SATURATED, SILENT

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]


def recursion(times, utilisation, tau_rec, tau_facil):
    """Strength of each spike: u and x as resources that recover between spikes."""
    u, x, strengths = utilisation, 1.0, []
    for k, time in enumerate(times):
        if k:
            gap = time - times[k - 1]
            x = 1 - (1 - x * (1 - u)) * np.exp(-gap / tau_rec)
            u = utilisation + u * (1 - utilisation) * (np.exp(-gap / tau_facil) if tau_facil else 0)
        strengths.append(u * x)
    return np.array(strengths)


@pytest.mark.parametrize("backend", ["numba", "numpy"])
@pytest.mark.parametrize(
    ("utilisation", "tau_rec", "tau_facil"),
    [(0.5, 800.0, 0.0), (0.05, 125.0, 1200.0), (0.25, 700.0, 20.0), (1.0, 50.0, 0.0)],
)
def test_arriving_strengths_follow_the_recursion(utilisation, tau_rec, tau_facil, backend):
    # unit 0 repeats the events; unit 1 shows in its current what each of its spikes brings
    rng = np.random.RandomState(0)
    times = np.sort(rng.choice(np.arange(300), 25, replace=False)).astype(float)
    made = SpikingReservoir(
        n_units=2,
        neuron=DELTA(tau=1e13, jump=2.0),
        wiring=np.array([[0.0, 1e-3], [0.0, 0.0]]),
        input_wiring=np.array([[2.0, 0.0]]),
        input_scaling=1.0,
        feature_scaling=None,
        short_term_plasticity=TsodyksMarkram(utilisation, tau_rec, tau_facil),
        features="membrane",
        n_readouts=300,
        dtype="float64",
        backend=backend,
    )
    events = SpikeTrains(times, np.zeros(25, int), [0, 25], 1, 301.0)
    made.set_params(n_readouts=301)
    v = made.fit(events).transform(events).reshape(301, 2)[:, 1]
    arrived = np.diff(v, prepend=0.0) / 1e-3
    expected = np.zeros(302)
    expected[times.astype(int) + 1] = recursion(times, utilisation, tau_rec, tau_facil)
    np.testing.assert_allclose(arrived, expected[:301], atol=1e-11)  # v of 1e-3, read to 1e-16


def test_strengths_are_exact():
    # the state itself, without a membrane in between
    rng = np.random.RandomState(1)
    times = np.sort(rng.choice(np.arange(200), 20, replace=False)).astype(float)
    for parameters in ((0.5, 800.0, 0.0), (0.05, 125.0, 1200.0)):
        made = SpikingReservoir(
            n_units=1,
            neuron=DELTA(tau=1e13, jump=2.0),
            wiring=np.zeros((1, 1)),
            input_wiring=np.array([[2.0]]),
            input_scaling=1.0,
            short_term_plasticity=TsodyksMarkram(*parameters),
            carry_state=True,
            dtype="float64",
        )
        events = SpikeTrains(times, np.zeros(20, int), [0, 20], 1, 201.0)
        u, x, step = made.partial_fit(events).state_["resources"][:, 0]
        assert step == times[-1]
        np.testing.assert_allclose(u * x, recursion(times, *parameters)[-1], atol=1e-12)


def plastic(**parameters):
    synapse = TsodyksMarkram(Uniform(0.1, 0.9), Normal(200.0, 20.0), 50.0)
    defaults = {"n_units": 30, "steps_per_input": 5, "delay": 2.0, "loop_gain": 0.8}
    defaults |= {"neuron": LIF, "features": ("trace", "count")}
    defaults |= {"short_term_plasticity": synapse, "dtype": "float64", "random_state": 0}
    return SpikingReservoir(**{**defaults, **parameters})


@pytest.mark.parametrize("seed", range(10))
def test_compiled_equals_numpy_and_pieces_the_whole(seed):
    rng = np.random.RandomState(seed)
    rows = rng.rand(40, 3)
    made = plastic(carry_state=True, neuron=LIF(tau_mem=rng.uniform(5, 30)), random_state=seed)
    whole = made.fit(rows).transform(rows)
    pieces = []
    for piece in np.split(rows, [3, 11, 30]):
        pieces.append(made.transform(piece))
        made.partial_fit(piece)
    np.testing.assert_array_equal(np.concatenate(pieces), whole)
    plain = made.set_params(backend="numpy").fit(rows).transform(rows)
    np.testing.assert_array_equal(plain, whole)
    assert whole.any()


def test_samples_start_rested_and_threads_change_nothing():
    X = np.random.RandomState(0).rand(6, 8, 3)
    made = plastic().fit(X)
    together = made.transform(X)
    for k in range(6):
        np.testing.assert_array_equal(made.transform(X[k : k + 1])[0], together[k])
    np.testing.assert_array_equal(made.set_params(n_jobs=2).transform(X), together)
    assert not np.array_equal(
        made.set_params(short_term_plasticity=None).fit(X).transform(X), together
    )
    np.testing.assert_array_equal(clone(plastic()).fit(X).transform(X), together)
    twin = pickle.loads(pickle.dumps(copy.deepcopy(plastic().fit(X))))
    np.testing.assert_array_equal(twin.transform(X), together)


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"utilisation": 0.0}, ValueError, "utilisation must be above 0 and at most 1"),
        ({"utilisation": 1.1}, ValueError, "utilisation must be above 0 and at most 1"),
        ({"tau_rec": 0.0}, ValueError, "tau_rec must be above 0 ms"),
        ({"tau_facil": -1.0}, ValueError, "tau_facil must be at least 0 ms"),
        ({"tau_rec": "long"}, TypeError, "tau_rec must be a number, an array or a Distribution"),
        ({"tau_rec": np.nan}, ValueError, "tau_rec must be finite"),
    ],
)
def test_wrong_numbers_are_named(parameters, error, message):
    with pytest.raises(error, match=message):
        TsodyksMarkram(**parameters)


def test_wrong_sizes_and_types_are_named_by_fit():
    with pytest.raises(ValueError, match="tau_rec has 3 values for 30 units"):
        plastic(short_term_plasticity=TsodyksMarkram(tau_rec=[1.0, 2.0, 3.0])).fit([[1.0]])
    with pytest.raises(ValueError, match="tau_rec must be above 0 ms"):
        plastic(short_term_plasticity=TsodyksMarkram(tau_rec=Normal(0.0, 50.0))).fit([[1.0]])
    with pytest.raises(ValueError, match="'short_term_plasticity' parameter"):
        plastic(short_term_plasticity=0.5).fit([[1.0]])
