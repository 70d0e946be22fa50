"""States that are no longer finite, and what cannot be measured, are told by name."""

import warnings

import numpy as np
import pytest

from sparcelearn.reservoir import (
    EchoStateReservoir,
    HodgkinHuxley,
    LeakyReLU,
    LeakyTanh,
    NeuronModel,
    ResonateAndFire,
    SpikingReservoir,
)
from tests.reliability.helpers import trials

pytestmark = pytest.mark.filterwarnings("ignore:A step of .* is too long:UserWarning")
ONE = {"wiring": np.zeros((1, 1)), "input_wiring": np.ones((1, 1)), "random_state": 0}
SPIKES = {"threshold": "v >= 1", "reset": "v = 0"}
X = np.random.RandomState(0).rand(60, 2)
BACKEND = trials("numba", "numpy")  # a kernel more is compiled for each case


def test_a_step_that_is_too_long_is_told_with_its_cure():
    unit = {"neuron": HodgkinHuxley, "method": "rk4", "dt": 0.1, "substeps": 1}
    reservoir = SpikingReservoir(
        1, **unit, **ONE, input_scaling=1000.0, steps_per_input=1, dtype="float64"
    )
    with pytest.raises(ValueError, match=r"v of unit 0 is nan in step 36 \(3.6 ms\)") as raised:
        reservoir.fit(np.ones((1, 100, 1)))
    for word in ("HodgkinHuxley", "sample 0", "dt=0.1", "'rk4'", "smaller dt", "exponential_euler"):
        assert word in str(raised.value)
    assert not hasattr(reservoir, "state_")


@pytest.mark.parametrize("backend", ["numba", "numpy"])
@pytest.mark.parametrize(("first", "second"), [("0", "sqrt(w - 1)"), ("sqrt(w - 1)", "0")])
def test_maximum_hides_no_nan(first, second, backend):
    equations = f"dv/dt = drive; dw/dt = minimum({first}, maximum({second}, {first}))"
    neuron = NeuronModel(equations, **SPIKES, excitatory="v")
    unit = SpikingReservoir(1, neuron=neuron, **ONE, input_scaling=0.1, method="euler")
    unit.set_params(backend=backend)
    with pytest.raises(ValueError, match="w of unit 0 is nan in step 0"):
        unit.fit(np.ones((1, 3, 1)))


@pytest.mark.parametrize("backend", ["numba", "numpy"])
@pytest.mark.parametrize("n_samples", [1, 40])  # alone, and side by side
def test_the_first_sample_and_step_are_found(n_samples, backend):
    lengths = np.full(n_samples, 30)
    samples = [np.zeros((length, 1)) for length in lengths]
    bad = n_samples // 2
    neuron = NeuronModel("dv/dt = exp(1000 * drive) * v - v + drive", initial={"v": 0.0})
    reservoir = EchoStateReservoir(
        1, neuron=neuron, **ONE, input_scaling=1.0, leak_rate=1.0, backend=backend
    ).fit(samples)
    samples[bad][7] = 1.0
    with pytest.raises(ValueError, match=f"is nan in step 7 in sample {bad} of X"):
        reservoir.transform(samples)
    assert np.isfinite(reservoir.transform(samples[:bad] or [np.zeros((3, 1))])).all()


def test_rates_that_grow_are_told_on_a_stream_and_leave_it_as_it_was():
    growing = EchoStateReservoir(20, neuron=LeakyReLU, spectral_radius=9.0, random_state=0)
    growing.set_params(input_scaling=1.0, carry_state=True).fit(X[:5])
    before = {name: array.copy() for name, array in growing.state_.items()}
    with pytest.raises(ValueError, match="spectral_radius"):
        growing.partial_fit(np.ones((3000, 2)))
    for name, array in before.items():
        np.testing.assert_array_equal(growing.state_[name], array)
    growing.partial_fit(X[:5])


def test_sound_networks_raise_no_alarm():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for seed in range(10):
            for neuron in (LeakyTanh, LeakyReLU):
                reservoir = EchoStateReservoir(20, neuron=neuron, random_state=seed)
                assert np.isfinite(reservoir.fit_transform(X)).all()


@pytest.mark.parametrize(
    ("equations", "excitatory", "what"),
    [
        ("dv/dt = drive - sqrt(v) + i; di/dt = -i/5", "i", "never spike"),
        ("dv/dt = drive + v + i; di/dt = -i/5", "i", "grows without bound"),
        ("dv/dt = i - v + 0*drive; di/dt = -i/5", "i", "never spike"),
        ("du/dt = drive - u; dv/dt = u - v", "v", "does not reach u"),
        ("dv/dt = drive - v; di/dt = -i/5", "i", "does not reach v"),
    ],
)
def test_what_is_divided_by_is_looked_at(equations, excitatory, what):
    neuron = NeuronModel(equations, **SPIKES, excitatory=excitatory)
    reservoir = SpikingReservoir(10, neuron=neuron, loop_gain=0.5, backend=BACKEND, random_state=0)
    with pytest.raises(ValueError, match=what) as raised:
        reservoir.fit(X)
    assert "loop_gain" in str(raised.value)


def test_recurrent_belongs_to_rate_units():
    with pytest.raises(ValueError, match="reads 'recurrent', which is for rate units"):
        NeuronModel("dv/dt = (drive + recurrent - v) / 10", **SPIKES, excitatory="v")


def test_units_without_a_gain_have_no_recurrence_unless_it_is_asked_for():
    stream = SpikingReservoir(8, neuron=ResonateAndFire, carry_state=True, random_state=0)
    with pytest.warns(UserWarning, match="There is no recurrence: loop_gain cannot be reached"):
        stream.fit(X)
    assert not stream.recurrent_weights_.data.any()
    with pytest.raises(ValueError, match="loop_gain cannot be reached"):
        stream.set_params(loop_gain=0.8).fit(X)


@pytest.mark.parametrize(("offset", "scale"), [(1000.0, 1.0), (0.0, 1000.0), (-50.0, 3.0)])
def test_offset_and_scale_that_saturate_are_told(offset, scale):
    series = np.random.RandomState(0).randn(40, 20, 2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        EchoStateReservoir(30, input_scaling=1.0, random_state=0).fit(series)
        EchoStateReservoir(30, random_state=0).fit(series * scale + offset)
    with pytest.warns(UserWarning, match="hardly answer to their input"):
        EchoStateReservoir(30, input_scaling=1.0, random_state=0).fit(series * scale + offset)


def test_a_stream_is_warned_once_when_calibration_ends():
    silent = SpikingReservoir(
        5, input_scaling=1e-6, loop_gain=0.0, carry_state=True, calibration_rows=8, random_state=0
    )
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        silent.partial_fit(X[:7])
        assert not heard
        silent.partial_fit(X[7:30])
    assert [w for w in heard if "silent" in str(w.message)]
    assert len(heard) == 1


def test_values_near_the_largest_number_are_scaled():
    rows = X * 1e300
    scaled = SpikingReservoir(5, dtype="float64", random_state=0).fit(rows)
    np.testing.assert_allclose(scaled.channel_scales_, 1 / (X.std(axis=0) * 1e300))
