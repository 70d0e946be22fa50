"""Noise in equations: its size in closed form, and what it must not depend on."""

import numpy as np
import pytest
from scipy import stats

from sparcelearn.reservoir import EchoStateReservoir, NeuronModel, SpikingReservoir, _random_numbers
from sparcelearn.reservoir.equations import build_program
from sparcelearn.reservoir.input_wiring import Projection
from tests.reservoir.helpers import NOISY_RATE, SATURATED, SILENT

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]

OU = NeuronModel(
    "dv/dt = (drive - v) / tau + sigma * sqrt(2 / tau) * xi",
    threshold="v >= v_threshold",
    reset="v = 0",
    excitatory="v",
    parameters={"tau": 10.0, "sigma": 0.5, "v_threshold": 1e9},
    name="OU",
)
FILTERED = NeuronModel(
    "dv/dt = (i - v) / tau_mem; di/dt = -i / tau_syn + sigma * sqrt(2 / tau_syn) * xi",
    threshold="v >= 1e9",
    excitatory="i",
    parameters={"tau_mem": 10.0, "tau_syn": 5.0, "sigma": 1.0},
    name="Filtered",
)


def spiking(neuron=OU, **parameters):
    defaults = {"n_units": 200, "wiring": np.zeros((200, 200)), "input_scaling": 0.0}
    defaults |= {"feature_scaling": None, "dtype": "float64", "random_state": 0}
    return SpikingReservoir(neuron=neuron, **{**defaults, **parameters})


@pytest.mark.parametrize("dt", [0.1, 1.0, 5.0])
def test_the_variance_is_that_of_ornstein_and_uhlenbeck_at_any_step(dt):
    # var(t) = sigma^2 (1 - exp(-2 t / tau)): 200 units x 40 samples, so the error is 1.6 %
    rng = np.random.RandomState(0)
    X = rng.rand(40, 1, 1)
    steps = 10
    v = spiking(dt=dt, delay=dt, steps_per_input=steps, features="membrane").fit(X).transform(X)
    expected = 0.25 * (1 - np.exp(-2 * steps * dt / 10))
    assert abs(v.var() / expected - 1) < 0.07
    assert abs(v.mean()) < 0.03


@pytest.mark.parametrize("dt", [0.25, 2.0])
def test_the_covariance_of_a_step_is_exact(dt):
    # against the stationary covariance S, which a step must keep: S = M S M' + L L'
    parameters = dict(FILTERED.parameters)
    program = build_program(FILTERED.parsed, parameters, dt, "exact")
    c = program.constants
    names = ("v", "i")
    M = np.eye(2) + [[c.get(f"{a}_from_{b}", 0.0) for b in names] for a in names]
    L = np.array([[c.get(f"{a}_from_normal{k}", 0.0) for k in range(2)] for a in names])
    var_v, cov = 5 / 15, 5 / 15  # sigma = 1: tau_syn / (tau_syn + tau_mem), twice
    S = np.array([[var_v, cov], [cov, 1.0]])
    np.testing.assert_allclose(M @ S @ M.T + L @ L.T, S, rtol=1e-12)


@pytest.mark.parametrize("method", ["exponential_euler", "rk4", "heun", "euler"])
def test_other_methods_agree_where_the_step_is_short(method):
    X = np.random.RandomState(0).rand(40, 1, 1)
    made = spiking(
        dt=0.2, delay=1.0, steps_per_input=25, features="membrane", method=method, backend="numpy"
    )
    v = made.fit(X).transform(X)
    assert abs(v.var() / (0.25 * (1 - np.exp(-1.0))) - 1) < 0.08


def test_exponential_euler_is_exact_for_one_variable():
    parameters = {"tau": 10.0, "sigma": 0.5, "v_threshold": 1e9}
    program = build_program(OU.parsed, parameters, 5.0, "exponential_euler")
    exact = build_program(OU.parsed, parameters, 5.0, "exact")
    width = 0.5 * np.sqrt(1 - np.exp(-1.0))
    assert exact.constants["v_from_normal0"] == pytest.approx(width, rel=1e-13)
    assert any(value == pytest.approx(width, rel=1e-13) for value in program.constants.values())


