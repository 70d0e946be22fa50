"""Chaotic series: against tight references, at any step, with their exponents."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sparcelearn.datasets import make_henon, make_lorenz, make_mackey_glass, make_rossler


def mackey_glass_by_runge_kutta(history, end, h=1 / 64, tau=17.0, beta=0.2, gamma=0.1, n=10.0):
    """Integrate with classical Runge-Kutta; half steps of the past by Hermite's cubic."""
    lag = round(tau / h)
    x, slopes = [history] * (lag + 1), [0.0] * (lag + 1)

    def slope(now, then):
        return beta * then / (1 + then**n) - gamma * now

    x_now = history
    slopes[-1] = slope(history, history)
    for _ in range(round(end / h)):
        a, b, da, db = x[-1 - lag], x[-lag], slopes[-1 - lag], slopes[-lag]
        if len(x) == lag + 1:
            da = 0.0
        if len(x) == 2 * lag:  # the corner at 0: from the left the past was constant
            db = 0.0
        middle = (a + b) / 2 + h * (da - db) / 8
        k1 = slope(x_now, a)
        k2 = slope(x_now + h / 2 * k1, middle)
        k3 = slope(x_now + h / 2 * k2, middle)
        k4 = slope(x_now + h * k3, b)
        x_now += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        x.append(x_now)
        slopes.append(slope(x_now, b))
    return np.array(x[lag:])


def test_mackey_glass_against_a_tight_reference():
    reference = mackey_glass_by_runge_kutta(1.2, 300)
    for dt, every in ((1.0, 64), (0.25, 16), (1 / 64, 1)):
        n = round(300 / dt) + 1
        x = make_mackey_glass(n, dt=dt, history=1.2, transient=0.0)[:, 0]
        assert_allclose(x, reference[::every], atol=2e-6)


@pytest.mark.parametrize("dt", [0.37, 2.0, 17.0, 40.0])
def test_mackey_glass_does_not_depend_on_the_step(dt):
    fine = make_mackey_glass(20_001, dt=0.01, history=1.2, transient=0.0)[:, 0]
    times = np.arange(int(200 / dt) + 1) * dt
    x = make_mackey_glass(len(times), dt=dt, history=1.2, transient=0.0)[:, 0]
    assert_allclose(x, np.interp(times, np.arange(20_001) * 0.01, fine), atol=1e-5)


def test_mackey_glass_without_chaos_settles():
    x = make_mackey_glass(100, tau=2.0, history=0.5, transient=3000.0)
    assert_allclose(x, 1, atol=1e-6)  # the fixed point: beta / (1 + x**n) = gamma
    x = make_mackey_glass(5000, random_state=0)
    assert 0.2 < x.min() < 0.5
    assert 1.2 < x.max() < 1.4
    later = make_mackey_glass(10, transient=150.0, history=1.1)
    assert_allclose(later, make_mackey_glass(160, transient=0.0, history=1.1)[150:], atol=1e-9)


def test_the_exponent_of_lorenz():
    """A tangent along the series, by Runge-Kutta with rows 0, 1 and 2 of each double step."""
    rows = make_lorenz(60_001, dt=0.01, random_state=0)

    def jacobian_times(state, v):
        x, y, z = state
        return np.array(
            [10 * (v[1] - v[0]), (28 - z) * v[0] - v[1] - x * v[2],
             y * v[0] + x * v[1] - 8 / 3 * v[2]]
        )  # fmt: skip

    v, total, h = np.array([1.0, 0, 0]), 0.0, 0.02
    for first, middle, last in zip(rows[:-2:2], rows[1::2], rows[2::2], strict=True):
        k1 = jacobian_times(first, v)
        k2 = jacobian_times(middle, v + h / 2 * k1)
        k3 = jacobian_times(middle, v + h / 2 * k2)
        k4 = jacobian_times(last, v + h * k3)
        v = v + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        total += np.log(size := np.linalg.norm(v))
        v = v / size
    assert_allclose(total / 600, 0.906, atol=0.06)


def test_lorenz_does_not_depend_on_the_step_and_obeys_its_equations():
    fine = make_lorenz(2001, dt=0.001, random_state=0)
    assert_allclose(make_lorenz(101, dt=0.02, random_state=0), fine[::20], atol=1e-5)
    x, y, z = fine.T
    expected = np.stack([10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z], axis=1)[2:-2]
    slopes = (fine[:-4] - 8 * fine[1:-3] + 8 * fine[3:-1] - fine[4:]) / 0.012
    assert_allclose(slopes, expected, atol=1e-3)


def test_rossler_obeys_its_equations_and_turns_around():
    fine = make_rossler(20_001, dt=0.01, random_state=0)
    x, y, z = fine.T
    expected = np.stack([-y - z, x + 0.2 * y, 0.2 + z * (x - 5.7)], axis=1)[2:-2]
    slopes = (fine[:-4] - 8 * fine[1:-3] + 8 * fine[3:-1] - fine[4:]) / 0.12
    assert_allclose(slopes, expected, atol=2e-3)
    turns = np.unwrap(np.arctan2(y, x))[-1] / (2 * np.pi)
    assert_allclose(200 / abs(turns), 5.86, atol=0.1)  # mean period of a turn


def test_henon_follows_its_map():
    rows = make_henon(4000, random_state=0)
    assert_allclose(rows[1:, 0], 1 - 1.4 * rows[:-1, 0] ** 2 + rows[:-1, 1], rtol=1e-12)
    assert_allclose(rows[1:, 1], 0.3 * rows[:-1, 0])
    # the exponent, from products of the map's derivative
    direction, total = np.array([1.0, 0.0]), 0.0
    for x, _ in rows:
        direction = np.array([-2.8 * x * direction[0] + direction[1], 0.3 * direction[0]])
        total += np.log(np.linalg.norm(direction))
        direction /= np.linalg.norm(direction)
    assert_allclose(total / len(rows), 0.419, atol=0.02)


@pytest.mark.parametrize(
    ("make", "options"),
    [(make_henon, {"a": 3.0}), (make_rossler, {"initial_state": [50.0, 0, 0], "a": 5.0})],
)
def test_what_diverges_is_told(make, options):
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="diverges"):
        make(200, random_state=0, **options)


def test_a_start_of_the_wrong_size_is_refused():
    with pytest.raises(ValueError, match="initial_state"):
        make_lorenz(initial_state=[1.0, 2.0])


def test_transients_are_dropped():
    whole = make_lorenz(60, dt=0.1, transient=0.0, random_state=0)
    assert_allclose(make_lorenz(30, dt=0.1, transient=3.0, random_state=0), whole[30:], atol=1e-6)
    assert_array_equal(
        make_henon(5, n_discard=5, random_state=0), make_henon(10, n_discard=0, random_state=0)[5:]
    )
