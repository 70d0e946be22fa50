"""Compiled kernel, numpy backend and hand-written oracle agree, spike for spike."""

import numpy as np
import pytest

from sparcelearn.reservoir import LIF, ConductanceLIF, EchoStateReservoir, SpikingReservoir
from sparcelearn.reservoir.equations._numpy_functions import exp, expm1, exprel, tanh
from sparcelearn.reservoir.kernels import functions
from tests import naive
from tests.reliability.helpers import report, trials
from tests.reservoir.helpers import ADAPTIVE, DELTA, ROUNDED, SATURATED, SILENT

pytestmark = [pytest.mark.filterwarnings(w) for w in (SILENT, SATURATED, ROUNDED)]

NETWORKS_PER_MODEL = trials(125, 80)


def random_model(kind, rng, n_units):
    """Draw a neuron model of one of four structures, with constants that fire."""
    if kind == "lif":
        return LIF(
            tau_mem=rng.uniform(5, 40),
            tau_exc=rng.uniform(2, 10),
            tau_inh=rng.uniform(2, 20),
            t_ref=rng.choice([0.0, 0.5, 1.0, 2.0, 7.0]),
            v_reset=rng.uniform(-0.5, 0.2),
        )
    if kind == "lif_heterogeneous":
        # two different values at least: one value for all units is folded into a constant
        taus = np.append(rng.uniform(5, 40, n_units - 1), 50.0)
        return LIF(tau_mem=taus, t_ref=rng.choice([0.0, 1.0, 3.0], size=n_units))
    if kind == "delta":
        return DELTA(tau=rng.uniform(5, 30), jump=rng.uniform(0.5, 1), t_ref=rng.choice([0.0, 2.0]))
    return ADAPTIVE(a=rng.uniform(0, 0.5), b=rng.uniform(0, 0.3), t_ref=rng.choice([0.0, 1.0, 2.0]))


def random_network(kind, seed):
    """Draw a reservoir with given weights, and input for it."""
    rng = np.random.RandomState(seed)
    smallest = 2 if kind == "lif_heterogeneous" else 1
    n_units, n_channels = rng.randint(smallest, 61), rng.randint(1, 6)
    in_degree = rng.randint(0, n_units + 1)
    sign = np.where(rng.rand(n_units, 1) < 0.7, 1.0, -1.0)
    wiring = sign * rng.uniform(0, 0.4, (n_units, n_units))
    wiring *= rng.rand(n_units, n_units) < in_degree / n_units
    dt = rng.choice([0.1, 0.5, 1.0])
    reservoir = SpikingReservoir(
        n_units=n_units,
        neuron=random_model(kind, rng, n_units),
        wiring=wiring,
        input_wiring=rng.uniform(-1, 2, (n_channels, n_units)),
        input_scaling=rng.uniform(1, 8),
        bias_scaling=rng.choice([0.0, 1.0]),
        delay=dt * rng.choice([1, 2, 5, 13]),
        dt=dt,
        steps_per_input=rng.randint(1, 8),
        padding=0,
        features=("trace", "count", "membrane"),
        feature_scaling=None,
        tau_trace=rng.uniform(5, 50),
        n_readouts=rng.randint(1, 4),
        carry_state=bool(rng.rand() < 0.5),
        dtype="float64",
        random_state=seed,
    )
    lengths = rng.randint(3, 8, size=rng.randint(1, 4))
    X = [rng.uniform(0, 1, (n, n_channels)) * (rng.rand(n, n_channels) < 0.7) for n in lengths]
    return reservoir, X


def outcome(reservoir, X):
    """Run a stream or a batch and return all that can be seen of it."""
    fitted = reservoir.partial_fit(X)
    in_use = np.arange(fitted.n_units) < fitted.state_["n_spikes"][:, np.newaxis]
    # beyond n_spikes the ring holds what was there before, which means nothing
    state = {**fitted.state_, "spikes": np.where(in_use, fitted.state_["spikes"], 0)}
    return {"features": fitted.transform(X), "rates": fitted.firing_rates_, **state}


def compare_backends(kind):
    n_spiking = 0
    for seed in range(NETWORKS_PER_MODEL):
        reservoir, X = random_network(kind, seed)
        compiled = outcome(reservoir.set_params(backend="numba"), X)
        plain = outcome(reservoir.set_params(backend="numpy").fit(X), X)
        for name, value in compiled.items():
            np.testing.assert_array_equal(value, plain[name], err_msg=f"{kind} {seed} {name}")
        n_spiking += compiled["rates"].any()
    return n_spiking


