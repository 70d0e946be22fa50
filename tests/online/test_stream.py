"""Pieces and single steps of a stream: the same to the bit, looking never moves time."""

import copy
import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge, SGDClassifier, SGDRegressor
from sklearn.metrics import r2_score
from sklearn.model_selection import TimeSeriesSplit, cross_val_score
from sklearn.pipeline import make_pipeline

from sparcelearn import ReservoirClassifier, ReservoirRegressor
from sparcelearn.readouts import SparceClassifier, SparceRegressor
from sparcelearn.reservoir import EchoStateReservoir
from tests.online.streams import (
    CLASSES,
    LABELS,
    N_ROWS,
    ROWS,
    VALUES,
    classifier,
    digest,
    feed,
    regressor,
    reservoir,
    targets,
)
from tests.reservoir.helpers import SILENT


@pytest.fixture(params=[classifier, regressor], ids=["classifier", "regressor"])
def make(request):
    return request.param


@pytest.fixture(params=["spiking", "echo"])
def kind(request):
    return request.param


# --- the same, however the stream is cut ---


def test_the_oracle_is_reservoir_and_readout_by_hand(make, kind):
    model = feed(make(kind))
    network = reservoir(kind).fit(ROWS)
    features = network.transform(ROWS)
    readout = clone(model.readout)
    more = {"classes": CLASSES} if make is classifier else {}
    readout.partial_fit(features, targets(model), **more)
    assert digest(model.readout_) == digest(readout)
    assert digest(model.reservoir_) == digest(network.partial_fit(ROWS))


def test_weights_of_samples_reach_the_readout(make):
    more = {"classes": CLASSES} if make is classifier else {}
    weights = np.random.RandomState(0).uniform(0, 2, N_ROWS)
    model = make("echo", washout=3)
    model.partial_fit(ROWS, targets(model), sample_weight=weights, **more)
    features = reservoir("echo").fit(ROWS).transform(ROWS)
    readout = clone(model.readout).partial_fit(
        features[3:], targets(model)[3:], sample_weight=weights[3:], **more
    )
    assert digest(model.readout_) == digest(readout)
    assert digest(model.readout_) != digest(feed(make("echo", washout=3)).readout_)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        model.partial_fit(ROWS, targets(model), sample_weight=weights[1:], **more)


