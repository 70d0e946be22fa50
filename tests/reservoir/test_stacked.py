"""Reservoirs of reservoirs: what each sees, scikit-learn's contract, streams."""

import copy
import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

from sparcelearn import SpikeTrains
from sparcelearn.reservoir import (
    EchoStateReservoir,
    LeakyReLU,
    SpikingReservoir,
    StackedReservoir,
    _handing_on,
)
from tests import naive
from tests.reservoir.helpers import DEAF, SATURATED, SILENT

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]

CHECKED = [StackedReservoir]
N_CHECKS = 47


def echo(n_units=20, **parameters):
    return EchoStateReservoir(n_units=n_units, random_state=n_units, **parameters)


def spiking(n_units=20, **parameters):
    defaults = {"steps_per_input": 3, "n_readouts": 1, "padding": 0}
    defaults |= {"dtype": "float64", "random_state": n_units}
    return SpikingReservoir(n_units=n_units, **{**defaults, **parameters})


PAIRS = {
    "rate to rate": (lambda **p: echo(20, **p), lambda **p: echo(25, **p)),
    "spikes to spikes": (lambda **p: spiking(20, **p), lambda **p: spiking(25, **p)),
    "rate to spikes": (lambda **p: echo(20, **p), lambda **p: spiking(25, **p)),
    "spikes to rate": (lambda **p: spiking(20, **p), lambda **p: echo(25, **p)),
}


@pytest.fixture(params=PAIRS)
def make(request):
    first, second = PAIRS[request.param]

    def pair(connection="chain", skip=True, **parameters):
        stages = [("first", first(**parameters)), ("second", second(**parameters))]
        return StackedReservoir(stages, connection=connection, skip=skip)

    return pair


@pytest.fixture(name="X")
def ragged():
    rng = np.random.RandomState(0)
    return [rng.rand(n, 3) for n in (6, 9, 6, 4, 7)]


def test_a_chain_of_rate_units_equals_the_recursion(X):
    stages = [(f"of {n}", echo(n, n_readouts=2, input_scaling=1.0)) for n in (20, 25)]
    made = StackedReservoir(stages).fit(X)
    first, second = (reservoir for _, reservoir in made.reservoirs_)
    for x, row in zip(X, made.transform(X), strict=True):
        history = x
        expected = []
        for reservoir in (first, second):
            history = naive.echo_state(
                history,
                weights=reservoir.recurrent_weights_.toarray(),
                input_weights=reservoir.input_weights_.toarray(),
                bias=reservoir.bias_,
                leak_rate=reservoir.leak_rate,
            )
            expected += [history[k - 1] for k in naive.instants(len(x), 2)]
        np.testing.assert_allclose(row, np.concatenate(expected), rtol=1e-12, atol=1e-12)


def test_a_chain_of_spiking_units_is_spikes_given_to_the_next(X):
    first, second = spiking(20), spiking(25, dt=0.5)
    made = StackedReservoir([("first", first), ("second", second)]).fit(X)
    out = made.transform(X)
    spikes = clone(first).set_params(features="spikes").fit(X).transform(X)
    by_hand = clone(second).fit(spikes).transform(spikes)
    np.testing.assert_array_equal(out[:, 20:], by_hand)
    np.testing.assert_array_equal(out[:, :20], clone(first).fit(X).transform(X))


def test_side_by_side_is_each_alone(make, X):
    made = make("parallel", n_readouts=2).fit(X)
    alone = [clone(reservoir).fit(X).transform(X) for _, reservoir in made.reservoirs]
    np.testing.assert_array_equal(made.transform(X), np.hstack(alone))
    assert made.get_feature_names_out().shape == (2 * 45,)


def test_without_skip_the_last_alone_is_given(make, X):
    both, last = make().fit(X).transform(X), make(skip=False).fit(X)
    np.testing.assert_array_equal(last.transform(X), both[:, -25:])
    assert last.get_feature_names_out().shape == (25,)


def test_blocks_and_threads_change_nothing(make, X, monkeypatch):
    made = make(n_readouts=3).fit(X)
    whole = made.transform(X)
    assert whole.any(axis=1).all()
    for n_bytes in (1, 8 * 25 * 11):
        monkeypatch.setattr(_handing_on, "BLOCK", n_bytes)
        np.testing.assert_array_equal(made.transform(X), whole)
    made.set_params(first__n_jobs=2, second__n_jobs=2).fit(X)
    np.testing.assert_array_equal(made.transform(X), whole)