@pytest.mark.parametrize("kind", ["lif", "lif_heterogeneous", "delta", "adaptive"])
def test_compiled_equals_numpy_bit_for_bit(kind):
    n_spiking = compare_backends(kind)
    report(10, f"{kind}: {NETWORKS_PER_MODEL} networks the same to the bit, {n_spiking} spike")
    assert n_spiking > 0.6 * NETWORKS_PER_MODEL  # agreeing on silence proves little


def test_enough_networks_are_compared():
    assert 4 * NETWORKS_PER_MODEL >= 300


def test_compiled_lif_equals_the_hand_written_one():
    n_networks = n_spikes = 0
    for seed in range(50):
        kind = ("lif", "lif_heterogeneous")[seed % 2]
        reservoir, X = random_network(kind, 1000 + seed)
        reservoir.set_params(carry_state=False)
        n_readouts = reservoir.n_readouts
        features = reservoir.fit(X).transform(X)
        every_step = int(min(len(x) for x in X)) * reservoir.steps_per_input
        for x, row in zip(X, features, strict=True):
            record = naive.lif_network(
                x,
                weights=reservoir.recurrent_weights_.toarray(),
                input_weights=reservoir.input_weights_.toarray(),
                bias=reservoir.bias_,
                parameters=reservoir.neuron_parameters_,
                dt=reservoir.dt,
                delay_steps=round(reservoir.delay / reservoir.dt),
                steps_per_input=reservoir.steps_per_input,
            )
            trace, count, v = row.reshape(n_readouts, 3, -1).transpose(1, 0, 2)
            ends = np.array(naive.instants(len(record.spikes), n_readouts)) - 1
            np.testing.assert_array_equal(count, naive.counts(record.spikes, n_readouts))
            np.testing.assert_allclose(
                trace,
                naive.traces(record.spikes, n_readouts, reservoir.dt, reservoir.tau_trace),
                rtol=1e-12,
            )
            np.testing.assert_allclose(v, record.v[ends], rtol=1e-10, atol=1e-12)
            n_spikes += record.spikes.sum()
        # and the spikes of each single step of the shortest sample
        shortest = min(X, key=len)
        raster = (
            reservoir.set_params(n_readouts=every_step, features="count")
            .fit([shortest])
            .transform([shortest])
        )
        record = naive.lif_network(
            shortest,
            weights=reservoir.recurrent_weights_.toarray(),
            input_weights=reservoir.input_weights_.toarray(),
            bias=reservoir.bias_,
            parameters=reservoir.neuron_parameters_,
            dt=reservoir.dt,
            delay_steps=round(reservoir.delay / reservoir.dt),
            steps_per_input=reservoir.steps_per_input,
        )
        np.testing.assert_array_equal(raster.reshape(every_step, -1), record.spikes)
        n_networks += 1
    assert n_networks >= 50
    assert n_spikes > 1000


def test_exponential_euler_agrees_to_rounding():
    rng = np.random.RandomState(0)
    X = rng.rand(3, 10, 2)
    reservoir = SpikingReservoir(
        n_units=20,
        neuron=ConductanceLIF,
        loop_gain=0.5,
        features=("membrane", "g_exc", "count"),
        dtype="float64",
        random_state=0,
    )
    compiled = reservoir.fit(X)
    assert compiled.method_ == "exponential_euler"
    features = compiled.transform(X)
    plain = reservoir.set_params(backend="numpy").fit(X).transform(X)
    np.testing.assert_allclose(features, plain, rtol=1e-10)
    assert compiled.firing_rates_.any()


@pytest.mark.parametrize("seed", range(10))
def test_single_precision_agrees_with_numpy_in_single_precision(seed):
    reservoir, X = random_network("lif", 2000 + seed)
    compiled = outcome(reservoir.set_params(dtype="float32"), X)
    plain = outcome(reservoir.set_params(backend="numpy").fit(X), X)
    assert compiled["features"].dtype == np.float32
    for name, value in compiled.items():
        np.testing.assert_array_equal(value, plain[name], err_msg=name)