@pytest.mark.filterwarnings(SILENT)  # the first piece may be too short for every unit to spike
@pytest.mark.parametrize("seed", range(50))
def test_pieces_of_any_size_and_single_steps_give_the_same(seed):
    make, kind = (classifier, regressor)[seed % 2], ("spiking", "echo")[seed // 2 % 2]
    rng = np.random.RandomState(seed)
    whole = feed(make(kind, washout=seed % 7))
    cuts = np.sort(rng.choice(np.arange(1, N_ROWS), rng.randint(1, 20), replace=False))
    pieces = make(kind, washout=seed % 7)
    for rows in np.split(np.arange(N_ROWS), cuts):
        if rows[0] and rng.rand() < 0.5:
            for row in rows:
                pieces.step(ROWS[row])
                pieces.learn(targets(pieces)[row])
        else:
            feed(pieces, rows)
    # a record of the first piece, which is not the same
    whole.reservoir_.firing_rates_ = pieces.reservoir_.firing_rates_ = None
    assert digest(pieces) == digest(whole)


@pytest.mark.parametrize("readout", [SGDClassifier(shuffle=False), SGDRegressor(shuffle=False)])
def test_scikit_learns_own_readouts_step_and_learn(readout):
    is_classifier = isinstance(readout, SGDClassifier)
    kind = ReservoirClassifier if is_classifier else ReservoirRegressor
    pieces, steps = (feed(kind(reservoir(), readout), slice(0, 20)) for _ in range(2))
    for row in range(20, 60):
        feed(pieces, slice(row, row + 1))
        expected = steps.predict(ROWS[row : row + 1])[0]
        assert steps.step(ROWS[row]) == expected
        steps.learn(targets(steps)[row])
    np.testing.assert_array_equal(steps.readout_.coef_, pieces.readout_.coef_)
    assert steps.counters == pieces.counters


def test_step_returns_what_predict_foresees(make, kind):
    model = feed(make(kind), slice(0, 150))
    foreseen = model.predict(ROWS[150:])
    assert len(np.unique(foreseen)) > 1
    steps = [model.step(row) for row in ROWS[150:]]
    np.testing.assert_array_equal(steps, foreseen)


@pytest.mark.parametrize("n_outputs", [1, 2])
def test_targets_of_two_dimensions(n_outputs):
    Y = np.column_stack([VALUES, -VALUES])[:, :n_outputs]
    model = regressor().partial_fit(ROWS[:100], Y[:100])
    assert model.predict(ROWS[100:]).shape == (100, n_outputs)
    assert model.step(ROWS[100]).shape == (n_outputs,)
    model.learn(Y[100])
    whole = regressor().partial_fit(ROWS[:101], Y[:101])
    assert digest(model.readout_) == digest(whole.readout_)


# --- what moves, and what does not ---


def test_looking_changes_nothing(make, kind):
    model = feed(make(kind), slice(0, 50))
    model.step(ROWS[50])
    before = digest(model)
    model.predict(ROWS)
    model.score(ROWS, targets(model))
    if make is classifier:
        model.predict_proba(ROWS)
        model.decision_function(ROWS)
    assert digest(model) == before
    assert model.counters["steps"] == 51
    assert digest(model) == before


def test_the_reservoir_never_learns(make, kind):
    drawn = reservoir(kind).fit(ROWS)
    model = make(kind).fit(ROWS, LABELS if make is classifier else VALUES)
    feed(model)
    for row, target in zip(ROWS, targets(model), strict=True):
        model.step(row)
        model.learn(target)
    for name in ("input_weights_", "recurrent_weights_"):
        for part in ("data", "indices", "indptr"):
            arrays = [getattr(getattr(r, name), part) for r in (drawn, model.reservoir_)]
            assert arrays[0].tobytes() == arrays[1].tobytes()
    assert drawn.bias_.tobytes() == model.reservoir_.bias_.tobytes()


def test_fit_ends_where_its_rows_end_and_reset_state_returns_to_rest(make, kind):
    model = make(kind, washout=10)
    model.fit(ROWS[:150], targets(model)[:150])
    by_hand = reservoir(kind).fit(ROWS[:150])
    at_rest = digest(by_hand)
    features = by_hand.partial_fit(ROWS[:150]).transform(ROWS[150:])
    assert digest(model.reservoir_) == digest(by_hand) != at_rest
    np.testing.assert_array_equal(model.predict(ROWS[150:]), model.readout_.predict(features))
    assert model.reset_state() is model
    assert digest(model.reservoir_) == at_rest
    assert not np.array_equal(model.predict(ROWS[150:]), model.readout_.predict(features))


def test_a_pipeline_goes_on_after_fit_as_well():
    alone, twin = reservoir("echo"), reservoir("echo")
    features = alone.fit_transform(ROWS[:150])
    np.testing.assert_array_equal(features, twin.fit(ROWS[:150]).transform(ROWS[:150]))
    assert digest(alone) == digest(twin.partial_fit(ROWS[:150]))
    pipeline = make_pipeline(reservoir("echo"), Ridge()).fit(ROWS[:150], VALUES[:150])
    together = ReservoirRegressor(reservoir("echo"), Ridge()).fit(ROWS[:150], VALUES[:150])
    np.testing.assert_array_equal(pipeline.predict(ROWS[150:]), together.predict(ROWS[150:]))


def test_what_follows_the_training_rows_is_forecast_as_well_as_they_are():
    x = np.sin(np.arange(1200) / 7) + np.sin(np.arange(1200) / 3.1)
    model = ReservoirRegressor(
        EchoStateReservoir(60, carry_state=True, random_state=0), Ridge(1e-6), washout=100
    )
    X, y = x[:-1, np.newaxis], x[1:]
    assert cross_val_score(model, X, y, cv=TimeSeriesSplit(3)).min() > 0.9999
    model.fit(X[:900], y[:900])
    after, from_rest = model.predict(X[900:920]), model.reset_state().predict(X[900:920])
    assert np.abs(after - y[900:920]).max() < 0.02 < np.abs(from_rest - y[900:920]).max()


def test_score_leaves_out_the_washout_after_a_true_start_only():
    model = regressor("echo", washout=30).fit(ROWS, VALUES)
    assert model.score(ROWS, VALUES) == r2_score(VALUES, model.predict(ROWS))
    model.reset_state()
    weights = np.arange(len(ROWS)) + 1.0
    expected = r2_score(VALUES[30:], model.predict(ROWS)[30:], sample_weight=weights[30:])
    assert model.score(ROWS, VALUES, sample_weight=weights) == expected
    model.partial_fit(ROWS[:10], VALUES[:10])
    assert model.score(ROWS, VALUES) == r2_score(VALUES[20:], model.predict(ROWS)[20:])
    with pytest.raises(ValueError, match="leaves none of the 20 rows"):
        model.score(ROWS[:20], VALUES[:20])


def test_fit_is_fit_of_the_readout_on_the_stream_from_rest(make):
    model = make(washout=10)
    model.fit(ROWS, targets(model))
    features = reservoir().fit(ROWS).transform(ROWS)
    readout = clone(model.readout).fit(features[10:], targets(model)[10:])
    assert digest(model.readout_) == digest(readout)


def test_sequences_start_from_rest_each():
    X = ROWS.reshape(20, 10, 2)
    y = np.arange(20) % 3
    model = ReservoirClassifier(reservoir(carry_state=False), SparceClassifier(max_iter=3))
    whole = model.fit(X, y).predict(X)
    ragged = [x[: 5 + k % 5] for k, x in enumerate(X)]
    np.testing.assert_array_equal(whole[::-1], model.predict(X[::-1]))
    assert model.partial_fit(ragged, y).predict(ragged).shape == (20,)
    assert model.counters["steps"] == 40
    with pytest.raises(ValueError, match=r"SpikingReservoir\(carry_state=True\)"):
        model.step(ROWS[0])


@pytest.mark.parametrize(
    "copied",
    [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))],
    ids=["deepcopy", "pickle"],
)
def test_a_copy_goes_on_alone(make, kind, copied):
    original = feed(make(kind, max_pending=3), slice(0, 50))
    original.step(ROWS[50])
    ticket = original.n_steps_
    original.step(ROWS[51])
    twin = copied(original)
    before = digest(original)
    for model in (twin, original):
        model.learn(targets(model)[50], ticket=ticket)
        for row, target in zip(ROWS[52:], targets(model)[52:], strict=True):
            model.step(row)
            model.learn(target)
        if model is twin:
            assert digest(original) == before
    assert digest(original) == digest(twin) != before


