"""Forecasts that are fed back: what is known ahead, hybrids, stacks and pipelines."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from sparcelearn import ReservoirRegressor, load, save
from sparcelearn.datasets import make_lorenz
from sparcelearn.readouts import RLSRegressor
from sparcelearn.reservoir import EchoStateReservoir, NeuronModel, StackedReservoir
from tests.online.streams import digest

X = np.random.RandomState(0).rand(400, 2).cumsum(axis=0) % 1


def echo(n_units=40, seed=0, **parameters):
    common = {"carry_state": True, "input_scaling": 1.0, "random_state": seed}
    return EchoStateReservoir(n_units, **common | parameters)


def stack(connection="chain"):
    parts = [("one", echo(20)), ("two", echo(15, 1, dtype="float32"))]
    return StackedReservoir(parts, connection=connection)


FRONTS = {
    "reservoir": echo,
    "chain": stack,
    "parallel": lambda: stack("parallel"),
    "scaled": lambda: make_pipeline(StandardScaler(), echo()),
    "squares": lambda: make_pipeline(StandardScaler(), echo(8), PolynomialFeatures(2)),
    "deep": lambda: make_pipeline(StandardScaler(), stack()),
}


@pytest.mark.parametrize("front", FRONTS)
def test_pieces_steps_and_looking_are_the_same_whatever_makes_features(front):
    make = FRONTS[front]
    whole = ReservoirRegressor(make(), RLSRegressor(), washout=5)
    whole.fit(X[:200], X[1:201]).partial_fit(X[200:300], X[201:301])
    steps = ReservoirRegressor(make(), RLSRegressor(), washout=5).fit(X[:200], X[1:201])
    foreseen = steps.predict(X[200:300])
    np.testing.assert_array_equal(steps.step(X[200]), foreseen[0])
    steps.learn(X[201])
    for row in range(201, 300):
        steps.step(X[row])
        steps.learn(X[row + 1])
    assert digest(steps.readout_) == digest(whole.readout_)
    np.testing.assert_array_equal(steps.predict(X[300:]), whole.predict(X[300:]))
    np.testing.assert_array_equal(steps.spike_counts_, whole.spike_counts_)


@pytest.mark.parametrize("front", FRONTS)
def test_generate_is_step_by_hand_and_changes_nothing(front, tmp_path):
    model = ReservoirRegressor(FRONTS[front](), RLSRegressor()).fit(X[:200], X[1:201])
    before = digest(model)
    found = model.generate(10)
    assert digest(model) == before
    save(tmp_path / "model", model)
    twin = load(tmp_path / "model")
    by_hand = [twin.predict(X[199:200])[0] * 0 + found[0]]
    for _ in range(9):
        by_hand.append(twin.step(by_hand[-1]))
    np.testing.assert_array_equal(found, by_hand)
    np.testing.assert_array_equal(model.generate(3, X[200:210])[0], model.predict(X[200:210])[-1])


def test_what_is_known_ahead_stands_behind_what_is_fed_back():
    model = ReservoirRegressor(echo(), Ridge()).fit(X[:200], X[1:201, 0])
    known = X[201:205, 1:]
    found = model.generate(5, exogenous=known)
    stepped = ReservoirRegressor(echo(), Ridge()).fit(X[:200], X[1:201, 0])
    by_hand = [found[0]]
    for value in known[:, 0]:
        by_hand.append(stepped.step([by_hand[-1], value]))
    np.testing.assert_array_equal(found, by_hand)
    np.testing.assert_array_equal(model.generate(5, exogenous=np.vstack([known, known[:1]])), found)
    assert not np.array_equal(model.generate(5, exogenous=known * 0.5)[1:], found[1:])
    with pytest.raises(ValueError, match="exogenous has 3 rows"):
        model.generate(5, exogenous=known[:3])
    with pytest.raises(ValueError, match=r"must be 2 finite value\(s\)"):
        model.generate(5)


def test_a_hybrid_feeds_back_what_a_model_makes_of_a_forecast():
    model = ReservoirRegressor(echo(), Ridge()).fit(X[:200], X[1:201, 0])
    found = model.generate(4, feedback=lambda y: [y[0], 2 * y[0]])
    known = 2 * found[:-1, np.newaxis]
    np.testing.assert_array_equal(found, model.generate(4, exogenous=known))


def test_a_next_generation_reservoir_is_lags_and_squares():
    """Lorenz's variables now and a row ago, and their products: no random network at all."""
    rows = make_lorenz(3000, dt=0.025, random_state=0)
    linear = NeuronModel(
        name="Linear",
        equations="dv/dt = (recurrent + drive - v) / tau",
        parameters={"tau": 1.0},
    )
    now, before = np.eye(3, 6), np.eye(3, 6, 3)
    lags = echo(
        6, neuron=linear, leak_rate=1.0, spectral_radius=0.0, input_wiring={0: now, 1: before}
    )
    front = make_pipeline(StandardScaler(), lags, PolynomialFeatures(2))
    model = ReservoirRegressor(front, RLSRegressor(alpha=1e-6), washout=2)
    model.fit(rows[:2799], rows[1:2800])
    scaled = (rows - rows[:2799].mean(axis=0)) / rows[:2799].std(axis=0)
    lagged = np.hstack([scaled[2799:], scaled[2798:-1]])
    expected = PolynomialFeatures(2).fit_transform(lagged)
    np.testing.assert_allclose(model._front.transform(rows[2799:]), expected, atol=1e-9)
    errors = np.abs(model.generate(40) - rows[2799:2839]).max(axis=1) / rows.std()
    assert errors.max() < 0.1  # a Lyapunov time


@pytest.mark.parametrize("steps", [[StandardScaler()], [echo(), echo()]])
def test_a_pipeline_must_hold_one_reservoir(steps):
    with pytest.raises(ValueError, match="must hold one reservoir"):
        ReservoirRegressor(make_pipeline(*steps), Ridge()).fit(X[:50], X[1:51])
