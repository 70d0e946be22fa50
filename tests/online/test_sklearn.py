"""scikit-learn's contract of the estimators that own a reservoir and a readout."""

import copy
import os
from collections import Counter

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit, cross_val_score
from sklearn.utils import estimator_checks as checks

from sparcelearn import (
    FieldForecaster,
    ForceRegressor,
    ReservoirClassifier,
    ReservoirForecaster,
    ReservoirRegressor,
)
from sparcelearn.readouts import RLSRegressor, SparceClassifier, SparceRegressor
from sparcelearn.reservoir import EchoStateReservoir, Projection, SpikingReservoir
from tests.online.streams import LABELS, ROWS, VALUES, classifier, regressor, reservoir

ESTIMATORS = [ReservoirClassifier(), ReservoirRegressor()]
STREAMS = [
    ReservoirClassifier(readout=SparceClassifier(None, batch_size=1, random_state=0)),
    ReservoirRegressor(readout=SparceRegressor(None, batch_size=1, random_state=0)),
    ReservoirForecaster(),
    ForceRegressor(),
    FieldForecaster(),
]
# One less, and the missing one skipped, unless SCIPY_ARRAY_API=1 was set before importing scipy.
N_CHECKS = {
    "ReservoirClassifier": 55,
    "ReservoirRegressor": 53,
    "ReservoirForecaster": 41,
    "ForceRegressor": 53,
    "FieldForecaster": 41,
}
INVARIANCE = ["check_methods_sample_order_invariance", "check_methods_subset_invariance"]

pytestmark = [
    pytest.mark.filterwarnings("ignore:The reservoir is silent:UserWarning"),
    pytest.mark.filterwarnings("ignore:The reservoir is saturated:UserWarning"),
    pytest.mark.filterwarnings("ignore:.* hardly answer to their input:UserWarning"),
]


def ids(estimator):
    return type(estimator).__name__


def run_checks(estimator):
    """Return how many checks ended how, without the one that may be skipped, and which failed."""
    records = checks.check_estimator(estimator, on_fail=None, on_skip=None)
    if os.environ.get("SCIPY_ARRAY_API") != "1":
        records = [r for r in records if r["check_name"] != "check_array_api_input"]
    counts = Counter(record["status"] for record in records)
    failed = sorted(r["check_name"] for r in records if r["status"] == "failed")
    return dict(counts), failed


def n_checks(estimator):
    return N_CHECKS[ids(estimator)] - (os.environ.get("SCIPY_ARRAY_API") != "1")


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=ids)
def test_every_check_passes(estimator):
    counts, failed = run_checks(estimator)
    assert failed == []
    assert counts == {"passed": n_checks(estimator)}


# iris, sorted by species, has a trend
@pytest.mark.filterwarnings("ignore:The series leaves the range:UserWarning")
@pytest.mark.parametrize("estimator", STREAMS, ids=ids)
def test_a_stream_cannot_pass_two_checks_and_passes_the_rest(estimator):
    # rows of the checks' data do not follow from one another: units that forget fast
    forgetful = EchoStateReservoir(
        40,
        leak_rate=1.0,
        spectral_radius=0.1,
        input_wiring=Projection(),
        carry_state=True,
        random_state=0,
    )
    if isinstance(estimator, FieldForecaster):
        estimator.set_params(estimator=ReservoirRegressor(forgetful, RLSRegressor()))
    else:
        estimator.set_params(reservoir=forgetful)
    counts, failed = run_checks(estimator)
    assert failed == INVARIANCE
    assert counts == {"passed": n_checks(estimator) - 2, "failed": 2}


# two of them fit on a frame and predict an array, or the reverse, on purpose
@pytest.mark.filterwarnings("ignore:X does not have valid feature names:UserWarning")
@pytest.mark.filterwarnings("ignore:X has feature names, but:UserWarning")
@pytest.mark.parametrize(
    "check",
    [
        checks.check_dataframe_column_names_consistency,
        checks.check_param_validation,
        checks.check_n_features_in_after_fitting,
        checks.check_estimators_partial_fit_n_features,
    ],
    ids=lambda check: check.__name__,
)
@pytest.mark.parametrize("estimator", ESTIMATORS, ids=ids)
def test_checks_that_check_estimator_leaves_out(estimator, check):
    check(ids(estimator), clone(estimator))


