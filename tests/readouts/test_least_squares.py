"""Recursive least squares and streaming ridge, against each other, scikit-learn and algebra."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import Ridge, RidgeClassifier

from sparcelearn.readouts import (
    RLSClassifier,
    RLSRegressor,
    StreamingRidgeClassifier,
    StreamingRidgeRegressor,
)

RNG = np.random.default_rng(3)
X = RNG.normal(size=(150, 8)) * np.geomspace(0.3, 3, 8) + 1.5
LABELS = X[:, :3].argmax(axis=1)
VALUES = np.column_stack([X[:, 0] - X[:, 1], np.abs(X[:, 2] - 1)]) + 5
BOTH = [(StreamingRidgeClassifier, LABELS), (StreamingRidgeRegressor, VALUES)]


def known(y):
    """Return the argument that the first call of a classifier's partial_fit needs."""
    return {"classes": [0, 1, 2]} if y is LABELS else {}


def assert_same(a, b, rtol=1e-12):
    assert_allclose(a.coef_, b.coef_, rtol=rtol, atol=rtol)
    assert_allclose(a.intercept_, b.intercept_, rtol=rtol, atol=rtol)


# --- recursive least squares ---


@pytest.mark.parametrize("forgetting", [1.0, 0.97])
@pytest.mark.parametrize("intercept", [True, False])
def test_rls_is_weighted_ridge_at_every_step(forgetting, intercept):
    readout = RLSRegressor(0.5, forgetting_factor=forgetting, fit_intercept=intercept)
    design = np.hstack([X, np.ones((150, 1))]) if intercept else X
    for n in range(1, 151):
        readout.partial_fit(X[n - 1 : n], VALUES[n - 1 : n])
        if n not in {1, 5, 60, 150}:
            continue
        decay = forgetting ** np.arange(n)[::-1]
        A = (design[:n].T * decay) @ design[:n] + 0.5 * forgetting**n * np.eye(design.shape[1])
        W = np.linalg.solve(A, (design[:n].T * decay) @ VALUES[:n])
        assert_allclose(readout.coef_.T, W[:8], rtol=1e-8, atol=1e-9)
        assert_allclose(readout.intercept_, W[8] if intercept else [0, 0], rtol=1e-8, atol=1e-9)
        assert_allclose(readout.inverse_correlation_, np.linalg.inv(A), rtol=1e-7, atol=1e-9)


def test_features_of_0_and_1_are_like_others():
    binary = (X > 1.5).astype(float)
    model = RLSRegressor(alpha=1e-3).fit(binary, VALUES)
    ridge = Ridge(alpha=1e-3).fit(binary, VALUES)
    assert_allclose(model.predict(binary), ridge.predict(binary), rtol=1e-4)


def test_rls_keeps_its_inverse_symmetric_to_the_bit():
    readout = RLSRegressor(forgetting_factor=0.9, max_iter=20).fit(X, VALUES)
    assert_array_equal(readout.inverse_correlation_, readout.inverse_correlation_.T)


def test_rls_counts_a_sample_as_often_as_its_weight_says():
    weights = RNG.integers(0, 4, size=150)
    weighted = RLSRegressor().partial_fit(X, VALUES, sample_weight=weights)
    repeated = RLSRegressor().partial_fit(np.repeat(X, weights, axis=0), VALUES.repeat(weights, 0))
    assert_same(weighted, repeated, rtol=1e-9)


def test_rls_reports_the_errors_before_learning():
    readout, losses = RLSRegressor(), []
    for s in range(150):
        if s:
            losses.append(0.5 * np.sum((readout.predict(X[s : s + 1]) - VALUES[s]) ** 2))
        readout.partial_fit(X[s : s + 1], VALUES[s : s + 1])
    losses.insert(0, 0.5 * np.sum(VALUES[0] ** 2))
    assert_allclose(RLSRegressor().fit(X, VALUES).loss_curve_, [np.mean(losses)], rtol=1e-12)


def test_rls_follows_a_change_only_if_it_forgets():
    y = X[:, 0].copy()
    y[75:] = -X[75:, 0]
    errors = [
        np.abs(RLSRegressor(forgetting_factor=lam).fit(X, y).predict(X[75:]) - y[75:]).mean()
        for lam in (1.0, 0.8)
    ]
    assert errors[1] < 1e-3
    assert errors[0] > 0.5


def test_a_second_epoch_counts_every_sample_twice():
    twice = RLSRegressor(2.0, max_iter=2, shuffle=True, random_state=0).fit(X, VALUES)
    assert_same(twice, RLSRegressor(1.0).fit(X, VALUES), rtol=1e-9)
    assert (twice.n_iter_, twice.t_, len(twice.loss_curve_)) == (2, 300, 2)


def test_rls_says_when_its_inverse_explodes():
    still = np.zeros((4000, 2))
    readout = RLSRegressor(forgetting_factor=0.5).fit(X[:, :2], VALUES)
    before = copy.deepcopy(vars(readout))
    with pytest.raises(ValueError, match=r"diverged.*forgetting_factor"):
        readout.partial_fit(still, np.zeros((4000, 2)))
    np.testing.assert_equal(vars(readout), before)


@pytest.mark.parametrize("readout", [RLSClassifier(0.3), StreamingRidgeClassifier(0.3)])
def test_two_classes_share_one_output(readout):
    y = np.where(X[:, 0] > X[:, 3], "up", "down")
    readout.fit(X, y)
    assert readout.coef_.shape == (1, 8)
    assert readout.score(X, y) > 0.9
    p = readout.predict_proba(X)
    np.testing.assert_array_equal(readout.classes_[p.argmax(axis=1)], readout.predict(X))