@pytest.mark.parametrize("connection", ["chain", "parallel"])
def test_a_stream_can_be_cut_anywhere(make, connection):
    rows = np.random.RandomState(1).rand(30, 3)
    made = make(connection, carry_state=True).fit(rows)
    whole = made.transform(rows)
    np.testing.assert_array_equal(made.transform(rows), whole)
    pieces = []
    for piece in np.split(rows, [1, 5, 18]):
        pieces.append(made.transform(piece))
        made.partial_fit(piece)
    np.testing.assert_array_equal(np.concatenate(pieces), whole)
    assert not np.array_equal(made.transform(rows), whole)
    np.testing.assert_array_equal(made.reset_state().transform(rows), whole)
    begun = make(connection, carry_state=True).partial_fit(rows[:5])
    assert all(reservoir.state_["step"] > 0 for _, reservoir in begun.reservoirs_)


def test_events_enter_a_chain():
    rng = np.random.RandomState(0)
    samples = [(np.sort(60 * rng.rand(80)), rng.randint(4, size=80)) for _ in range(3)]
    trains = SpikeTrains.from_samples(samples, 4, 60.0)
    made = StackedReservoir([("a", spiking(20)), ("b", spiking(25)), ("c", echo(30))])
    out = made.fit(trains).transform(trains)
    assert out.shape == (3, 75)
    assert out.any(axis=1).all()
    np.testing.assert_array_equal(made.transform(trains[1:]), out[1:])


def test_the_two_stage_reservoir_of_the_authors_experiment():
    # a fast one of 300 units drives a slow one of 500; both are read at 28 instants
    rng = np.random.RandomState(0)
    X = rng.rand(2, 784, 1)
    fast = EchoStateReservoir(
        300, neuron=LeakyReLU, leak_rate=1.0, spectral_radius=1.0, connectivity=0.01, n_readouts=28
    )
    slow = EchoStateReservoir(
        500,
        neuron=LeakyReLU,
        leak_rate=0.02,
        spectral_radius=0.97,
        connectivity=0.01,
        input_wiring=0.15 * rng.randn(300, 500),
        n_readouts=28,
    )
    made = StackedReservoir([("fast", fast), ("slow", slow)])
    assert made.fit(X).transform(X).shape == (2, 28 * 800)


# --- scikit-learn ---


@pytest.mark.filterwarnings(DEAF)
@pytest.mark.parametrize("connection", ["chain", "parallel"])
def test_every_check_of_scikit_learn_passes(connection):
    made = StackedReservoir([("a", echo(5)), ("b", spiking(5))], connection=connection)
    records = check_estimator(made, on_fail=None, on_skip=None)
    failed = [r["check_name"] for r in records if r["status"] != "passed"]
    assert failed in ([], ["check_array_api_input"])  # which needs a variable of the environment
    assert len(records) == N_CHECKS


def test_a_search_reaches_into_the_reservoirs(X):
    y = np.arange(20) % 2
    model = make_pipeline(
        StackedReservoir([("a", echo(5)), ("b", echo(6))]), LogisticRegression(max_iter=1000)
    )
    grid = {"stackedreservoir__a__leak_rate": [0.1, 0.9], "stackedreservoir__skip": [True, False]}
    search = GridSearchCV(model, grid, cv=KFold(2), error_score="raise").fit(X * 4, y)
    assert search.best_estimator_[0].reservoirs_[0][1].leak_rate in (0.1, 0.9)


def test_copies_go_on_alike(make):
    rows = np.random.RandomState(0).rand(10, 3)
    made = make(carry_state=True).fit(rows).partial_fit(rows)
    for twin in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made)):
        np.testing.assert_array_equal(twin.transform(rows), made.transform(rows))
    np.testing.assert_array_equal(
        clone(made).fit(rows).transform(rows), made.fit(rows).transform(rows)
    )


@pytest.mark.parametrize(
    ("reservoirs", "message"),
    [
        ([], "at least one"),
        ([echo()], r"every entry must be a \(name, reservoir\)"),
        ([("a", LogisticRegression())], r"every entry must be a \(name, reservoir\)"),
        ([("a", echo()), ("a", echo())], "not unique"),
        ([("a", echo()), ("b", echo(carry_state=True))], "the same carry_state"),
        ([("a", spiking(features="spikes"))], "features='spikes'"),
        ([("a", echo()), ("b", echo(leak_rate=7.0))], "leak_rate"),
        (echo(), "'reservoirs' parameter"),
    ],
)
def test_what_is_wrong_is_said(X, reservoirs, message):
    made = StackedReservoir(reservoirs)
    with pytest.raises(ValueError, match=message):
        made.fit(X)
    assert not hasattr(made, "reservoirs_")


def test_a_failed_piece_moves_nothing():
    rows = np.random.RandomState(0).rand(10, 3)
    stages = [("a", echo(carry_state=True)), ("b", echo(25, carry_state=True, n_readouts=2))]
    made = StackedReservoir(stages)
    made.fit(rows.reshape(2, 5, 3))
    before = made.transform(rows.reshape(2, 5, 3))
    with pytest.raises(ValueError, match="n_readouts=2"):
        made.partial_fit(rows)
    np.testing.assert_array_equal(made.transform(rows.reshape(2, 5, 3)), before)