def test_earlier_copies_of_weights_stay_as_they_were(make):
    model = feed(make(), slice(0, 50))
    weights = model.readout_.coef_
    before = weights.copy()
    model.step(ROWS[50])
    model.learn(targets(model)[50])
    np.testing.assert_array_equal(weights, before)
    assert not np.array_equal(model.readout_.coef_, before)


# --- washout ---


@pytest.mark.parametrize("by", ["piece", "pieces", "steps"])
def test_washout_is_dropped_at_a_true_start_only(make, by):
    model = make(washout=30)
    if by == "piece":
        feed(model)
    else:
        feed(model, slice(0, 10))
        assert not hasattr(model.readout_, "coef_")  # nothing has been learned
        if by == "pieces":
            for first in range(10, N_ROWS, 10):
                feed(model, slice(first, first + 10))
        else:
            for row in range(10, N_ROWS):
                prediction = model.step(ROWS[row])
                assert (prediction is None) == (row <= 30)
                model.learn(targets(model)[row])
    features = reservoir().fit(ROWS).transform(ROWS)
    more = {"classes": CLASSES} if make is classifier else {}
    readout = clone(model.readout).partial_fit(features[30:], targets(model)[30:], **more)
    assert digest(model.readout_) == digest(readout)
    assert model.counters["updates_skipped"] == 30
    assert model.counters["updates"] == N_ROWS - 30
    feed(model.reset_state(), slice(0, 40))
    assert model.counters["updates_skipped"] == 60


# --- labels that come late ---


def test_late_labels_are_learned_from_the_features_of_their_step():
    delay, rate = 4, 0.01
    readout = SparceRegressor(None, solver="sgd", learning_rate=rate, batch_size=1, alpha=0)
    model = ReservoirRegressor(reservoir("echo"), readout, max_pending=delay)
    feed(model, slice(0, 1))
    weights, bias = model.readout_.coef_[0].copy(), model.readout_.intercept_[0]
    features = reservoir("echo").fit(ROWS).transform(ROWS)
    tickets = {}
    for row in range(1, N_ROWS):
        model.step(ROWS[row])
        tickets[row] = model.n_steps_
        late = row - delay + 1
        if late >= 1:
            model.learn(VALUES[late], ticket=tickets[late])
            error = weights @ features[late] + bias - VALUES[late]
            weights -= 2 * rate * error * features[late]
            bias -= 2 * rate * error
    np.testing.assert_allclose(model.readout_.coef_[0], weights, rtol=1e-10)
    np.testing.assert_allclose(model.readout_.intercept_[0], bias, rtol=1e-10)