@pytest.mark.parametrize("backend", ["numba", "numpy"])
@pytest.mark.parametrize("seed", range(10))
def test_echo_state_equals_the_recursion(seed, backend):
    rng = np.random.RandomState(seed)
    n_channels, n_steps = rng.randint(1, 5), rng.randint(1, 40)
    X = rng.randn(3, n_steps, n_channels)
    reservoir = EchoStateReservoir(
        n_units=rng.randint(1, 60),
        leak_rate=rng.uniform(0.05, 1),
        spectral_radius=rng.uniform(0, 1.2),
        connectivity=rng.uniform(0, 1),
        input_scaling=rng.uniform(0, 2),
        bias_scaling=rng.uniform(0, 1),
        n_readouts=n_steps,
        backend=backend,
        random_state=seed,
    )
    features = reservoir.fit_transform(X)
    for x, row in zip(X, features, strict=True):
        expected = naive.echo_state(
            x,
            weights=reservoir.recurrent_weights_.toarray(),
            input_weights=reservoir.input_weights_.toarray(),
            bias=reservoir.bias_,
            leak_rate=reservoir.leak_rate,
        )
        np.testing.assert_allclose(row.reshape(n_steps, -1), expected, rtol=1e-12, atol=1e-12)


def test_echo_state_of_a_stream_goes_on():
    rng = np.random.RandomState(0)
    rows = rng.randn(30, 2)
    reservoir = EchoStateReservoir(
        n_units=20, input_scaling=1.0, carry_state=True, random_state=0
    ).fit(rows)
    features = reservoir.transform(rows)
    expected = naive.echo_state(
        rows,
        weights=reservoir.recurrent_weights_.toarray(),
        input_weights=reservoir.input_weights_.toarray(),
        bias=reservoir.bias_,
        leak_rate=reservoir.leak_rate,
    )
    np.testing.assert_allclose(features, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_echo_states_side_by_side_are_each_alone_to_the_bit(dtype):
    rng = np.random.RandomState(0)
    lengths = [7] * 45 + [3] * 10 + [7] * 2 + [5] * 33  # full lanes, some, few, and one over
    X = [rng.randn(n, 3) * (rng.rand(n, 3) < 0.7) for n in lengths]
    made = EchoStateReservoir(
        n_units=23, n_readouts=2, bias_scaling=0.5, dtype=dtype, random_state=0
    ).fit(X)
    together = made.transform(X)
    alone = np.concatenate([made.transform([x]) for x in X])
    np.testing.assert_array_equal(together, alone)
    plain = made.set_params(backend="numpy").fit(X).transform(X)
    np.testing.assert_array_equal(together, plain)


def test_the_hyperbolic_tangent_is_as_exact_as_stated():
    x = np.concatenate([np.linspace(-30, 30, 20_001), np.logspace(-20, 2, 1000)])
    for dtype, bound in ((np.float32, 4e-7), (np.float64, 2e-15)):
        values = tanh(x.astype(dtype))
        assert values.dtype == dtype
        np.testing.assert_allclose(
            values, np.tanh(x.astype(dtype).astype(float)), rtol=0, atol=bound
        )
        np.testing.assert_array_equal(tanh(-x.astype(dtype)), -values)


@pytest.mark.parametrize("ours, theirs", [(exp, np.exp), (expm1, np.expm1)])
@pytest.mark.parametrize("dtype, largest", [(np.float32, 86), (np.float64, 708)])
def test_exponentials_are_as_exact_as_stated(ours, theirs, dtype, largest):
    sizes = np.concatenate([np.linspace(0, largest, 20_001), np.logspace(-20, 1.9, 1000)])
    x = np.concatenate([sizes, -sizes]).astype(dtype)
    expected = theirs(x.astype(np.longdouble))
    values = ours(x)
    assert values.dtype == dtype
    assert np.all(abs(values - expected) <= 2 * np.finfo(dtype).eps * abs(expected))
    beyond = np.array([-np.inf, -1000, 1000, np.inf, np.nan], dtype)
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(ours(beyond), theirs(beyond))
    every = np.concatenate([x[::20], beyond])
    compiled = [getattr(functions, ours.__name__)(value) for value in every]
    np.testing.assert_array_equal(ours(every), compiled)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_exprel_has_no_hole_at_zero_and_is_compiled_to_the_same_bits(dtype):
    x = np.concatenate([[0, 1e-13, 1e-11], np.logspace(-9, 1.5, 100)]).astype(dtype)
    x = np.concatenate([x, -x])
    values = exprel(x)
    assert values.dtype == dtype
    np.testing.assert_allclose(values, np.expm1(x) / np.where(x == 0, 1, x) + (x == 0), rtol=1e-5)
    np.testing.assert_array_equal(values, [functions.exprel(value) for value in x])
