"""The scikit-learn contract of the linear rules beside SpaRCe, with the number of checks."""

import pickle

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone, is_classifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_checks as checks

from sparcelearn.readouts import (
    DeltaClassifier,
    DeltaRegressor,
    NodePerturbationClassifier,
    NodePerturbationRegressor,
    PrototypeClassifier,
    RLSClassifier,
    RLSRegressor,
    StreamingLDAClassifier,
    StreamingRidgeClassifier,
    StreamingRidgeRegressor,
)
from tests.readouts.contract import assert_checks_pass

READOUTS = [
    DeltaClassifier(random_state=0),
    DeltaRegressor(random_state=0),
    NodePerturbationClassifier(random_state=0),
    NodePerturbationRegressor(random_state=0),
    PrototypeClassifier(),
    RLSClassifier(),
    RLSRegressor(),
    StreamingLDAClassifier(),
    StreamingRidgeClassifier(),
    StreamingRidgeRegressor(),
]

# a sample of weight 2 is two samples
EXACT = (
    PrototypeClassifier,
    RLSClassifier,
    RLSRegressor,
    StreamingLDAClassifier,
    StreamingRidgeClassifier,
    StreamingRidgeRegressor,
)

every_readout = pytest.mark.parametrize("readout", READOUTS, ids=lambda r: type(r).__name__)


@every_readout
def test_every_check_passes(readout):
    assert_checks_pass(readout, repeats=isinstance(readout, EXACT))


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
@every_readout
def test_checks_that_check_estimator_leaves_out(readout, check):
    check(type(readout).__name__, clone(readout))


X = np.random.default_rng(0).normal(size=(80, 6))


def targets(readout):
    return X[:, :3].argmax(axis=1) if is_classifier(readout) else X[:, 0]


def stream(readout, start, stop):
    known = {"classes": [0, 1, 2]} if is_classifier(readout) else {}
    return readout.partial_fit(X[start:stop], targets(readout)[start:stop], **known)


@every_readout
def test_looking_changes_nothing(readout):
    model = clone(readout).fit(X, targets(readout))
    before = joblib.hash(vars(model))
    for method in ("predict", "decision_function", "predict_proba"):
        if hasattr(model, method):
            getattr(model, method)(X)
    assert model.score(X, targets(readout)) > 0.5
    assert joblib.hash(vars(model)) == before


@every_readout
def test_a_stream_goes_on_after_a_pickle_to_the_bit(readout):
    straight = stream(stream(clone(readout), 0, 33), 33, 80)
    resumed = stream(pickle.loads(pickle.dumps(stream(clone(readout), 0, 33))), 33, 80)
    assert joblib.hash(vars(resumed)) == joblib.hash(vars(straight))


@every_readout
def test_a_memory_mapped_model_predicts_and_learns(readout, tmp_path):
    model = clone(readout).fit(X, targets(readout))
    joblib.dump(model, tmp_path / "model.joblib")
    mapped = joblib.load(tmp_path / "model.joblib", mmap_mode="r")
    assert_array_equal(mapped.predict(X), model.predict(X))
    assert_array_equal(stream(mapped, 0, 80).coef_, stream(model, 0, 80).coef_)


@every_readout
def test_the_state_is_plain(readout):
    """Only what a safe file format can hold."""
    plain = (np.ndarray, int, float, str, bool, type(None), list, dict)
    model = stream(clone(readout).fit(X, targets(readout)), 0, 80)
    learned = {name: value for name, value in vars(model).items() if name.endswith("_")}
    for name, value in learned.items():
        assert type(value) in plain, name
        for item in value.values() if isinstance(value, dict) else []:
            assert type(item) in plain, name


@every_readout
def test_it_stands_at_the_end_of_a_pipeline(readout):
    model = make_pipeline(StandardScaler(), clone(readout)).fit(X, targets(readout))
    assert model.score(X, targets(readout)) > 0.5
