"""Steps that are short enough, what stands still after a spike, and numbers drawn in a step."""

import re
import warnings

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from sparcelearn.reservoir import (
    GLIF4,
    NMDALIF,
    AdEx,
    ConductanceLIF,
    EchoStateReservoir,
    EscapeNoiseLIF,
    FitzHughNagumo,
    HindmarshRose,
    HodgkinHuxley,
    Izhikevich,
    LinearRecurrent,
    MorrisLecar,
    NeuronModel,
    QuadraticIF,
    Ring,
    SpikingReservoir,
    WangBuzsaki,
    _step_accuracy,
)
from sparcelearn.reservoir.equations import build_program
from tests.reservoir.helpers import SATURATED, SILENT, history

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]


def alone(neuron, drive, n_rows, **parameters):
    """Return one unit at a constant drive, fitted, and its spikes."""
    given = {"dt": 1.0, "steps_per_input": 1, "features": "spikes", "dtype": "float64"}
    reservoir = SpikingReservoir(
        1,
        neuron=neuron,
        wiring=np.zeros((1, 1)),
        input_wiring=np.ones((1, 1)),
        input_scaling=drive,
        random_state=0,
        **{**given, **parameters},
    ).fit(np.ones((1, 2, 1)))
    return reservoir, reservoir.transform(np.ones((1, n_rows, 1)))


def spikes_of_the_solver(drive, span):
    def slope(t, state):
        v, m, h, n = state
        x = v + 55
        alpha = [
            0.32 * (13 - x) / np.expm1((13 - x) / 4),
            0.128 * np.exp((17 - x) / 18),
            0.032 * (15 - x) / np.expm1((15 - x) / 5),
        ]
        beta = [
            0.28 * (x - 40) / np.expm1((x - 40) / 5),
            4 / (1 + np.exp((40 - x) / 5)),
            0.5 * np.exp((10 - x) / 40),
        ]
        ionic = 20_000 * m**3 * h * (50 - v) + 6000 * n**4 * (-90 - v) + 10 * (-60 - v)
        gates = [a * (1 - y) - b * y for a, b, y in zip(alpha, beta, (m, h, n), strict=True)]
        return [(ionic + drive) / 200, *gates]

    def crossing(t, state):
        return state[0] + 20

    crossing.direction = 1
    start = [HodgkinHuxley.initial[x] for x in ("v", "m", "h", "n")]
    return solve_ivp(
        slope, (0, span), start, events=crossing, rtol=1e-8, atol=1e-9, max_step=0.5
    ).t_events[0]


@pytest.mark.parametrize("drive", [200.0, 3000.0])
def test_hodgkin_huxley_has_the_solvers_spikes_at_default_settings(drive):
    expected = spikes_of_the_solver(drive, 500.0)
    reservoir, spikes = alone(HodgkinHuxley, drive, 500)
    assert reservoir.method_ == "rk4"
    assert reservoir.substeps_ == 16
    assert len(spikes.times) == len(expected)
    np.testing.assert_allclose(spikes.times, expected, atol=0.7)


def test_a_step_that_is_too_long_is_told():
    with pytest.warns(UserWarning, match=r"1 ms is too long for HodgkinHuxley.*substeps='auto'"):
        reservoir, _ = alone(HodgkinHuxley, 1000.0, 5, substeps=1)
    assert reservoir.method_ == "exponential_euler"  # the other is not stable


def test_a_step_that_strong_drives_do_not_bear_is_told():
    X, made = np.random.RandomState(0).rand(6, 60, 3), SpikingReservoir(20, neuron=FitzHughNagumo)
    assert made.fit(X).substeps_ == 4
    with pytest.warns(UserWarning, match="1 ms is too long for FitzHughNagumo"):
        made.set_params(substeps=1).fit(X)


def test_a_step_that_is_short_enough_is_not_told():
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="A step of")
        reservoir, _ = alone(HodgkinHuxley, 1000.0, 5, substeps=20)
    assert reservoir.method_ == "rk4"


# Models that are not integrated exactly, and the longest step (a power of two of 1 ms) they bear.
STIFF = {
    AdEx: 1.0,
    ConductanceLIF: 1.0,
    FitzHughNagumo: 0.25,
    HindmarshRose: 1 / 16,
    HodgkinHuxley: 1 / 32,
    Izhikevich: 1.0,
    MorrisLecar: 0.5,
    NMDALIF: 1.0,
    QuadraticIF: 1.0,
    WangBuzsaki: 0.125,
}


