"""Delays: common, per source, per synapse; each exact to the step, each like dense products."""

import numpy as np
import pytest
from scipy import sparse

from sparcelearn import SpikeTrains
from sparcelearn.reservoir import LIF, Gamma, SpikingReservoir
from sparcelearn.reservoir.input_wiring import Projection
from tests.reservoir.helpers import DELTA, SATURATED, SILENT

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]

N_UNITS = 20


def relay(delay, **parameters):
    """Chain units: each spike makes the next unit spike, in the very step it arrives."""
    n = 9
    wiring = sparse.csr_array(np.diag(np.full(n - 1, 2.0), 1))
    made = SpikingReservoir(
        n_units=n,
        neuron=DELTA(tau=1e9, jump=2.0),
        wiring=wiring,
        input_wiring=np.eye(1, n) * 2,
        input_scaling=1.0,
        delay=delay(wiring) if callable(delay) else delay,
        features="spikes",
        **parameters,
    )
    event = SpikeTrains([3.0], [0], [0, 1], 1, 60.0)
    return made.fit(event).transform(event)


def of_synapses(wiring):
    return sparse.csr_array((np.arange(1.0, 9.0), wiring.indices, wiring.indptr), wiring.shape)


@pytest.mark.parametrize("backend", ["numba", "numpy"])
@pytest.mark.parametrize("kind", ["source", "synapse"])
def test_a_spike_arrives_after_every_delay_to_the_step(kind, backend):
    delay = np.append(np.arange(1.0, 9.0), 1.0) if kind == "source" else of_synapses
    spikes = relay(delay, backend=backend)
    np.testing.assert_array_equal(spikes.channels, np.arange(9))
    np.testing.assert_array_equal(spikes.times, 3 + np.cumsum(np.arange(9)))


@pytest.mark.parametrize("delay", range(1, 8))
def test_a_common_delay_is_exact(delay):
    np.testing.assert_array_equal(relay(float(delay)).times, (3 + delay * np.arange(9.0))[:9])


def linear_network(seed):
    """Units that spike by their input alone, and a current that nothing comes of."""
    rng = np.random.RandomState(seed)
    wiring = np.where(rng.rand(N_UNITS, N_UNITS) < 0.3, rng.uniform(-1, 1, (N_UNITS, N_UNITS)), 0)
    wiring = sparse.csr_array(wiring)
    delays = rng.randint(1, 12, wiring.nnz).astype(float)
    return wiring, delays, rng


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("kind", ["source", "synapse"])
def test_delivery_equals_dense_products(kind, seed):
    wiring, delays, rng = linear_network(seed)
    of_sources = rng.randint(1, 12, N_UNITS).astype(float)
    if kind == "source":
        delay, steps = of_sources, np.repeat(of_sources[:, np.newaxis], N_UNITS, axis=1)
    else:
        delay = sparse.csr_array((delays, wiring.indices, wiring.indptr), wiring.shape)
        steps = delay.toarray()
    X = rng.rand(1, 40, 2)
    made = SpikingReservoir(
        n_units=N_UNITS,
        neuron=LIF(r_mem=1.0, tau_exc=7.0, tau_inh=3.0),
        wiring=wiring,
        delay=delay,
        input_wiring=Projection(1.0),
        input_scaling=20.0,
        steps_per_input=1,
        padding=0,
        features=("count", "i_exc", "i_inh"),
        feature_scaling=None,
        n_readouts=40,
        dtype="float64",
        random_state=seed,
    )
    out = made.fit(X).transform(X).reshape(40, 3, N_UNITS)
    spikes, currents = out[:, 0], out[:, 1:]
    expected = np.zeros((2, N_UNITS))
    weights = wiring.toarray()
    for k in range(40):
        expected *= np.exp([[-1 / 7], [-1 / 3]])
        for d in range(1, 12):
            if k >= d:
                due = spikes[k - d] @ np.where(steps == d, weights, 0)
                excitation = spikes[k - d] @ np.where(steps == d, np.maximum(weights, 0), 0)
                expected += [excitation, excitation - due]
        np.testing.assert_allclose(currents[k], expected, atol=1e-12)
    assert spikes.sum() > 20


@pytest.mark.parametrize("seed", range(10))
def test_compiled_equals_numpy_and_pieces_the_whole(seed):
    wiring, delays, rng = linear_network(seed)
    rows = rng.rand(30, 2)
    made = SpikingReservoir(
        n_units=N_UNITS,
        wiring=wiring,
        delay=sparse.csr_array((delays, wiring.indices, wiring.indptr), wiring.shape),
        steps_per_input=3,
        features=("trace", "count", "membrane"),
        carry_state=True,
        dtype="float64",
        random_state=seed,
    )
    whole = made.fit(rows).transform(rows)
    pieces = []
    for piece in np.split(rows, [7, 8, 20]):
        pieces.append(made.transform(piece))
        made.partial_fit(piece)
    np.testing.assert_array_equal(np.concatenate(pieces), whole)
    plain = made.set_params(backend="numpy").fit(rows).transform(rows)
    np.testing.assert_array_equal(plain, whole)
    assert whole.any()


def test_equal_delays_are_one_delay():
    X = np.random.RandomState(0).rand(2, 10, 2)
    made = SpikingReservoir(N_UNITS, delay=3.0, loop_gain=0.8, random_state=0)
    one = made.fit(X).transform(X)
    weights = made.recurrent_weights_
    alike = sparse.csr_array((np.full(weights.nnz, 3.0), weights.indices, weights.indptr))
    for delay in (np.full(N_UNITS, 3.0), alike):
        np.testing.assert_array_equal(made.set_params(delay=delay).fit(X).transform(X), one)


def test_a_distribution_draws_a_delay_for_each_synapse():
    X = np.random.RandomState(0).rand(2, 10, 2)
    made = SpikingReservoir(100, delay=Gamma(6.0, 0.5), loop_gain=0.8, random_state=0).fit(X)
    assert made.delay_steps_.shape == made.recurrent_weights_.data.shape
    assert abs(made.delay_steps_.mean() - 6.0) < 0.3
    assert made.delay_steps_.min() >= 1
    np.testing.assert_array_equal(made.fit(X).transform(X), made.transform(X))


@pytest.mark.parametrize(
    ("delay", "message"),
    [
        (np.ones(7), r"delay has shape \(7,\); an array gives one delay for each of the 20"),
        (np.zeros(N_UNITS), "delay=0.0 to 0.0 must be from 1 to"),
        (np.full(N_UNITS, np.nan), "must be from 1 to"),
        (sparse.eye_array(N_UNITS), "must have an entry for each synapse"),
        (sparse.csr_array((3, 3)), "must have an entry for each synapse"),
        (Gamma(1e9, 0.1), "must be from 1 to"),
        (0.2, "delay=0.2 must be from 1 to"),
        ("long", "'delay' parameter"),
    ],
)
def test_wrong_delays_are_named(delay, message):
    made = SpikingReservoir(n_units=N_UNITS, delay=delay, loop_gain=0.8)
    with pytest.raises(ValueError, match=message):
        made.fit(np.ones((2, 3, 1)))
    assert not hasattr(made, "delay_steps_")