def test_the_numbers_are_normal_and_independent():
    numbers = np.concatenate(
        [_random_numbers.normals(np.uint64(7), k, 1, 1000) for k in range(200)]
    )
    assert stats.kstest(numbers.ravel(), "norm").pvalue > 0.01
    assert abs((numbers**4).mean() - 3) < 0.1
    for pair in ((numbers[1:], numbers[:-1]), (numbers[:, 1:], numbers[:, :-1])):
        assert abs(np.corrcoef(pair[0].ravel(), pair[1].ravel())[0, 1]) < 0.01
    other = _random_numbers.normals(np.uint64(8), 0, 1, 1000)
    assert abs(np.corrcoef(other[0], numbers[0])[0, 1]) < 0.15


@pytest.fixture(params=["spiking", "echo"], name="noisy")
def noisy_reservoir(request):
    if request.param == "echo":
        return EchoStateReservoir(n_units=30, neuron=NOISY_RATE, random_state=0)
    noisy = OU(v_threshold=0.3)
    return SpikingReservoir(
        n_units=30, neuron=noisy, features=("trace", "membrane"), random_state=0
    )


def test_noise_depends_on_the_sample_and_not_on_its_place(noisy):
    rng = np.random.RandomState(0)
    X = [rng.rand(n, 2) for n in (3, 5, 3, 4, 6)]
    fitted = noisy.fit(X)
    together = fitted.transform(X)
    for k in range(5):
        np.testing.assert_array_equal(fitted.transform(X[k : k + 1])[0], together[k])
    np.testing.assert_array_equal(fitted.transform(X[::-1])[::-1], together)
    np.testing.assert_array_equal(fitted.set_params(n_jobs=2).transform(X), together)
    changed = [x.copy() for x in X]
    changed[0][0, 0] += 1e-4
    assert not np.allclose(fitted.transform(changed)[0], together[0])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_compiled_equals_numpy_and_pieces_the_whole(noisy, dtype):
    rows = np.random.RandomState(1).rand(30, 2)
    made = noisy.set_params(carry_state=True, dtype=dtype)
    whole = made.fit(rows).transform(rows)
    pieces = []
    for piece in np.split(rows, [1, 4, 20]):
        pieces.append(made.transform(piece))
        made.partial_fit(piece)
    np.testing.assert_array_equal(np.concatenate(pieces), whole)
    plain = made.set_params(backend="numpy").fit(rows).transform(rows)
    np.testing.assert_array_equal(plain, whole)


def test_another_seed_is_other_noise(noisy):
    X = np.ones((1, 4, 2))
    wiring = noisy.set_params(input_wiring=Projection(1.0)).fit(X).recurrent_weights_
    given = noisy.set_params(wiring=wiring, input_wiring=noisy.input_weights_)
    assert not np.allclose(
        given.set_params(random_state=1).fit_transform(X),
        given.set_params(random_state=2).fit_transform(X),
    )


def test_noise_must_be_linear():
    for equations in ("dv/dt = xi ** 2 - v", "dv/dt = exp(xi) - v", "dv/dt = v / xi"):
        with pytest.raises(ValueError, match="'dv/dt' in equations must be linear in 'xi'"):
            NeuronModel(equations)
    with pytest.raises(ValueError, match="Unknown symbol 'xi' in threshold"):
        NeuronModel("dv/dt = -v", threshold="v >= xi", reset="v = 0")
    product = NeuronModel("dv/dt = -v + v * xi", threshold="v >= 1", excitatory="v")
    with pytest.raises(ValueError, match="method='exact' does not apply"):
        spiking(product, method="exact").fit([[1.0]])