@pytest.mark.parametrize("neuron", STIFF, ids=lambda neuron: neuron.name)
def test_a_step_ten_times_too_long_is_told(neuron):
    """Time constants are known by their names; all else is seen by what a step does."""
    X = np.random.RandomState(0).rand(3, 5, 2)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="A step of")
        made = SpikingReservoir(20, neuron=neuron, random_state=0).fit(X)
    assert made.dt / made.substeps_ == STIFF[neuron]
    told = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            made.set_params(dt=10 * STIFF[neuron], substeps=1).fit(X)
        except ValueError as error:
            told.append(str(error))
    told += [str(warning.message) for warning in caught]
    tell = "is longer than the time constant|is too long for|is no longer finite"
    assert any(re.search(tell, text) for text in told), told


@pytest.fixture(name="any_step")
def every_step_will_do(monkeypatch):
    monkeypatch.setattr(_step_accuracy, "interval_error", lambda *_, **__: (0.0, None))


def test_rate_units_that_grow_because_of_their_step_are_told():
    X, turning = np.ones((4, 30, 1)), LinearRecurrent(tau=50.0, frequency=0.05)
    factor = abs(1 - 1 / 50 + 2j * np.pi * 0.05)  # of a step of the Euler method
    with pytest.warns(UserWarning, match=rf"by a factor of {factor:.3g} in each step of leak_rate"):
        EchoStateReservoir(8, neuron=turning, leak_rate=1.0).fit(X)
    stiff = NeuronModel("dv/dt = -50 * (v - tanh(drive))", name="Stiff")
    with pytest.warns(UserWarning, match="Stiff grows without bound: by a factor of 49"):
        EchoStateReservoir(8, neuron=stiff, leak_rate=1.0).fit(X)
    growing = NeuronModel("dv/dt = 0.1 * v + drive", name="Growing")  # by its equation
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        EchoStateReservoir(8, neuron=turning, leak_rate=1.0, method="exact").fit(X)
        EchoStateReservoir(8, neuron=turning, leak_rate=0.1).fit(X)
        EchoStateReservoir(8, neuron=growing, leak_rate=1.0).fit(X)
        EchoStateReservoir(8, neuron=turning, leak_rate=1.0, residual_wiring=Ring()).fit(X)


@pytest.mark.usefixtures("any_step")
@pytest.mark.parametrize("reset", ["v = 0; v += 0.3", "v = 0.25; v = w", "v = 0.3 * v"])
def test_a_unit_is_held_where_its_reset_leaves_it(reset):
    model = NeuronModel(
        "dv/dt = drive (unless refractory); dw/dt = 0 * w",
        threshold="v >= 1",
        reset=reset,
        refractory="2",
        excitatory="v",
        initial={"w": 0.3},
    )
    kind = {"dt": 1.0, "drive": 0.5, "method": "euler", "substeps": 1, "backend": "numpy"}
    v = history(model, 6, **kind)[:, 0, 0]
    np.testing.assert_allclose(v[:5], [0.5, 0.3, 0.3, 0.3, 0.8])


@pytest.mark.usefixtures("any_step")
def test_what_is_not_marked_goes_on():
    model = NeuronModel(
        "dv/dt = drive", threshold="v >= 1", reset="v = 0", refractory="2", excitatory="v"
    )
    kind = {"dt": 1.0, "drive": 0.5, "method": "euler", "substeps": 1, "backend": "numpy"}
    np.testing.assert_allclose(history(model, 4, **kind)[:, 0, 0], [0.5, 0, 0.5, 1.0])


def test_glif_ends_its_refractory_period_as_its_paper_says():
    kind = {"dt": 0.25, "drive": 600.0, "backend": "numpy"}
    record = history(GLIF4, 100, features=("v", "I_1", "I_2", "theta_s", "count"), **kind)[:, :, 0]
    k = np.flatnonzero(record[:, 4])[0]
    end = k + 15  # 3.75 ms
    p = GLIF4.parameters
    np.testing.assert_allclose(record[k : end + 1, 0], record[k, 0])
    assert record[end + 1, 0] != record[k, 0]
    np.testing.assert_allclose(
        record[end, 1:4], [p["jump_1"], p["jump_2"], p["threshold_jump"]], rtol=1e-12
    )


