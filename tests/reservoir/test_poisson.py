"""Poisson pulses in equations: their number in closed form, and what it must not depend on."""

import numpy as np
import pytest
from scipy import stats

from sparcelearn.reservoir import EchoStateReservoir, NeuronModel, SpikingReservoir, _random_numbers
from tests.reliability.helpers import trials
from tests.reservoir.helpers import SATURATED, SILENT

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]
BACKEND = trials("numba", "numpy")  # a kernel more is compiled for each case

SHOT = NeuronModel(
    "di/dt = (drive - i) / tau + w * poisson(rate)",
    threshold="i >= 1e9",
    excitatory="i",
    parameters={"tau": 5.0, "w": 0.5, "rate": 400.0},
    name="Shot",
)
BOTH = NeuronModel(
    """
    dv/dt = (i - h + drive - v) / 20 + 0.05 * xi (unless refractory)
    di/dt = -i / 5 + w * poisson(rate)
    dh/dt = -h / 10 + poisson(10 * rate_inh) / 50
    """,
    threshold="v >= 1",
    reset="v = 0",
    refractory="2",
    excitatory="i",
    inhibitory="h",
    parameters={"w": 0.4, "rate": np.linspace(100, 900, 30), "rate_inh": 30.0},
    name="Both",
)
# What tests of single pulses look at, in one model, which is compiled once.
MANY = NeuronModel(
    """
    dn/dt = poisson(rate) - 0.25 * poisson(3 * rate)   # without decay, it counts them
    background = poisson(a)
    di/dt = background
    dx/dt = 2 * background
    dy/dt = poisson(b)
    dv/dt = 10 * poisson(700_000) (unless refractory)  # 700 a step: it spikes when it may
    """,
    threshold="v >= 1",
    reset="v = 0",
    refractory="3",
    excitatory="v",
    parameters={"rate": 500.0, "a": 500.0, "b": 500.0},
    name="Many",
)


def shot(neuron=SHOT, n_units=200, **parameters):
    fixed = {"wiring": np.zeros((n_units, n_units)), "input_scaling": 0.0, "random_state": 0}
    fixed |= {"features": "i", "feature_scaling": None, "dtype": "float64"}
    return SpikingReservoir(n_units, neuron=neuron, **{**fixed, **parameters})


@pytest.mark.parametrize("dt", [0.1, 1.0, 5.0])
def test_mean_and_variance_are_those_of_shot_noise_on_the_grid(dt):
    # i <- i exp(-h / tau) + w n: 200 units x 40 samples from rest, so the variance is off by 1.6 %
    n_steps = 12
    made = shot(dt=dt, delay=dt, steps_per_input=n_steps)
    i = made.fit_transform(np.random.RandomState(0).rand(40, 1, 1))
    mean, left = 400 * dt / 1000, np.exp(-np.arange(n_steps) * dt / 5)
    expected, variance = 0.5 * mean * left.sum(), 0.25 * mean * (left**2).sum()
    assert abs(i.mean() - expected) < 4 * np.sqrt(variance / i.size)
    assert abs(i.var() / variance - 1) < 0.08
    across = np.corrcoef(i.T)[np.triu_indices(200, 1)]  # 40 samples of each pair of units
    assert abs(across.mean()) < 0.01


@pytest.mark.parametrize("method", ["exact", "exponential_euler", "rk4"])
def test_every_method_adds_the_same_pulses(method):
    made = shot(MANY, method=method, steps_per_input=20, features="n", backend=BACKEND)
    X = np.random.RandomState(0).rand(2, 1, 1)
    n = made.fit_transform(X)
    keys = _random_numbers.sample_keys(made._check_input(X), made.noise_seed_)
    means = np.array([[0.5] * 200, [1.5] * 200])
    for key, row in zip(keys, n, strict=True):
        drawn = [_random_numbers.counts(key, step, 0, means, np.exp(-means)) for step in range(20)]
        once, thrice = np.sum(drawn, axis=0)
        np.testing.assert_array_equal(row, once - 0.25 * thrice)


@pytest.mark.parametrize("mean", [0.0, 1e-3, 0.7, 12.0, 650.0])
def test_the_numbers_are_those_of_poisson(mean):
    means = np.full((1, 1000), mean)
    drawn = [_random_numbers.counts(np.uint64(3), k, 0, means, np.exp(-means)) for k in range(100)]
    drawn = np.concatenate(drawn)
    assert abs(drawn.mean() - mean) <= 4.5 * np.sqrt(mean / drawn.size)
    highest = stats.poisson(mean).ppf(0.999) if mean else 1
    seen = np.bincount(drawn.ravel(), minlength=int(highest) + 2)
    expected = drawn.size * stats.poisson(mean).pmf(np.arange(len(seen)))
    often = expected > 20
    chi2 = np.sum((seen[often] - expected[often]) ** 2 / expected[often])
    assert stats.chi2(max(often.sum() - 1, 1)).sf(chi2) > 1e-3
    for pair in ((drawn[1:], drawn[:-1]), (drawn[:, 1:], drawn[:, :-1])):
        if mean > 0.01:
            assert abs(np.corrcoef(pair[0].ravel(), pair[1].ravel())[0, 1]) < 0.015


