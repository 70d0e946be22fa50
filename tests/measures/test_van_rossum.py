"""The van Rossum distance against numerical integration and what must hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparcelearn import SpikeTrains
from sparcelearn.measures import van_rossum


def trains(*samples, n_channels=2):
    return SpikeTrains.from_samples(samples, n_channels, durations=500.0)


def by_integration(times, others, tau_decay, tau_rise, dt=1e-3):
    t = np.arange(0.0, 400.0, dt)
    difference = np.zeros_like(t)
    for sign, spikes in ((1, times), (-1, others)):
        for spike in spikes:
            s = np.maximum(t - spike, 0.0)
            rise = np.exp(-s / tau_rise) if tau_rise else 0.0
            difference += sign * np.where(t >= spike, np.exp(-s / tau_decay) - rise, 0.0)
    return np.trapezoid(difference**2, dx=dt)


@pytest.mark.parametrize(("tau_decay", "tau_rise"), [(10.0, 5.0), (20.0, 0.5), (10.0, 0.0)])
def test_it_equals_integration(tau_decay, tau_rise):
    a, b = [10.0, 17.0, 80.0], [11.5, 60.0]
    found = van_rossum(
        trains((a, [0, 0, 0])), trains((b, [0, 0])), tau_decay, tau_rise, normalize=False
    )
    assert found[0, 0] == pytest.approx(by_integration(a, b, tau_decay, tau_rise), rel=1e-3)
    assert found[0, 1] == 0.0


def test_the_norm_is_that_of_one_spike():
    one, none = trains(([30.0], [0])), trains(([], []))
    a, b = 10.0, 5.0
    expected = a / 2 + b / 2 - 2 * a * b / (a + b)
    assert van_rossum(one, none, normalize=False)[0, 0] == pytest.approx(expected, rel=1e-12)
    t = np.arange(0, 600, 0.01)
    numeric = np.trapezoid((np.exp(-t / a) - np.exp(-t / b)) ** 2, dx=0.01)
    assert numeric == pytest.approx(expected, rel=1e-6)


def test_distance_from_silence_counts_spikes_far_apart():
    far = trains((np.arange(5) * 100.0, [0] * 5), ([0.0, 490.0], [1, 1]))
    silence = trains(([], []), ([], []))
    np.testing.assert_allclose(van_rossum(far, silence), [[5, 0], [0, 2]], atol=1e-3)
    np.testing.assert_allclose(van_rossum(far, far), 0.0, atol=1e-12)
    assert np.array_equal(van_rossum(silence, far), van_rossum(far, silence))


spikes = st.lists(st.integers(0, 300), max_size=6)


@given(spikes, spikes, spikes)
@settings(max_examples=60, deadline=None)
def test_its_root_is_a_metric(a, b, c):
    x, y, z = (trains((np.array(s, dtype=float), [0] * len(s))) for s in (a, b, c))
    distance = {
        name: np.sqrt(van_rossum(p, q)[0, 0])
        for name, p, q in (("xy", x, y), ("yz", y, z), ("xz", x, z), ("yx", y, x))
    }
    assert distance["xy"] == pytest.approx(distance["yx"], abs=1e-6)
    assert distance["xz"] <= distance["xy"] + distance["yz"] + 1e-6
    assert (distance["xy"] < 1e-6) == (sorted(a) == sorted(b))


def test_bad_arguments_are_named():
    one = trains(([30.0], [0]))
    with pytest.raises(ValueError, match="tau_rise < tau_decay"):
        van_rossum(one, one, 5.0, 5.0)
    with pytest.raises(ValueError, match="samples, channels"):
        van_rossum(one, trains(([30.0], [0]), n_channels=3))
    with pytest.raises(TypeError, match="others must be SpikeTrains"):
        van_rossum(one, np.zeros(3))
