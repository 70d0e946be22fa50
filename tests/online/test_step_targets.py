"""A target for every time step of sequences."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import Ridge, RidgeClassifier
from sklearn.metrics import accuracy_score, r2_score
from sklearn.model_selection import cross_val_score

from sparcelearn import ReservoirClassifier, ReservoirRegressor
from tests.online.streams import LABELS, ROWS, VALUES, digest, reservoir

PIECES = [slice(0, 60), slice(60, 130), slice(150, 200)]
X = [ROWS[piece] for piece in PIECES]
Y = [VALUES[piece] for piece in PIECES]


def by_hand(kind, x):
    """Return the features of a sequence after each of its rows, from rest."""
    return reservoir(kind, carry_state=True).fit(np.concatenate(X)).transform(x)


@pytest.mark.parametrize(("kind", "carries"), [("spiking", True), ("echo", True), ("echo", False)])
def test_every_sequence_is_a_stream_from_rest(kind, carries):
    model = ReservoirRegressor(reservoir(kind, carry_state=carries), Ridge(), washout=20)
    model.fit(X, Y)
    features = [by_hand(kind, x) for x in X]
    readout = Ridge().fit(
        np.concatenate([f[20:] for f in features]), np.concatenate([y[20:] for y in Y])
    )
    np.testing.assert_array_equal(model.readout_.coef_, readout.coef_)
    for found, expected in zip(model.predict(X), features, strict=True):
        np.testing.assert_allclose(found, readout.predict(expected), rtol=1e-6)
    expected = r2_score(
        np.concatenate([y[20:] for y in Y]),
        np.concatenate([readout.predict(f[20:]) for f in features]),
    )
    assert model.score(X, Y) == pytest.approx(expected)
    assert model.counters["updates_skipped"] == 60
    assert model.counters["steps"] == 180


def test_a_stream_goes_on_where_the_last_sequence_ends():
    model = ReservoirRegressor(reservoir("echo"), Ridge()).fit(X, Y)
    assert digest(model.reservoir_.state_) == digest(
        reservoir("echo").fit(ROWS).partial_fit(X[-1]).state_
    )
    following = by_hand("echo", np.concatenate([X[-1], ROWS[:10]]))[-10:]
    np.testing.assert_array_equal(model.predict(ROWS[:10]), model.readout_.predict(following))
    assert model._age == 50


def test_arrays_of_three_dimensions_and_labels_and_several_outputs():
    x, y = ROWS.reshape(4, 50, 2), LABELS.reshape(4, 50)
    steps = ReservoirClassifier(reservoir("echo"), RidgeClassifier()).fit(x, list(y))
    assert [labels.shape for labels in steps.predict(x)] == [(50,)] * 4
    joined = np.concatenate(steps.predict(x))
    assert steps.score(x, list(y)) == accuracy_score(LABELS, joined) > 0.5
    values = np.stack([VALUES, -VALUES], axis=1).reshape(4, 50, 2)
    several = ReservoirRegressor(reservoir("echo", carry_state=False), Ridge()).fit(x, values)
    assert [found.shape for found in several.predict(list(x))] == [(50, 2)] * 4


def test_an_array_of_two_dimensions_stays_a_row_of_outputs_for_each_sequence():
    x, y = ROWS.reshape(20, 10, 2), VALUES.reshape(20, 10)  # as many outputs as steps
    model = ReservoirRegressor(reservoir("echo", carry_state=False), Ridge()).fit(x, y)
    assert model.predict(x).shape == (20, 10)
    assert isinstance(clone(model).fit(x, list(y)).predict(x), list)


def test_sequences_are_cross_validated_whole():
    model = ReservoirRegressor(reservoir("echo", n_units=20), Ridge(1e-3), washout=10)
    x, y = np.split(ROWS, 5), np.split(ROWS[:, 0], 5)
    assert cross_val_score(model, x, y, cv=5, error_score="raise").min() > 0.8


def test_targets_that_do_not_fit_their_sequence_are_named():
    model = ReservoirRegressor(reservoir("echo"), Ridge())
    with pytest.raises(ValueError, match="sequence 1 has 70 steps and 69 targets"):
        model.fit(X, [Y[0], Y[1][1:], Y[2]])
    with pytest.raises(ValueError, match="washout=70 leaves none of the 180"):
        model.set_params(washout=70).fit(X, Y)
