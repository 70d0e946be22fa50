"""The scikit-learn contract, with the number of checks written down."""

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_checks as checks

from sparcelearn.readouts import (
    SparceClassifier,
    SparceClassifierCV,
    SparceRegressor,
    SparceRegressorCV,
)
from tests.readouts.contract import assert_checks_pass

READOUTS = [SparceClassifier(), SparceRegressor()]
SEARCHES = [
    SparceClassifierCV(SparceClassifier(max_iter=20, random_state=0)),
    SparceRegressorCV(SparceRegressor(learning_rate=0.02, max_iter=20, random_state=0)),
]


@pytest.mark.parametrize("readout", [*READOUTS, *SEARCHES], ids=lambda r: type(r).__name__)
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
@pytest.mark.parametrize("readout", READOUTS, ids=lambda r: type(r).__name__)
def test_checks_that_check_estimator_leaves_out(readout, check):
    check(type(readout).__name__, clone(readout))


def fitted(readout, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(80, 6))
    y = X[:, :3].argmax(axis=1) if isinstance(readout, SparceClassifier) else X[:, 0]
    return clone(readout).set_params(max_iter=3, random_state=0).fit(X, y), X, y


@pytest.mark.parametrize("readout", READOUTS, ids=lambda r: type(r).__name__)
def test_looking_changes_nothing(readout):
    model, X, y = fitted(readout)
    before = joblib.hash(vars(model))
    for method in ("predict", "decision_function", "predict_proba", "sparse_code"):
        if hasattr(model, method):
            getattr(model, method)(X)
    assert np.isfinite(model.score(X, y))
    assert np.isfinite(model.thresholds_).all()
    assert joblib.hash(vars(model)) == before


@pytest.mark.parametrize("readout", READOUTS, ids=lambda r: type(r).__name__)
def test_it_stands_at_the_end_of_a_pipeline(readout):
    _, X, y = fitted(readout)
    model = make_pipeline(StandardScaler(), clone(readout).set_params(max_iter=300)).fit(X, y)
    assert model.score(X, y) > 0.5
