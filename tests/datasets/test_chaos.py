"""More chaotic series: each is a solution of its equations, and none depends on the step."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sparcelearn.datasets import (
    make_double_scroll,
    make_kuramoto_sivashinsky,
    make_logistic_map,
    make_lorenz96,
    make_multiscroll,
    make_rabinovich_fabrikant,
)


def double_scroll(v1, v2, current):
    g = (v1 - v2) / 3.44 + 2 * 2.25e-5 * np.sinh(11.6 * (v1 - v2))
    return v1 / 1.2 - g, g - current, v2 - 0.193 * current


def chen(x, y, z):
    return 40 * (y - x), -12 * x - x * z + 28 * y, x * y - 3 * z


def rabinovich_fabrikant(x, y, z):
    g = 0.87
    return y * (z - 1 + x**2) + g * x, x * (3 * z + 1 - x**2) + g * y, -2 * z * (1.1 + x * y)


def lorenz96(*x):
    n = len(x)
    return [(x[(i + 1) % n] - x[i - 2]) * x[i - 1] - x[i] + 8 for i in range(n)]


FLOWS = [
    (make_double_scroll, double_scroll, {}),
    (make_multiscroll, chen, {}),
    (make_rabinovich_fabrikant, rabinovich_fabrikant, {}),
    (make_lorenz96, lorenz96, {"n_sites": 7}),
]


@pytest.mark.parametrize(("make", "field", "more"), FLOWS, ids=lambda x: getattr(x, "__name__", ""))
def test_slopes_are_those_of_the_equations(make, field, more):
    rows = make(401, dt=1e-3, random_state=0, **more)
    slopes = (rows[2:] - rows[:-2]) / 2e-3
    expected = np.transpose(field(*rows[1:-1].T))
    assert_allclose(slopes, expected, atol=2e-3 * np.abs(expected).max())
    coarse = make(5, dt=0.1, random_state=0, **more)
    assert_allclose(coarse, rows[::100], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("make", "field", "more"), FLOWS, ids=lambda x: getattr(x, "__name__", ""))
def test_small_differences_grow(make, field, more):
    """They are chaotic: a difference of 1e-6 becomes a thousand times as large."""
    time = {make_double_scroll: 0.5, make_rabinovich_fabrikant: 0.3}.get(make, 0.05)
    rows = make(600, dt=time, random_state=0, **more)
    assert np.all(rows.std(axis=0) > 0.01)
    near = make(600, dt=time, initial_state=rows[0] + 1e-6, transient=0.0, random_state=0, **more)
    assert np.abs(near - rows).max() > 1e-3


def test_the_logistic_map():
    x = make_logistic_map(1000, r=3.8, random_state=0)[:, 0]
    assert_allclose(x[1:], 3.8 * x[:-1] * (1 - x[:-1]))
    assert np.mean(np.log(np.abs(3.8 - 7.6 * x))) == pytest.approx(0.43, abs=0.03)  # its exponent
    assert_allclose(make_logistic_map(10, r=2.0, random_state=1), 0.5)
    with pytest.raises(ValueError, match=r"r=4\.1 must be"):
        make_logistic_map(10, r=4.1)


def test_kuramoto_sivashinsky_solves_its_equation():
    rows = make_kuramoto_sivashinsky(41, n_sites=64, dt=0.005, random_state=0)
    wave = 2 * np.pi / 22 * np.fft.fftfreq(64, 1 / 64)
    modes = np.fft.fft(rows)

    def slope(power):
        return np.fft.ifft((1j * wave) ** power * modes).real

    expected = -rows * slope(1) - slope(2) - slope(4)
    found = (rows[2:] - rows[:-2]) / 0.01
    assert_allclose(found, expected[1:-1], atol=1e-3 * np.abs(expected).max())
    assert_allclose(rows.mean(axis=1), 0, atol=1e-9)


def test_kuramoto_sivashinsky_hardly_depends_on_its_steps_and_is_chaotic():
    fine, coarse = (
        make_kuramoto_sivashinsky(41, steps_per_row=n, transient=0.0, random_state=0)
        for n in (8, 4)
    )
    assert_allclose(fine, coarse, atol=1e-4)
    rows = make_kuramoto_sivashinsky(2000, random_state=0)
    assert 1.0 < rows.std() < 1.6
    assert np.abs(rows).max() < 4
    with pytest.raises(ValueError, match="must be even"):
        make_kuramoto_sivashinsky(10, n_sites=33)


def test_shapes_and_seeds():
    for one, two, shape in (
        (make_double_scroll(5, random_state=0), make_double_scroll(5, random_state=1), (5, 3)),
        (make_multiscroll(5, random_state=0), make_multiscroll(5, random_state=1), (5, 3)),
        (
            make_rabinovich_fabrikant(5, random_state=0),
            make_rabinovich_fabrikant(5, random_state=1),
            (5, 3),
        ),
        (make_lorenz96(5, random_state=0), make_lorenz96(5, random_state=1), (5, 40)),
    ):
        assert one.shape == two.shape == shape
        assert np.any(one != two)
