"""Closed forms and published numbers (NEST's single-neuron tests; Brette et al. 2007)."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from sparcelearn.reservoir import LIF, SpikingReservoir, Uniform
from tests.naive import current_propagator
from tests.reservoir.helpers import CONDUCTANCE, ROUNDED, SATURATED, SILENT, history

pytestmark = [pytest.mark.filterwarnings(w) for w in (SILENT, SATURATED, ROUNDED)]

NO_SPIKES = 1e9
# 250 pF and 10 ms: 0.04 mV per pA
MEMBRANE = LIF(tau_mem=10.0, r_mem=0.04, v_threshold=NO_SPIKES)


def times(n_steps, dt):
    return dt * np.arange(1, n_steps + 1)


@pytest.mark.parametrize("dt", [1 / 1024, 1 / 256, 1 / 64, 1 / 16, 1 / 4, 1.0])
@pytest.mark.parametrize("duration", [5, 500])
def test_charging_curve_is_the_closed_form(dt, duration):
    n_steps = round(duration / dt)
    v = history(MEMBRANE, n_steps, dt=dt, drive=1000.0)[:, 0, 0]
    exact = -40 * np.expm1(-times(n_steps, dt) / 10)
    np.testing.assert_allclose(v, exact, rtol=1e-12)


@pytest.mark.parametrize("dt", [1 / 1024, 0.01, 0.1, 0.25, 1.0])
def test_first_spike_is_on_the_grid_within_one_step_after_the_crossing(dt):
    counts = history(
        MEMBRANE(v_threshold=15.0), round(6 / dt), dt=dt, drive=1000.0, features="count"
    )
    first = dt * (1 + np.flatnonzero(counts[:, 0, 0])[0])
    assert 0 <= first - 4.700036292457356 < dt


PSPS = [
    # tau_mem, tau_syn, r_mem, jump of the current, time of the peak, peak
    (10.0, 2.0, 0.04, 100.0, 4.023594781085251, 0.5349922439811376),
    (20.0, 5.0, 1.0, 1.0, 9.241962407465937, 0.15749013123685915),
    # v = w t / tau exp(-t / tau) peaks at t = tau with w / e
    (10.0, 10.0, 1.0, 1.0, 10.0, np.exp(-1)),
    (20.0, 20.0, 0.04, 100.0, 20.0, 4 * np.exp(-1)),
]


@pytest.mark.parametrize(("tau_mem", "tau_syn", "r_mem", "jump", "t_peak", "peak"), PSPS)
@pytest.mark.parametrize("steps_to_peak", [40, 7, 1000])
def test_psp_peaks_when_and_where_it_must(
    tau_mem, tau_syn, r_mem, jump, t_peak, peak, steps_to_peak
):
    model = replace(
        LIF(tau_mem=tau_mem, tau_exc=tau_syn, r_mem=r_mem, v_threshold=NO_SPIKES),
        initial={"i_exc": jump},
    )
    v = history(model, 2 * steps_to_peak, dt=t_peak / steps_to_peak)[:, 0, 0]
    assert np.argmax(v) == steps_to_peak - 1
    np.testing.assert_allclose(v[steps_to_peak - 1], peak, rtol=1e-12)


def test_psp_area_is_the_charge_over_the_leak():
    model = replace(MEMBRANE(tau_exc=2.0), initial={"i_exc": 100.0})
    v = history(model, 20_000, dt=0.01)[:, 0, 0]
    np.testing.assert_allclose(0.01 * v.sum(), 8.0, rtol=1e-5)


@pytest.mark.parametrize("delay_steps", [1, 3])
def test_a_delivered_spike_evokes_the_same_psp(delay_steps):
    # Unit 0 spikes in the first step only; its spike starts to act when it has arrived.
    k = 40
    dt = 4.023594781085251 / k
    model = LIF(tau_mem=10.0, tau_exc=2.0, r_mem=0.04, v_threshold=1.0, t_ref=1000.0)
    wiring = np.array([[0.0, 100.0], [0.0, 0.0]])
    v = history(model, 2 * k, dt=dt, drive=[1e6, 0], wiring=wiring, delay=delay_steps * dt)[:, 0, 1]
    assert not v[: delay_steps + 1].any()
    np.testing.assert_allclose(v[delay_steps + k], 0.5349922439811376, rtol=1e-12)
    assert np.argmax(v) == delay_steps + k


@pytest.mark.parametrize("tau_mem", [1.0, 10.0, 100.0])
@pytest.mark.parametrize("dt", [0.001, 0.1])
def test_nothing_is_special_about_equal_time_constants(tau_mem, dt):
    distances = [0.0, *(s * 10.0**-k for k in range(1, 11) for s in (1, -1))]
    t = times(50, dt)
    for distance in distances:
        tau_syn = tau_mem + distance
        model = replace(
            LIF(tau_mem=tau_mem, tau_exc=tau_syn, v_threshold=NO_SPIKES), initial={"i_exc": 1.0}
        )
        v = history(model, 50, dt=dt)[:, 0, 0]
        exact = np.array([current_propagator(tau_mem, tau_syn, h) for h in t])
        np.testing.assert_allclose(v, exact, rtol=1e-11, err_msg=f"tau_syn={tau_syn!r}")


RATES = [
    (20.5, 13.1111),
    (22.0, 20.0169),
    (25.0, 29.2494),
    (30.0, 41.7149),
    (40.0, 63.0400),
    (60.0, 98.9188),
]


@pytest.mark.parametrize(("mu", "rate"), RATES)
@pytest.mark.parametrize("dt", [0.01, 0.1, 0.5])
def test_rate_as_a_function_of_drive(mu, rate, dt):
    model = LIF(tau_mem=20.0, v_threshold=20.0, v_reset=0.0, t_ref=2.0)
    counts = history(model, round(400 / dt), dt=dt, drive=mu, features="count")[:, 0, 0]
    intervals = np.unique(np.diff(np.flatnonzero(counts)))
    assert len(intervals) == 1  # a constant drive gives a perfect clock
    interval = dt * intervals[0]
    exact = 2.0 + 20 * np.log(mu / (mu - 20))
    assert -1e-9 <= interval - exact < dt
    np.testing.assert_allclose(1000 / exact, rate, atol=5e-5)
    assert abs(1000 / interval - rate) / rate < 2 * dt / 1000 * rate + 1e-5


@pytest.mark.parametrize(
    ("t_ref", "dt"),
    [
        (0.0, 1.0),
        (1.0, 1.0),
        (2.0, 1.0),
        (2.0, 0.1),
        (0.3, 0.1),
        (5.0, 0.5),
        (0.7, 0.1),
        (2.4, 1.0),
    ],
)
def test_units_hold_for_exactly_the_refractory_steps(t_ref, dt):
    hold = round(t_ref / dt)
    record = history(
        LIF(t_ref=t_ref), 5 * (hold + 1), dt=dt, drive=1e6, features=("count", "membrane")
    )
    expected = np.zeros(5 * (hold + 1))
    expected[:: hold + 1] = 1  # such a drive makes a unit spike as soon as it is free
    np.testing.assert_array_equal(record[:, 0, 0], expected)
    np.testing.assert_array_equal(record[:, 1, 0], 0.0)  # at v_reset throughout


def test_currents_go_on_while_a_unit_is_refractory():
    model = replace(LIF(tau_exc=3.0, t_ref=50.0), initial={"i_exc": 1e6})
    record = history(model, 40, dt=1.0, features=("membrane", "i_exc"))
    np.testing.assert_array_equal(record[:, 0, 0], 0.0)
    np.testing.assert_allclose(record[:, 1, 0], 1e6 * np.exp(-times(40, 1.0) / 3), rtol=1e-12)


@pytest.mark.parametrize(
    ("delay", "dt"), [(1.0, 1.0), (0.1, 0.1), (0.3, 0.1), (1.5, 0.1), (7.0, 1.0), (20.0, 0.5)]
)
def test_a_spike_arrives_after_exactly_the_delay(delay, dt):
    steps = round(delay / dt)
    wiring = np.array([[0.0, 0.25], [0.0, 0.0]])
    record = history(
        LIF(t_ref=1000.0),
        steps + 5,
        dt=dt,
        drive=[1e6, 0.0],
        wiring=wiring,
        delay=delay,
        features=("count", "i_exc"),
    )
    assert np.flatnonzero(record[:, 0, 0]).tolist() == [0]
    assert np.flatnonzero(record[:, 1, 1])[0] == steps
    assert record[steps, 1, 1] == 0.25


def test_a_chain_of_spikes_adds_up_delays():
    # Each unit makes the next one fire: arrival, then one step for the current to act.
    n, delay = 6, 4
    wiring = np.diag(np.full(n - 1, 1e6), k=1)
    drive = np.zeros(n)
    drive[0] = 1e6
    counts = history(
        LIF(t_ref=1000.0), 40, dt=1.0, drive=drive, wiring=wiring, delay=delay, features="count"
    )[:, 0]
    np.testing.assert_array_equal(counts.argmax(axis=0), np.arange(n) * (delay + 1))


def _error(model, method, n_steps, reference, drive, duration=40.0):
    record = history(
        model,
        n_steps,
        dt=duration / n_steps,
        drive=drive,
        method=method,
        substeps=1,
        backend="numpy",
    )
    return abs(record[-1, 0, 0] - reference)


LINEAR = replace(LIF(tau_mem=10.0, v_threshold=NO_SPIKES), initial={"i_exc": 3.0, "i_inh": 1.0})
NONLINEAR = replace(CONDUCTANCE, initial={"g": 0.5})


@pytest.fixture(scope="module")
def references():
    def linear(t, x):
        v, e, i = x
        return [(-v + e - i + 1.5) / 10, -e / 5, -i / 10]

    def nonlinear(t, x):
        v, g = x
        return [(-v - g * (v - 2) + 1.5) / 10, (0.5 * v**2 - g) / 7]

    def solve(f, start):
        options = {"method": "DOP853", "rtol": 1e-13, "atol": 1e-15}
        return solve_ivp(f, (0, 40.0), start, **options).y[0, -1]

    return {"linear": solve(linear, [0, 3, 1]), "nonlinear": solve(nonlinear, [0, 0.5])}


@pytest.mark.parametrize(
    ("kind", "method", "order", "steps"),
    [
        ("nonlinear", "euler", 1, [400, 800, 1600]),
        ("nonlinear", "exponential_euler", 1, [400, 800, 1600]),
        ("nonlinear", "heun", 2, [400, 800, 1600]),
        ("nonlinear", "rk4", 4, [100, 200, 400]),
        ("linear", "rk4", 4, [100, 200, 400]),
    ],
)
@pytest.mark.filterwarnings("ignore:A step of .* is too long:UserWarning")
def test_order_of_convergence(kind, method, order, steps, references):
    model = LINEAR if kind == "linear" else NONLINEAR
    errors = [_error(model, method, n, references[kind], 1.5) for n in steps]
    slope = -np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert abs(slope - order) < 0.1


@pytest.mark.parametrize("n_steps", [40, 100, 1000])
def test_exact_integration_has_no_error_but_rounding(n_steps, references):
    assert _error(LINEAR, "exact", n_steps, references["linear"], 1.5) < 1e-13


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_vogels_abbott_network_fires_as_published(seed):
    rng = np.random.RandomState(seed)
    n_units, n_excitatory = 4000, 3200
    wiring = np.where(rng.rand(n_units, n_units) < 0.02, 1.62, 0.0)
    wiring[n_excitatory:] *= -9 / 1.62
    model = replace(
        LIF(v_rest=-49.0, v_threshold=-50.0, v_reset=-60.0, t_ref=5.0),
        initial={"v": Uniform(-60.0, -50.0)},
    )
    network = SpikingReservoir(
        n_units=n_units,
        neuron=model,
        wiring=wiring,
        delay=0.1,
        dt=0.1,
        steps_per_input=10_000,
        input_scaling=0.0,
        dtype="float64",
        random_state=seed,
    ).fit([[0.0]])
    assert 5.3 < network.firing_rates_.mean() < 6.2