def test_a_clone_has_learned_nothing():
    model = classifier().partial_fit(ROWS, LABELS, classes=sorted(set(LABELS)))
    model.step(ROWS[0])
    twin = clone(model)
    assert not [name for name in vars(twin) if name.endswith("_") or name == "_live"]
    assert twin.get_params(deep=False).keys() == model.get_params(deep=False).keys()


def test_a_search_reaches_reservoir_and_readout():
    grid = {"reservoir__spectral_radius": [0.5, 0.9], "readout__sparsity": [0.0, 0.3]}
    model = ReservoirRegressor(
        EchoStateReservoir(20, carry_state=True, random_state=0),
        SparceRegressor(batch_size=1, max_iter=2),
    )
    search = GridSearchCV(model, grid, cv=TimeSeriesSplit(2), error_score="raise")
    search.fit(ROWS, VALUES)
    best = search.best_estimator_
    assert best.reservoir_.spectral_radius == search.best_params_["reservoir__spectral_radius"]
    assert best.readout_.sparsity == search.best_params_["readout__sparsity"]


def test_cross_validation_of_sequences():
    X = np.random.RandomState(0).rand(30, 8, 2)
    y = np.arange(30) % 2
    X[y == 1] *= 3
    network = SpikingReservoir(30, random_state=0)
    model = ReservoirClassifier(network, SparceClassifier(max_iter=30))
    assert cross_val_score(model, list(X), y, cv=3, error_score="raise").mean() > 0.9


def test_methods_are_those_of_the_readout():
    plain = ReservoirClassifier(readout=RidgeClassifier())
    assert not hasattr(plain, "predict_proba")
    assert hasattr(plain, "decision_function")
    assert hasattr(ReservoirClassifier(), "predict_proba")
    forest = ReservoirClassifier(readout=RandomForestClassifier())
    assert not hasattr(forest, "decision_function")
    assert not hasattr(forest, "partial_fit")


def test_a_readout_without_partial_fit_serves_sequences():
    X = ROWS.reshape(20, 10, 2)
    y = (X.mean(axis=(1, 2)) > 0).astype(int)
    model = ReservoirClassifier(reservoir(carry_state=False), RidgeClassifier()).fit(X, y)
    assert model.score(X, y) > 0.7
    np.testing.assert_array_equal(model.classes_, [0, 1])


def test_the_seed_is_that_of_the_default_parts():
    one, two, other = (
        ReservoirRegressor(random_state=seed).fit(ROWS[:50], VALUES[:50]).predict(ROWS[50:])
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)
    assert regressor().reservoir.random_state == 0


def test_score_after_a_stream_of_samples_that_begin_at_rest():
    X, y = np.random.default_rng(0).normal(size=(60, 3)), np.arange(60) % 2
    model = ReservoirClassifier(EchoStateReservoir(8, random_state=0))
    model.partial_fit(X, y, classes=[0, 1])
    assert model.score(X, y) == np.mean(model.predict(X) == y)


def test_a_row_is_learned_as_a_piece_is_where_a_fixed_parameter_was_set_since():
    X, y = np.random.default_rng(0).normal(size=(90, 3)), np.arange(90) % 2
    inner = EchoStateReservoir(8, carry_state=True, random_state=0)
    rows = ReservoirClassifier(inner, SparceClassifier(batch_size=1))
    rows.partial_fit(X[:60], y[:60], classes=[0, 1]).readout_.set_params(loss="softmax")
    piece = copy.deepcopy(rows).partial_fit(X[60:], y[60:])
    for row, label in zip(X[60:], y[60:], strict=True):
        rows.learn(row, label)
    np.testing.assert_array_equal(rows.readout_.coef_, piece.readout_.coef_)
