"""river drives our estimators: one time step a sample, and its own checks of the wrappers."""

import copy
import random

import numpy as np
import pytest
from river import checks, compat, compose, evaluate, metrics, stream
from sklearn.exceptions import NotFittedError

from sparcelearn import ReservoirClassifier, ReservoirRegressor
from sparcelearn.readouts import SparceClassifier, SparceRegressor
from sparcelearn.reservoir import EchoStateReservoir
from tests.online.streams import CLASSES, LABELS, ROWS, VALUES, classifier, digest, regressor

# a stream that is given row by row cannot calibrate its gain on what is typical of it
pytestmark = [
    pytest.mark.filterwarnings("ignore:The reservoir is silent:UserWarning"),
    pytest.mark.filterwarnings("ignore:The reservoir is saturated:UserWarning"),
]


def samples(y):
    return stream.iter_array(ROWS, y, feature_names=["a", "b"])


@pytest.mark.parametrize(
    ("model", "y", "metric"),
    [
        (compat.convert_sklearn_to_river(classifier("echo"), CLASSES), LABELS, metrics.Accuracy()),
        (compat.convert_sklearn_to_river(regressor("echo")), VALUES, metrics.MAE()),
    ],
    ids=["classifier", "regressor"],
)
def test_progressive_validation_moves_time_once_a_sample(model, y, metric):
    by_hand = copy.deepcopy(model.estimator)
    evaluate.progressive_val_score(samples(y), model, metric)
    assert model.estimator.counters["steps"] == len(ROWS)
    predictions = []
    for k in range(len(ROWS)):
        if k:
            predictions.append(by_hand.predict(ROWS[k : k + 1])[0])
        more = {"classes": CLASSES} if y is LABELS else {}
        by_hand.partial_fit(ROWS[k : k + 1], y[k : k + 1], **more)
    assert digest(model.estimator) == digest(by_hand)
    if y is LABELS:
        right = (np.array(predictions) == y[1:]).sum() + (y[0] == CLASSES[0])
        assert metric.get() == pytest.approx(right / len(y))
        assert metric.get() > 0.5
    else:
        assert metric.get() == pytest.approx(np.abs([0.0, *predictions] - y).mean())


@pytest.mark.parametrize("kind", [ReservoirClassifier, ReservoirRegressor])
def test_predict_before_anything_was_learned_raises_what_river_expects(kind):
    for method in ("predict", "predict_proba"):
        if hasattr(kind(), method):
            with pytest.raises(NotFittedError):
                getattr(kind(), method)([[0.0, 1.0]])


def test_what_river_says_before_the_first_label():
    model = compat.convert_sklearn_to_river(classifier(), CLASSES)
    assert model.predict_proba_one({"a": 0.0, "b": 1.0}) == dict.fromkeys(CLASSES, 1 / 3)
    assert compat.convert_sklearn_to_river(regressor()).predict_one({"a": 0.0, "b": 1.0}) == 0


NETWORK = EchoStateReservoir(20, carry_state=True, random_state=0)
WRAPPED = [
    compat.convert_sklearn_to_river(
        ReservoirClassifier(NETWORK, SparceClassifier(batch_size=1)), [False, True]
    ),
    compat.convert_sklearn_to_river(
        ReservoirRegressor(NETWORK, SparceRegressor(batch_size=1, learning_rate=1e-4))
    ),
]
# A random input projection gives each column weights of its own, by position: the wrapper
# keeps the order of the first sample, which this check shuffles, and passes no names.
ORDER = "check_shuffle_features_no_impact"
N_CHECKS = {"ReservoirClassifier": 36, "ReservoirRegressor": 22}


@pytest.mark.parametrize("model", WRAPPED, ids=lambda model: type(model.estimator).__name__)
def test_rivers_own_checks_pass_but_for_column_order(model):
    random.seed(0)  # in which order river shuffles
    failed, names = set(), []
    for check in checks.yield_checks(model):
        if check.__name__ in model._unit_test_skips():  # river's own, for all of scikit-learn
            continue
        names.append(check.__name__)
        try:
            check(copy.deepcopy(model))
        except AssertionError:
            failed.add(check.__name__)
    assert failed <= {ORDER}
    assert len(names) == N_CHECKS[type(model.estimator).__name__]


@pytest.mark.parametrize("model", WRAPPED, ids=lambda model: type(model.estimator).__name__)
def test_sorted_columns_pass_that_check_too(model):
    in_order = compose.FuncTransformer(sort_columns) | copy.deepcopy(model)
    found = [c for c in checks.yield_checks(in_order) if c.__name__ == ORDER]
    assert found
    for check in found:
        check(copy.deepcopy(in_order))


def sort_columns(x):
    return dict(sorted(x.items()))