def test_the_same_rate_is_the_same_train_and_another_is_another():
    i, x, y = shot(MANY, features=("i", "x", "y")).fit_transform([[1.0]]).reshape(3, 200)
    np.testing.assert_array_equal(x, 2 * i)
    assert abs(np.corrcoef(i, y)[0, 1]) < 0.25
    assert not np.array_equal(i, y)


@pytest.fixture
def made():
    # units of rates that hear pulses are tested together with noise, in test_noise.py
    return SpikingReservoir(
        n_units=30, neuron=BOTH, features=("trace", "v", "i", "h"), random_state=0
    )


def test_pulses_depend_on_the_sample_and_not_on_its_place(made):
    rng = np.random.RandomState(0)
    X = [rng.rand(n, 2) for n in (3, 5, 3, 4, 6)]
    fitted = made.fit(X)
    together = fitted.transform(X)
    for k in range(5):
        np.testing.assert_array_equal(fitted.transform(X[k : k + 1])[0], together[k])
    np.testing.assert_array_equal(fitted.set_params(n_jobs=2).transform(X), together)
    changed = [x.copy() for x in X]
    changed[0][0, 0] += 1e-4
    assert not np.allclose(fitted.transform(changed)[0], together[0])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_compiled_equals_numpy_and_pieces_the_whole(made, dtype):
    rows = np.random.RandomState(1).rand(30, 2)
    whole = made.set_params(carry_state=True, dtype=dtype).fit(rows).transform(rows)
    pieces = []
    for piece in np.split(rows, [1, 4, 20]):
        pieces.append(made.transform(piece))
        made.partial_fit(piece)
    np.testing.assert_array_equal(np.concatenate(pieces), whole)
    plain = made.set_params(backend="numpy").fit(rows).transform(rows)
    np.testing.assert_array_equal(plain, whole)


def test_a_unit_misses_pulses_of_its_potential_while_it_is_refractory():
    counts = shot(MANY, features="count", steps_per_input=16).fit_transform([[1.0]])
    np.testing.assert_array_equal(counts, 4)


@pytest.mark.parametrize(
    ("equations", "message"),
    [
        ("dv/dt = exp(poisson(r)) - v", r"'dv/dt' in equations must be linear in 'poisson\(r\)'"),
        ("dv/dt = poisson(r) * poisson(2) - v", "must be linear"),
        ("dv/dt = poisson(r) * xi - v", "must be linear"),
        ("dv/dt = poisson(v)", r"Unknown symbol 'v' in 'poisson\(v\)' in equations"),
        ("dv/dt = poisson(xi)", "Unknown symbol 'xi'"),
        ("dv/dt = poisson(poisson(r))", "holds 'poisson', which stands for itself"),
        ("dv/dt = poisson(r, 2)", r"poisson takes 1 argument\(s\)"),
        ("dv/dt = poisson - v", "Unknown symbol 'poisson'"),
        ("dpoisson/dt = r", "cannot be used as the name"),
        ("dpulses0/dt = r", "cannot be used as the name"),
    ],
)
def test_pulses_stand_in_equations_linearly(equations, message):
    with pytest.raises(ValueError, match=message):
        NeuronModel(equations, parameters={"r": 1.0})


@pytest.mark.parametrize(
    "where",
    [
        {"threshold": "v >= poisson(1)"},
        {"threshold": "v >= 1", "reset": "v = poisson(1)"},
        {"threshold": "v >= 1", "refractory": "poisson(1)"},
    ],
)
def test_pulses_stand_nowhere_else(where):
    with pytest.raises(ValueError, match="holds 'poisson', which stands for itself in equations"):
        NeuronModel("dv/dt = -v", **where)
    model = NeuronModel("dv/dt = -v", initial={"v": "poisson(1)"})
    with pytest.raises(ValueError, match="holds 'poisson'"):
        EchoStateReservoir(neuron=model).fit([[1.0]])


@pytest.mark.parametrize("rate", [-1.0, 701_000.0, [5.0, -5.0]])
def test_a_rate_that_cannot_be_drawn_is_named(rate):
    with pytest.raises(ValueError, match=r"'poisson\(rate\)' must have from 0 to 700 pulses"):
        shot(SHOT(rate=rate), n_units=2).fit([[1.0]])
