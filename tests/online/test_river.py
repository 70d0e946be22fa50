"""river drives our estimators: one time step a sample, and its own checks of the wrappers."""

import copy

import numpy as np
import pytest
from river import checks, compat, evaluate, metrics, stream
from sklearn.exceptions import NotFittedError

from sparcelearn import ReservoirClassifier, ReservoirRegressor
from sparcelearn.readouts import SparceClassifier, SparceRegressor
from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir
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
        assert metric.get() > 0.6
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


NETWORKS = {
    "spiking": SpikingReservoir(20, carry_state=True, input_scaling=1.0, random_state=0),
    "echo": EchoStateReservoir(20, carry_state=True, random_state=0),
}
WRAPPED = [
    pytest.param(model, id=f"{type(model.estimator).__name__}-{name}")
    for name, network in NETWORKS.items()
    for model in (
        compat.convert_sklearn_to_river(
            ReservoirClassifier(network, SparceClassifier(batch_size=1)), [False, True]
        ),
        compat.convert_sklearn_to_river(
            ReservoirRegressor(network, SparceRegressor(batch_size=1, learning_rate=1e-4))
        ),
    )
]


@pytest.mark.parametrize("model", WRAPPED)
def test_rivers_own_checks(model):
    failed = {}
    names = []
    for check in checks.yield_checks(model):
        if check.__name__ in model._unit_test_skips():
            continue
        names.append(check.__name__)
        try:
            check(copy.deepcopy(model))
        except Exception as error:
            failed[check.__name__] = repr(error)
    assert failed == {}
    assert len(names) == 0
