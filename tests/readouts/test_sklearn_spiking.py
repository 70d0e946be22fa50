"""The scikit-learn contract of readouts of spike trains, and what they do with their input."""

import joblib
import numpy as np
import pytest
from sklearn.base import clone, is_classifier
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.utils import estimator_checks as checks

from sparcelearn import SpikeTrains
from sparcelearn.readouts import (
    DecolleClassifier,
    EpropClassifier,
    EpropRegressor,
    FirstSpikeClassifier,
    SuperSpikeRegressor,
    ThreeFactorClassifier,
)
from tests.readouts.contract import assert_checks_pass

READOUTS = [
    DecolleClassifier(),
    EpropClassifier(),
    EpropClassifier("lif"),
    EpropClassifier("alif"),
    EpropRegressor(),
    FirstSpikeClassifier(),
    SuperSpikeRegressor(),
    ThreeFactorClassifier(),
]
CONTRACTED = [DecolleClassifier, EpropClassifier, EpropRegressor, FirstSpikeClassifier,
              SuperSpikeRegressor]  # fmt: skip


def name(readout):
    return f"{type(readout).__name__}-{getattr(readout, 'neuron', '')}"


@pytest.mark.parametrize("readout", READOUTS, ids=name)
def test_every_check_passes(readout):
    assert_checks_pass(readout)


@pytest.mark.parametrize(
    "check",
    [
        checks.check_dataframe_column_names_consistency,
        checks.check_param_validation,
        checks.check_n_features_in_after_fitting,
        checks.check_estimators_partial_fit_n_features,
    ],
    ids=lambda c: c.__name__,
)
@pytest.mark.parametrize("readout", READOUTS, ids=name)
def test_checks_that_check_estimator_leaves_out(readout, check):
    check(type(readout).__name__, clone(readout))


def data(readout, n=18):
    """Spike trains whose first channels tell the class, and targets of the readout's kind."""
    rng = np.random.default_rng(0)
    y = np.arange(n) % 3
    rates = np.where(np.arange(12) % 3 == y[:, None], 0.2, 0.02)
    X = SpikeTrains.from_dense(rng.random((n, 40, 12)) < rates[:, None])
    if isinstance(readout, SuperSpikeRegressor):
        return X, SpikeTrains.from_samples([([10.0 * (c + 1)], [0]) for c in y], 1, 40.0)
    return X, y if is_classifier(readout) else y.astype(float)


def few_epochs(readout, n=3, **options):
    return clone(readout).set_params(max_iter=n, random_state=0, **options)


@pytest.mark.parametrize("readout", READOUTS, ids=name)
def test_looking_changes_nothing(readout):
    X, y = data(readout)
    model = few_epochs(readout).fit(X, y)
    before = joblib.hash(vars(model))
    for method in ("predict", "decision_function", "predict_proba", "output_times"):
        if hasattr(model, method):
            getattr(model, method)(X)
    assert np.isfinite(model.score(X, y))
    assert joblib.hash(vars(model)) == before


@pytest.mark.parametrize("readout", READOUTS, ids=name)
def test_spikes_and_counts_in_steps_are_the_same(readout):
    X, y = data(readout)
    trains, counts, ragged = (
        few_epochs(readout).fit(form, y) for form in (X, X.to_dense(), list(X.to_dense()))
    )
    assert np.array_equal(trains.coef_, counts.coef_)
    assert np.array_equal(trains.coef_, ragged.coef_)
    assert trains.n_features_in_ == counts.n_features_in_ == 12


@pytest.mark.parametrize("readout", READOUTS, ids=name)
def test_a_stream_of_samples_may_be_cut_anywhere(readout):
    X, y = data(readout)
    first = {"classes": [0, 1, 2]} if is_classifier(readout) else {}
    options = {} if isinstance(readout, DecolleClassifier) else {"batch_size": 1}
    whole, pieces = (few_epochs(readout, **options) for _ in range(2))
    whole.partial_fit(X, y, **first)
    for part in (slice(0, 5), slice(5, 6), slice(6, 18)):
        pieces.partial_fit(X[part], y[part], **first)
    assert np.array_equal(whole.coef_, pieces.coef_)
    assert whole.t_ == pieces.t_ == 18


@pytest.mark.parametrize("readout", READOUTS, ids=name)
def test_only_channels_that_fired_are_touched(readout):
    X, y = data(readout)
    dense = X.to_dense()
    dense[:, :, 5] = 0
    model = few_epochs(readout)
    first = {"classes": [0, 1, 2]} if is_classifier(readout) else {}
    model.partial_fit(dense, y, sample_weight=np.zeros(18), **first)
    before = model.coef_.copy()
    model.partial_fit(dense, y)
    moved = np.any(model.coef_ != before, axis=0)
    assert not moved[5]
    assert moved[[*range(5), *range(6, 12)]].all()


@pytest.mark.parametrize("readout", READOUTS, ids=name)
def test_bad_spike_trains_are_refused_and_nothing_changes(readout):
    X, y = data(readout)
    model = few_epochs(readout).fit(X, y)
    before = joblib.hash(vars(model))
    fewer = SpikeTrains.from_dense(X.to_dense()[:, :, :7])
    for bad in (fewer, X[:0], np.full((18, 40, 12), np.nan)):
        with pytest.raises(ValueError, match=r"7 features|0 sample|NaN"):
            model.partial_fit(bad, y)
        with pytest.raises(ValueError, match=r"7 features|0 sample|NaN"):
            model.predict(bad)
    with pytest.raises(ValueError, match="inconsistent"):
        model.partial_fit(X, y[:7])
    assert joblib.hash(vars(model)) == before


@pytest.mark.parametrize("readout", READOUTS, ids=name)
def test_silent_samples_do_no_harm(readout):
    X, y = data(readout)
    silent = SpikeTrains.from_samples([([], [])] * 18, 12, durations=40.0)
    model = few_epochs(readout).fit(silent, y)
    assert np.isfinite(model.coef_).all()
    assert np.isfinite(model.score(X, y))


@pytest.mark.parametrize("readout", READOUTS, ids=name)
def test_the_state_is_no_part_of_another_fit(readout):
    X, y = data(readout)
    once = few_epochs(readout).fit(X, y)
    twice = few_epochs(readout).fit(X, y).fit(X, y)
    assert np.array_equal(once.coef_, twice.coef_)
    warm = few_epochs(readout, warm_start=True).fit(X, y).fit(X, y)
    assert not np.array_equal(once.coef_, warm.coef_)
    assert len(warm.loss_curve_) == 6


@pytest.mark.parametrize("readout", READOUTS[:1] + READOUTS[1:2] + READOUTS[5:6], ids=name)
def test_classifiers_learn_and_can_be_searched(readout):
    X, y = data(readout, n=150)
    search = GridSearchCV(few_epochs(readout, 30), {"dt": [1.0, 2.0]}, cv=3).fit(X, y)
    assert search.best_score_ > 0.7
    assert cross_val_score(search.best_estimator_, X, y, cv=3).min() > 0.6
    early = few_epochs(readout, 5, early_stopping=True, validation_fraction=0.3).fit(X, y)
    assert len(early.validation_scores_) == early.n_iter_