ESCAPING = NeuronModel(
    "dv/dt = (drive - v) / tau",
    threshold="rand() < 1 - exp(-rate * dt)",
    reset="v = 0.1 * randn()",
    excitatory="v",
    parameters={"tau": 10.0, "rate": 0.05},
    name="Escaping",
)


@pytest.mark.parametrize("dt", [0.5, 2.0])
def test_a_unit_escapes_at_its_rate(dt):
    n_units, n_steps = 200, round(500 / dt)
    kind = {"drive": np.zeros(n_units), "features": ("count", "v"), "backend": "numpy"}
    record = history(ESCAPING, n_steps, dt=dt, **kind)
    fired = record[:, 0] > 0
    expected = -np.expm1(-0.05 * dt)
    # a standard error of the share of steps with a spike
    assert fired.mean() == pytest.approx(expected, abs=4 * np.sqrt(expected / fired.size))
    after = record[:, 1][fired]
    assert after.mean() == pytest.approx(0, abs=0.4 / np.sqrt(after.size))
    assert after.std() == pytest.approx(0.1, rel=4 / np.sqrt(2 * after.size))


def test_numbers_drawn_depend_on_neither_backend_nor_pieces():
    rows = np.random.RandomState(0).rand(40, 2)
    kind = {"neuron": ESCAPING, "carry_state": True, "dtype": "float64", "random_state": 0}
    kind |= {"loop_gain": 0.0}
    compiled = SpikingReservoir(20, features=("count", "membrane"), **kind).fit(rows)
    whole = compiled.transform(rows)
    assert whole.any()
    plain = SpikingReservoir(20, features=("count", "membrane"), backend="numpy", **kind).fit(rows)
    np.testing.assert_allclose(plain.transform(rows), whole, rtol=1e-9)
    parts = []
    for piece in (rows[:1], rows[1:25], rows[25:]):
        parts.append(compiled.transform(piece))
        compiled.partial_fit(piece)
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_units_that_spike_at_random_are_calibrated_by_even_odds():
    reservoir = SpikingReservoir(5, neuron=EscapeNoiseLIF, random_state=0).fit(np.eye(4))
    p = EscapeNoiseLIF.parameters
    expected = 1 + p["sharpness"] * np.log(p["tau_escape"] * np.log(2))
    np.testing.assert_allclose(reservoir.rheobase_, expected, rtol=1e-4)


OU = "dv/dt = (drive - v) / tau + sqrt(2 / tau) * xi"
TWO = "dv/dt = (drive - v) / tau + sqrt(1 / tau) * xi_1 + sqrt(1 / tau) * xi_2"


@pytest.mark.parametrize("method", ["exact", "exponential_euler", "rk4", "heun", "euler"])
@pytest.mark.parametrize("equations", [OU, TWO], ids=["one", "two"])
def test_noise_has_its_stated_strength_under_every_method(method, equations):
    model = NeuronModel(equations, parameters={"tau": 10.0})
    program = build_program(model.parsed, {"tau": 10.0}, 5.0, method)
    assert len(program.normals) == (1 if equations == OU or method == "exact" else 2)
    variance = stationary_variance(program)
    assert variance == pytest.approx(1.0, abs=1e-9)


def stationary_variance(program):
    """Return the variance of the first variable of a linear program, from one step of it."""
    from sparcelearn.reservoir.equations._expressions import evaluate

    def step(v, normals):
        values = {**program.constants, "v": v, "drive": 0.0, "recurrent": 0.0}
        values |= dict(zip(program.normals, normals, strict=True))
        for name, tree in program.stages:
            values[name] = evaluate(tree, values)
        return evaluate(program.updates["v"], values)

    zero = np.zeros(len(program.normals))
    decay = step(1.0, zero)
    added = sum(step(0.0, row) ** 2 for row in np.eye(len(zero)))
    return added / (1 - decay**2)


def test_noise_on_an_equation_that_is_not_linear_is_spread_over_the_step():
    model = NeuronModel("dv/dt = -v - 0.0001 * v**3 + sqrt(2) * xi", parameters={})
    program = build_program(model.parsed, {}, 0.5, "rk4")
    assert program.stages[0][0] == "noise_v"
    assert stationary_variance(program) == pytest.approx(1.0, abs=0.025)