# --- ridge from sums ---


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_streaming_ridge_is_scikit_learns(intercept, dtype):
    rtol = 1e-9 if dtype is np.float64 else 1e-3
    data, options = X.astype(dtype), {"alpha": 0.7, "fit_intercept": intercept}
    readout = StreamingRidgeRegressor(**options).fit(data, VALUES)
    assert_same(readout, Ridge(solver="cholesky", **options).fit(X, VALUES), rtol)
    readout = StreamingRidgeClassifier(**options).fit(data, LABELS)
    assert_same(readout, RidgeClassifier(solver="cholesky", **options).fit(X, LABELS), rtol)


def test_sample_weights_are_scikit_learns():
    weights = RNG.uniform(0, 2, 150)
    weights[:50] = 0.0  # a whole chunk of no weight
    readout = StreamingRidgeRegressor()
    for part in (slice(0, 50), slice(50, 150)):
        readout.partial_fit(X[part], VALUES[part], sample_weight=weights[part])
    assert_same(readout, Ridge(solver="cholesky").fit(X, VALUES, weights), 1e-9)


@pytest.mark.parametrize(("readout_class", "y"), BOTH)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_neither_chunks_nor_order_nor_place_matter(readout_class, y, data):
    order = np.random.default_rng(data.draw(st.integers(0, 9))).permutation(150)
    cuts = sorted(data.draw(st.sets(st.integers(1, 149), min_size=1, max_size=6)))
    places = [
        readout_class(0.1).partial_fit(X[part], y[part], **known(y))
        for part in np.split(order, cuts)
    ]
    merged = places[0]
    for other in places[1:]:
        before = copy.deepcopy(other.coef_)
        assert merged.merge(other) is merged
        assert_array_equal(other.coef_, before)
    central = readout_class(0.1).fit(X, y)
    assert_same(merged, central)
    assert merged.t_ == central.t_ == 150


@pytest.mark.parametrize(("readout_class", "y"), BOTH)
def test_what_is_forgotten_was_never_learned(readout_class, y):
    gone = RNG.random(150) < 0.3
    weights = RNG.uniform(0.5, 2, 150)
    readout = readout_class(0.1).partial_fit(X, y, sample_weight=weights, **known(y))
    readout.forget(X[gone], y[gone], sample_weight=weights[gone])
    without = readout_class(0.1).partial_fit(
        X[~gone], y[~gone], sample_weight=weights[~gone], **known(y)
    )
    assert_same(readout, without, 1e-11)
    assert readout.t_ == without.t_
    readout.forget(X[~gone], y[~gone], sample_weight=weights[~gone])
    assert readout.t_ == 0
    assert_allclose(readout.coef_, 0, atol=1e-9)


def test_of_rows_that_wait_only_the_one_with_its_label_is_summed():
    readout = StreamingRidgeRegressor().fit(X[:50], VALUES[:50])
    expected = (
        StreamingRidgeRegressor().fit(X[:50], VALUES[:50]).partial_fit(X[57:58], VALUES[57:58])
    )
    readout._row_learner(X[55:60].copy()).learn(2, VALUES[57])
    assert_array_equal(readout.coef_, expected.coef_)
    assert readout.t_ == 51


def test_a_large_mean_does_no_harm():
    far = X + 1e6
    merged = StreamingRidgeRegressor().fit(far[:70], VALUES[:70])
    merged.merge(StreamingRidgeRegressor().fit(far[70:], VALUES[70:]))
    assert_allclose(merged.coef_, StreamingRidgeRegressor().fit(X, VALUES).coef_, rtol=1e-6)


def refuses(readout, method, error, match, *args):
    before = copy.deepcopy(vars(readout))
    with pytest.raises(error, match=match):
        getattr(readout, method)(*args)
    np.testing.assert_equal(vars(readout), before)


def test_what_cannot_be_merged_is_refused():
    readout = StreamingRidgeClassifier().fit(X, LABELS)
    refuses(readout, "merge", TypeError, "got Ridge", Ridge())
    refuses(readout, "merge", ValueError, "not fitted", StreamingRidgeClassifier())
    for other, match in [
        (StreamingRidgeClassifier().fit(X[:, :5], LABELS), "n_features_in_ 5"),
        (StreamingRidgeClassifier().fit(X, LABELS + 1), "classes_"),
        (StreamingRidgeClassifier(fit_intercept=False).fit(X, LABELS), "fit_intercept False"),
    ]:
        refuses(readout, "merge", ValueError, match, other)
    values = StreamingRidgeRegressor().fit(X, VALUES)
    other = StreamingRidgeRegressor().fit(X, VALUES[:, 0])
    refuses(values, "merge", ValueError, "number of outputs 1", other)


def test_what_cannot_be_forgotten_is_refused():
    readout = StreamingRidgeRegressor(1e-3).fit(X[:20], VALUES[:20])
    refuses(readout, "forget", ValueError, "only 20", X, VALUES)
    refuses(readout, "forget", ValueError, "forgotten", 100 * X[:19], VALUES[:19])
    refuses(readout, "forget", ValueError, "X has 3 features", X[:, :3], VALUES)
    with pytest.raises(ValueError, match="not fitted"):
        StreamingRidgeRegressor().forget(X, VALUES)
