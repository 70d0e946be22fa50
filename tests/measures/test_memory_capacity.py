"""Memory and information processing capacity: reservoirs whose capacity is known."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from sparcelearn.measures import (
    information_processing_capacity,
    memory_capacity,
    memory_function,
    participation_ratio,
)


def linear_states(matrix, u, washout, seed=0):
    """Run x(t) = W x(t-1) + w u(t) and return the states after the wash-out."""
    weights = np.random.default_rng(seed).normal(size=len(matrix))
    x, states = np.zeros(len(matrix)), []
    for value in u:
        x = matrix @ x + weights * value
        states.append(x)
    return np.array(states)[washout:], u[washout:]


def delay_line(u, n_delays, first=1):
    return np.stack([np.roll(u, k) for k in range(first, first + n_delays)], axis=1)[n_delays:]


def test_a_delay_line_holds_its_length():
    u = np.random.default_rng(0).uniform(-1, 1, 20_010)
    X = delay_line(u, 10)
    assert 10 - 1e-9 <= memory_capacity(X, u[10:], 40) <= 10.02
    curve = memory_function(X, u[10:], 40)
    np.testing.assert_allclose(curve, [0, *[1] * 10, *[0] * 30], atol=0.02)


@pytest.mark.parametrize("kind", ["random", "orthogonal"])
def test_a_linear_reservoir_holds_as_much_as_it_has_units(kind):
    rng = np.random.default_rng(1)
    matrix = rng.normal(size=(50, 50))
    if kind == "orthogonal":
        matrix = np.linalg.qr(matrix)[0]
    matrix *= 0.95 / abs(np.linalg.eigvals(matrix)).max()
    X, u = linear_states(matrix, rng.uniform(-1, 1, 20_500), 500)
    assert memory_capacity(X, u, 200) == pytest.approx(50, abs=0.3)
    assert participation_ratio(X) < 15  # all that capacity lies in few directions
    if kind == "orthogonal":
        assert 50 < memory_capacity(X, u, 200, threshold=0.0) < 50.5
    else:  # so small that most is gone under a little noise
        noisy = X + 1e-3 * X.std() * rng.normal(size=X.shape)
        assert memory_capacity(noisy, u, 200) < 40


def test_capacity_is_the_r2_of_the_best_linear_readout():
    rng = np.random.default_rng(2)
    u = rng.uniform(-1, 1, 600)
    X = np.tanh(delay_line(u, 3) @ rng.normal(size=(3, 5)))
    u = u[3:]
    expected = [
        LinearRegression().fit(X[8:], u[8 - k : len(u) - k]).score(X[8:], u[8 - k : len(u) - k])
        for k in range(9)
    ]
    np.testing.assert_allclose(memory_function(X, u, 8, threshold=0.0), expected, atol=1e-10)


def test_states_that_repeat_or_stand_still_add_nothing():
    u = np.random.default_rng(3).uniform(-1, 1, 2000)
    X = delay_line(u, 4)
    padded = np.hstack([X, X[:, :2] + X[:, 1:3], np.ones((len(X), 1))])
    assert memory_capacity(padded, u[4:], 10) == pytest.approx(memory_capacity(X, u[4:], 10))
    assert memory_capacity(np.ones((100, 3)), u[:100], 10) == 0


def test_chance_does_not_pass():
    rng = np.random.default_rng(4)
    X, u = rng.normal(size=(5000, 20)), rng.uniform(-1, 1, 5000)
    assert memory_capacity(X, u, 100) == 0
    assert memory_capacity(X, u, 100, threshold=0.0) == pytest.approx(101 * 20 / 5000, rel=0.1)


def test_products_count_by_their_degree():
    u = np.random.default_rng(5).uniform(-1, 1, 20_000)
    delayed = [np.roll(u, k) for k in range(1, 5)]
    square = (3 * np.roll(u, 3) ** 2 - 1) / 2
    X = np.stack([*delayed, np.roll(u, 1) * np.roll(u, 2), square], axis=1)[4:]
    capacities = information_processing_capacity(X, u[4:], max_degree=3, max_delay=[20, 8, 4])
    np.testing.assert_allclose(capacities, [4, 2, 0], atol=0.01)
    assert capacities[0] == pytest.approx(memory_capacity(X, u[4:], 20), abs=1e-6)


def test_a_reservoir_that_forgets_has_as_much_capacity_as_units():
    """Even where it is nonlinear: x = tanh(input of three delays), read by five units."""
    rng = np.random.default_rng(6)
    u = rng.uniform(-1, 1, 20_000)
    X = np.tanh(delay_line(u, 2, first=0) @ rng.normal(size=(2, 5)))
    total = information_processing_capacity(X, u[2:], max_degree=9, max_delay=1).sum()
    assert total == pytest.approx(5, abs=0.1)
    assert information_processing_capacity(X, u[2:], 1, 1)[0] <= 2 + 1e-9


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((np.zeros((9, 2)), np.zeros(8), 2), "inconsistent numbers"),
        ((np.zeros((9, 2)), np.zeros((9, 2)), 2), "u must be one signal"),
        ((np.zeros((9, 2)), np.zeros(9), 8), "max_delay must be from 0 to 2 less"),
        ((np.full((9, 2), np.nan), np.zeros(9), 2), "NaN"),
    ],
)
def test_bad_input_of_memory_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        memory_capacity(*arguments)


def test_bad_parameters_are_named():
    X, u = np.eye(9), np.linspace(-1, 1, 9)
    with pytest.raises(ValueError, match="threshold must be"):
        memory_capacity(X, u, 2, threshold="high")
    with pytest.raises(ValueError, match=r"u must be uniform in \[-1, 1\]"):
        information_processing_capacity(X, 2 * u, 1, 2)
    with pytest.raises(ValueError, match="max_degree"):
        information_processing_capacity(X, u, 0, 2)
    with pytest.raises(ValueError, match="max_delay must have a value"):
        information_processing_capacity(X, u, 3, [1, 2])
