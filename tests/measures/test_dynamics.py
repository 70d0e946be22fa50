"""Lyapunov exponents, ranks, separation, dimension: systems whose values are known."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from sparcelearn.measures import (
    effective_dimension,
    generalization_rank,
    kernel_quality,
    lyapunov_exponent,
    participation_ratio,
    separation,
)
from sparcelearn.reservoir import LIF, EchoStateReservoir, SpikingReservoir


def tanh_net(gain, n_units=100, seed=0):
    """Return the step of a random network and the logarithm of its spectral radius."""
    W = gain * np.random.default_rng(seed).normal(size=(n_units, n_units)) / np.sqrt(n_units)
    return (lambda x: np.tanh(W @ x)), np.log(abs(np.linalg.eigvals(W)).max())


def test_logistic_map():
    exponent = lyapunov_exponent(lambda x: 4 * x * (1 - x), [0.3], n_steps=20_000, washout=100)
    assert exponent == pytest.approx(np.log(2), abs=2e-3)


@pytest.mark.parametrize("interval", [1, 10])
def test_a_quiet_network_shrinks_by_its_spectral_radius(interval):
    step, expected = tanh_net(0.5)
    exponent = lyapunov_exponent(
        step, np.zeros(100), n_steps=2000, washout=500, interval=interval, random_state=0
    )
    assert exponent == pytest.approx(expected, abs=5e-3)


def test_a_strong_network_is_chaotic():
    step, _ = tanh_net(1.5, n_units=300)
    start = np.random.default_rng(0).normal(size=300)
    assert lyapunov_exponent(step, start, n_steps=2000, washout=500, random_state=0) > 0.02


@pytest.mark.parametrize("radius", [0.5, 0.9])
def test_a_rate_reservoir_without_input(radius):
    reservoir = EchoStateReservoir(
        60,
        leak_rate=1.0,
        spectral_radius=radius,
        input_scaling=1.0,
        carry_state=True,
        random_state=0,
    ).fit(np.zeros((2, 1)))
    before = reservoir.state_["variables"].copy()
    exponent = lyapunov_exponent(reservoir, np.zeros((600, 1)), washout=200, random_state=0)
    assert exponent == pytest.approx(np.log(radius), abs=0.01)
    assert np.array_equal(reservoir.state_["variables"], before)


def test_a_spiking_reservoir_that_stays_below_threshold_decays_with_its_slowest_constant():
    neuron = LIF(v_threshold=1e6, tau_mem=20.0, tau_exc=5.0, tau_inh=5.0)
    with pytest.warns(UserWarning, match="silent"):
        reservoir = SpikingReservoir(
            20,
            neuron=neuron,
            input_scaling=1.0,
            carry_state=True,
            steps_per_input=1,
            dtype="float64",
            tau_trace=10.0,
            random_state=0,
        ).fit(np.ones((5, 2)))
    exponent = lyapunov_exponent(reservoir, np.ones((300, 2)), washout=100, d0=1e-3)
    assert exponent == pytest.approx(-1 / 20, rel=0.01)


def test_a_spiking_reservoir_gives_a_finite_pseudo_exponent():
    rng = np.random.default_rng(0)
    reservoir = SpikingReservoir(
        50, carry_state=True, steps_per_input=1, dtype="float64", random_state=0
    ).fit(rng.random((200, 3)))
    values = [
        lyapunov_exponent(reservoir, rng.random((150, 3)), d0=1e-3, interval=5, random_state=k)
        for k in range(2)
    ]
    assert np.all(np.isfinite(values)) and np.all(np.abs(values) < 5)


@pytest.mark.parametrize(
    "change, message",
    [({"d0": 0.0}, "d0"), ({"n_steps": 0}, "n_steps"), ({"washout": 5, "n_steps": 6}, "rows")],
)
def test_bad_parameters_of_the_exponent_are_named(change, message):
    reservoir = EchoStateReservoir(5, carry_state=True).fit(np.zeros((2, 1)))
    with pytest.raises(ValueError, match=message):
        lyapunov_exponent(reservoir, np.zeros((10, 1)), **change)
    with pytest.raises(ValueError, match="carry_state"):
        lyapunov_exponent(EchoStateReservoir(5).fit(np.zeros((2, 1))), np.zeros((10, 1)))


def test_copies_that_meet_have_no_exponent():
    assert lyapunov_exponent(lambda x: 0 * x, [1.0, 2.0]) == -np.inf


def linear_filter_states(inputs, n_units, seed=0):
    """Return the last state of a random linear reservoir for each input sequence."""
    rng = np.random.default_rng(seed)
    W = 0.9 * np.linalg.qr(rng.normal(size=(n_units, n_units)))[0]
    w, X = rng.normal(size=n_units), np.zeros((len(inputs), n_units))
    for values in np.asarray(inputs).T:
        X = X @ W.T + np.outer(values, w)
    return X


@pytest.mark.parametrize("n_inputs", [5, 30, 50])
def test_a_linear_filter_separates_as_many_inputs_as_it_has_units(n_inputs):
    inputs = np.random.default_rng(1).normal(size=(n_inputs, 60))
    assert kernel_quality(linear_filter_states(inputs, 50)) == n_inputs
    assert kernel_quality(linear_filter_states(inputs, 50).astype(np.float32)) == n_inputs
    assert kernel_quality(linear_filter_states(inputs, 4)) == 4
    same = np.tile(inputs[:1], (n_inputs, 1))
    assert generalization_rank(linear_filter_states(same, 50)) == 1


def test_tolerance_of_ranks_is_relative():
    assert kernel_quality(np.diag([100.0, 1.0, 0.1]), tol=0.005) == 2


def test_separation_of_a_linear_map_is_proportional():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(8, 3, 2))
    orthogonal = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    d_in, d_out = separation(3 * inputs.reshape(8, 6) @ orthogonal, inputs)
    np.testing.assert_allclose(d_out, 3 * d_in)
    assert d_in[0] == pytest.approx(np.sqrt(np.mean((inputs[0] - inputs[1]) ** 2)))


def test_dimension_of_independent_units():
    X = np.random.default_rng(0).normal(size=(5000, 100))
    assert participation_ratio(X) == pytest.approx(100 / (1 + 100 / 5000), abs=0.3)
    assert participation_ratio(X.T) < 100 and participation_ratio(np.outer(X[:, 0], [1, 2])) == (
        pytest.approx(1)
    )
    assert np.isnan(participation_ratio(np.ones((5, 2))))


@pytest.mark.parametrize("ridge", [0.1, 30.0])
def test_effective_dimension_is_the_trace_of_the_hat_matrix(ridge):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 6)) * [5, 3, 1, 1, 0.3, 0.1]
    hat = Ridge(alpha=ridge).fit(X, np.eye(40)).predict(X)  # the intercept takes one more
    assert effective_dimension(X, ridge) == pytest.approx(np.trace(hat) - 1)
    assert effective_dimension(np.hstack([X, X]), 0.0) == 6
    with pytest.raises(ValueError, match="ridge"):
        effective_dimension(X, -1.0)