def test_a_ticket_is_good_once_and_not_for_ever(make):
    model = feed(make(max_pending=2), slice(0, 50))
    with pytest.raises(ValueError, match="ticket=50 waits for no label"):
        model.learn(targets(model)[49])  # a piece waits for nothing
    for row in range(50, 53):
        model.step(ROWS[row])
    with pytest.raises(ValueError, match="max_pending=2 steps, up to 53"):
        model.learn(targets(model)[50], ticket=51)
    model.learn(targets(model)[51], ticket=52)
    before = digest(model.readout_)
    for ticket in (52, 54, 0, -1):
        with pytest.raises(ValueError, match=f"ticket={ticket} "):
            model.learn(targets(model)[51], ticket=ticket)
    assert digest(model.readout_) == before
    model.reset_state()
    with pytest.raises(ValueError, match="ticket=53 "):
        model.learn(targets(model)[52], ticket=53)
    assert model.counters["rejected_inputs"] == 7


def test_learn_takes_a_row_and_its_label_at_once(make):
    one, two = (feed(make(), slice(0, 50)) for _ in range(2))
    one.learn(ROWS[50], targets(one)[50])
    two.step(ROWS[50])
    two.learn(targets(two)[50])
    assert digest(one) == digest(two)
    with pytest.raises(TypeError, match="3 arguments"):
        one.learn(1, 2, 3)


# --- counters ---


def test_counters_count(make, kind):
    model = feed(make(kind, washout=5), slice(0, 50))
    spikes = model.spike_counts_.copy()
    for row in range(50, 60):
        model.step(ROWS[row])
    model.learn(targets(model)[59])
    for bad in (np.nan, [1.0], "no", [[1.0, 2.0]]):
        with pytest.raises((ValueError, TypeError)):
            model.step(bad)
    expected = reservoir(kind).fit(ROWS)._respond(ROWS[:60])[1]
    assert model.counters == {
        "steps": 60,
        "spikes": int(expected.sum()),
        "updates": 46,
        "updates_skipped": 5,
        "rejected_inputs": 4,
    }
    np.testing.assert_array_equal(model.spike_counts_, expected)
    assert (kind == "spiking") == bool(np.any(model.spike_counts_ > spikes))


# --- forecasts ---


def sine_forecaster(**parameters):
    x = np.sin(np.arange(1500) / 5)
    readout = SparceRegressor(None, batch_size=1, learning_rate=0.003, max_iter=50)
    network = EchoStateReservoir(60, carry_state=True, random_state=0, input_scaling=0.5)
    return ReservoirRegressor(network, readout, washout=50, **parameters), x


def test_generate_feeds_predictions_back():
    model, x = sine_forecaster()
    model.partial_fit(x[:1000, np.newaxis], x[1:1001])
    twin = copy.deepcopy(model)
    for value in x[1000:1010]:
        model.step(value)
    before = digest(model)
    forecast = model.generate(30)
    assert digest(model) == before
    # by hand: what step predicts is the next row
    by_hand = [twin.step(value) for value in x[1000:1010]][-1:]
    for _ in range(29):
        by_hand.append(twin.step(by_hand[-1]))
    np.testing.assert_array_equal(forecast, by_hand)


def test_generate_follows_what_it_has_learned():
    model, x = sine_forecaster()
    model.fit(x[:1000, np.newaxis], x[1:1001])
    forecast = model.generate(60)
    assert np.abs(forecast - x[1001:1061]).max() < 0.3
    np.testing.assert_array_equal(model.reset_state().generate(5, x[:1000, None]), forecast[:5])


def test_generate_says_what_it_needs():
    model, x = sine_forecaster()
    with pytest.raises(NotFittedError):
        model.generate(3)
    model.fit(x[:100, np.newaxis], x[1:101]).reset_state()
    with pytest.raises(ValueError, match="at rest"):
        model.generate(3)
    with pytest.raises(ValueError, match="must be 2 finite value"):
        feed(regressor()).generate(3)
    X = ROWS.reshape(20, 10, 2)
    at_rest = regressor().set_params(reservoir__carry_state=False).fit(X, np.arange(20.0))
    with pytest.raises(ValueError, match="carry_state=True"):
        at_rest.generate(3, X)


def test_labels_of_any_type_come_back_as_they_were():
    for labels in ([0, 1], ["a", "b"], [False, True], [2.0, 3.0]):
        y = np.array(labels)[(VALUES > 0).astype(int)]
        model = classifier().partial_fit(ROWS[:100], y[:100], classes=labels)
        assert model.step(ROWS[100]) in labels
        model.learn(y[100].item())
        model.learn(ROWS[101], y[101])
        with pytest.raises(ValueError, match="not among the classes"):
            model.learn(ROWS[102], "unheard of")
    assert set(LABELS) == set(CLASSES)
