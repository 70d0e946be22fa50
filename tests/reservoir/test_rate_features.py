"""What is read of a rate reservoir, and that a unit which overflows spoils its own targets only."""

import itertools

import numpy as np
import pytest

from sparcelearn.reservoir import EchoStateReservoir, LeakyReLU, NeuronModel, Uniform
from tests import naive

N_UNITS, N_READOUTS = 20, 3
SLOW = NeuronModel(
    "dv/dt = (tanh(recurrent + drive - w) - v) / tau; dw/dt = (v - w) / (10 * tau)",
    parameters={"tau": 1.0},
    name="Slow",
)


def reservoir(**parameters):
    common = {"n_readouts": N_READOUTS, "input_scaling": 1.0, "random_state": 0}
    return EchoStateReservoir(N_UNITS, **common | parameters)


def sequences():
    """More of one length than fill the lanes of a kernel, and some of others."""
    rng = np.random.RandomState(0)
    return [rng.uniform(-1, 1, (n, 2)) for n in [11] * 40 + [3, 7, 7]]


def by_kind(features, n_kinds):
    return features.reshape(len(features), N_READOUTS, n_kinds, N_UNITS)


@pytest.mark.parametrize("backend", ["numba", "numpy"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_mean_is_over_the_steps_since_the_instant_before(backend, dtype):
    X = sequences()
    made = reservoir(neuron=SLOW, features=("mean", "w", "state", "v"), dtype=dtype)
    out = by_kind(made.set_params(backend=backend).fit(X).transform(X), 4)
    np.testing.assert_array_equal(out[:, :, 2], out[:, :, 3])
    watched = made.set_params(features=("v", "w"))
    every_step = [
        watched.set_params(n_readouts=len(x)).fit_transform(x[np.newaxis]).reshape(-1, 2, N_UNITS)
        for x in X
    ]
    for row, steps in zip(out, every_step, strict=True):
        instants = naive.instants(len(steps), N_READOUTS)
        for k, (begin, end) in enumerate(itertools.pairwise([0, *instants])):
            expected = steps[begin:end, 0].mean(axis=0)
            np.testing.assert_allclose(row[k, 0], expected, rtol=2e-5, atol=1e-6)
            np.testing.assert_array_equal(row[k, 1], steps[end - 1, 1])
            np.testing.assert_array_equal(row[k, 2], steps[end - 1, 0])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_compiled_means_are_those_of_numpy_to_the_bit(dtype):
    X = sequences()
    made = reservoir(features=("state", "mean"), dtype=dtype).fit(X)
    whole = made.transform(X)
    assert whole.shape == (len(X), N_READOUTS * 2 * N_UNITS)
    assert len(made.get_feature_names_out()) == whole.shape[1]
    np.testing.assert_array_equal(made.set_params(backend="numpy").fit(X).transform(X), whole)
    np.testing.assert_array_equal(made.set_params(n_jobs=2).fit(X).transform(X), whole)


def test_the_mean_of_a_stream_is_that_of_each_row():
    rows = np.random.RandomState(1).rand(30, 2)
    made = EchoStateReservoir(
        N_UNITS, features=("mean", "state"), carry_state=True, random_state=0
    ).fit(rows)
    whole = made.transform(rows)
    np.testing.assert_array_equal(whole[:, :N_UNITS], whole[:, N_UNITS:])
    pieces = []
    for piece in np.split(rows, [1, 4, 20]):
        pieces.append(made.transform(piece))
        made.partial_fit(piece)
    np.testing.assert_array_equal(np.concatenate(pieces), whole)


@pytest.mark.parametrize("features", ["count", "trace", "spikes", (), ("state", "x"), (1,)])
def test_a_feature_that_rate_units_do_not_have_is_named(features):
    with pytest.raises(ValueError, match="features"):
        reservoir(features=features).fit([[1.0, 2.0]])


@pytest.mark.parametrize("n_samples", [1, 40])  # one by one, and in lanes
@pytest.mark.parametrize("backend", ["numba", "numpy"])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_rate_without_bound_reaches_those_only_who_hear_it(backend, n_samples):
    # units 0 to 2 drive themselves to infinity; each of the others hears one of its like only
    wiring = np.zeros((N_UNITS, N_UNITS))
    wiring[range(3), range(3)] = 1e30
    wiring[range(3, N_UNITS), [*range(4, N_UNITS), 3]] = 0.5
    made = EchoStateReservoir(
        N_UNITS,
        neuron=LeakyReLU,
        wiring=wiring,
        spectral_radius=None,
        input_wiring=np.ones((1, N_UNITS)),
        input_scaling=1.0,
        backend=backend,
        random_state=0,
    )
    states = made.fit_transform(np.ones((n_samples, 10, 1)))
    assert (states[:, :3] > 1e250).all()
    np.testing.assert_allclose(states[:, 3:], 2 * (1 - 0.85**10), rtol=1e-12)


def test_rates_on_their_way_cross_the_border_of_a_piece():
    rows = np.random.default_rng(0).normal(size=(30, 2))
    reservoir = EchoStateReservoir(20, delay=Uniform(1.0, 7.0), carry_state=True, random_state=0)
    whole = reservoir.fit(rows).transform(rows)
    pieces = []
    for part in np.split(rows, [1, 2, 9, 20]):
        pieces.append(reservoir.transform(part))
        reservoir.partial_fit(part)
    np.testing.assert_array_equal(np.concatenate(pieces), whole)


def test_where_all_is_finite_no_sample_is_named():
    stepper = EchoStateReservoir(5, carry_state=True, random_state=0).fit([[0.0]])._stepper()
    assert stepper._run() == -1


def test_sequences_with_one_delay_are_each_alone():
    X = np.random.default_rng(0).normal(size=(16, 12, 2))
    reservoir = EchoStateReservoir(20, delay=3.0, random_state=0).fit(X)
    alone = np.concatenate([reservoir.transform(x[np.newaxis]) for x in X])
    np.testing.assert_array_equal(reservoir.transform(X), alone)
    without = EchoStateReservoir(20, random_state=0).fit(X).transform(X)
    assert np.abs(without - alone).max() > 0.01
