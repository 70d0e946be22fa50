"""The path of sparsity levels: the same readouts as one by one, and a sound choice."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.model_selection import KFold, TimeSeriesSplit, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sparcelearn.readouts import (
    SparceClassifier,
    SparceClassifierCV,
    SparceRegressor,
    SparceRegressorCV,
)
from sparcelearn.readouts._sparce.path import epochs_tried, smoothed

RNG = np.random.default_rng(5)
X = RNG.normal(size=(120, 10)).astype(np.float32)
LABELS = X[:, :3].argmax(axis=1)
VALUES = np.column_stack([X[:, 0], np.abs(X[:, 1])])
LEVELS = [0.8, 0.0, 0.5]
ONE = {"max_iter": 4, "random_state": 0}
KINDS = [
    (SparceClassifierCV, SparceClassifier, LABELS),
    (SparceRegressorCV, SparceRegressor, VALUES),
]


@pytest.mark.parametrize(("search_class", "readout_class", "y"), KINDS)
@pytest.mark.parametrize("more", [{}, {"calibration_samples": 20}, {"batch_size": 1}], ids=str)
def test_every_level_is_a_fit_of_its_own(search_class, readout_class, y, more):
    readout = readout_class(**ONE, **more)
    search = search_class(readout, sparsities=LEVELS, max_iter=4, cv=KFold(3)).fit(X, y)
    path = search.sparsity_path_
    assert path["sparsity"].tolist() == sorted(LEVELS)
    for level, scores in zip(path["sparsity"], path["scores"], strict=True):
        readout.set_params(sparsity=level)
        expected = cross_val_score(readout, X, y, cv=KFold(3))
        if "calibration_samples" not in more:  # there, fit draws its rows after its weights
            assert_array_equal(scores, expected)
        assert scores.shape == expected.shape
    best = path["sparsity"][path["mean_score"] == path["mean_score"].max()]
    assert search.sparsity_ == best[len(best) // 2]
    alone = readout.set_params(sparsity=search.sparsity_).fit(X, y)
    assert_array_equal(search.estimator_.coef_, alone.coef_)
    assert_array_equal(search.predict(X), alone.predict(X))
    assert_array_equal(search.sparse_code(X), alone.sparse_code(X))
    assert search.score(X, y) == alone.score(X, y)


@pytest.mark.parametrize(("search_class", "readout_class", "y"), KINDS)
@pytest.mark.parametrize(
    ("n_samples", "max_iter", "epochs"), [(120, None, 9), (500, None, 9), (500, 3, 3)]
)
def test_levels_are_tried_for_so_many_epochs(
    search_class, readout_class, y, n_samples, max_iter, epochs
):
    rows = np.arange(n_samples) % len(X)
    readout = readout_class(max_iter=9, random_state=0)
    search = search_class(readout, sparsities=LEVELS, max_iter=max_iter, cv=KFold(3))
    path = search.fit(X[rows], y[rows]).sparsity_path_
    for level, scores in zip(path["sparsity"], path["scores"], strict=True):
        short = readout_class(level, max_iter=epochs, random_state=0)
        assert_array_equal(scores, cross_val_score(short, X[rows], y[rows], cv=KFold(3)))
    assert search.estimator_.n_iter_ == search.estimator_.max_iter == 9


@pytest.mark.parametrize(
    ("max_iter", "n_samples", "expected"),
    [(50, 120, 50), (50, 500, 50), (50, 1000, 25), (50, 3000, 9), (50, 60_000, 7), (9, 10**6, 2)],
)
def test_levels_of_many_samples_are_tried_for_fewer_epochs(max_iter, n_samples, expected):
    assert epochs_tried(max_iter, n_samples) == expected


def test_threads_and_validation_split():
    paths = [
        SparceClassifierCV(SparceClassifier(**ONE), sparsities=LEVELS, n_jobs=n)
        .fit(X, LABELS)
        .sparsity_path_
        for n in (None, 2)
    ]
    for name, values in paths[0].items():
        assert_array_equal(values, paths[1][name])
    assert np.all(np.diff(paths[0]["coding_level"]) < 0)


def test_few_labels_are_validated_on_five_folds_and_more_on_a_fifth():
    def n_splits(search, rows, y):
        return search.fit(X[rows], y[rows]).sparsity_path_["scores"].shape[1]

    few, many = np.arange(120), np.arange(500) % 120
    readout = SparceClassifier(max_iter=1, random_state=0)
    search = SparceClassifierCV(readout, sparsities=LEVELS)
    values = SparceRegressorCV(SparceRegressor(max_iter=1), sparsities=LEVELS)
    assert [n_splits(search, rows, LABELS) for rows in (few, many[:499], many)] == [5, 5, 1]
    assert [n_splits(values, rows, VALUES) for rows in (few, many)] == [1, 1]
    rare = np.where(np.arange(120) < 3, "rare", "common")  # each fold has one of the three
    assert n_splits(search, few, rare) == 3
    alone = np.where(np.arange(120) < 1, "alone", "common")
    assert n_splits(search, few, alone) == 2


@pytest.mark.parametrize(("n_levels", "chosen"), [(3, 0.2), (4, 0.4)])
def test_of_equally_good_levels_the_middle_one_is_chosen(n_levels, chosen):
    levels = [0.0, 0.2, 0.4, 0.6][:n_levels]
    search = SparceClassifierCV(
        SparceClassifier(**ONE), sparsities=levels, scoring=lambda *_: 0.5
    ).fit(X, LABELS)
    assert search.sparsity_ == chosen


def test_in_a_pipeline_with_another_scorer_and_folds():
    search = SparceRegressorCV(
        SparceRegressor(**ONE),
        sparsities=LEVELS,
        cv=TimeSeriesSplit(2),
        scoring="neg_mean_squared_error",
    )
    model = make_pipeline(StandardScaler(), search).fit(X, VALUES[:, 0])
    assert model[-1].sparsity_path_["mean_score"].max() < 0
    assert model.predict(X).shape == (120,)


@pytest.mark.parametrize(
    "bad",
    [
        {"sparsities": []},
        {"sparsities": [0.5, 1.0]},
        {"sparsities": [[0.5]]},
        {"sparsities": [-0.1]},
        {"sparsities": "many"},
        {"max_iter": 0},
        {"max_iter": 2.5},
        {"cv": 1},
        {"scoring": "beauty"},
        {"estimator": SparceClassifier(learning_rate=-1.0)},
        {"estimator": StandardScaler()},
        {"n_jobs": "two"},
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(bad):
    search = SparceClassifierCV(**{"estimator": SparceClassifier(**ONE), **bad})
    with pytest.raises((ValueError, TypeError)):
        search.fit(X, LABELS)
    assert not hasattr(search, "estimator_")


def test_probabilities_are_those_of_the_readout():
    search = SparceClassifierCV(SparceClassifier(**ONE), sparsities=LEVELS).fit(X, LABELS)
    assert search.decision_function(X).shape == (120, 3)
    assert_array_equal(search.predict_proba(X), search.estimator_.predict_proba(X))


def test_few_samples_choose_a_level_whose_neighbours_are_good_too():
    scores = np.array([0.68, 0.70, 0.70, 0.52])
    expected = [(0.68 * 2 + 0.70) / 3, 0.695, 0.655, (0.52 * 2 + 0.70) / 3]
    assert_allclose(smoothed(scores), expected)
    assert_allclose(smoothed(np.array([0.3])), [0.3])
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(60, 30)), np.arange(60) % 2
    search = SparceClassifierCV(SparceClassifier(**ONE)).fit(X, y)
    ranked = smoothed(search.sparsity_path_["mean_score"])
    best = search.sparsity_path_["sparsity"][ranked == ranked.max()]
    assert search.sparsity_ == best[len(best) // 2]
