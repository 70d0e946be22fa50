"""A callback that keeps what it is told, and readouts with few epochs to try it on."""

from collections import Counter

import numpy as np
import pytest
from sklearn.base import clone, is_classifier

from sparcelearn.readouts import (
    DecolleClassifier,
    DeltaClassifier,
    DeltaRegressor,
    EpropClassifier,
    EpropRegressor,
    FirstSpikeClassifier,
    NodePerturbationClassifier,
    NodePerturbationRegressor,
    RLSClassifier,
    RLSRegressor,
    SparceClassifier,
    SparceRegressor,
    SuperSpikeRegressor,
)
from sparcelearn.reservoir import EchoStateReservoir

try:
    from sklearn import callback as callbacks
except ImportError:
    callbacks = None
needs_callbacks = pytest.mark.skipif(callbacks is None, reason="scikit-learn has them since 1.9")

X = np.random.default_rng(0).random((40, 4))
LABELS = X[:, :3].argmax(axis=1)
N_EPOCHS = 4
EPOCHS = [
    DecolleClassifier(10),
    DeltaClassifier(),
    DeltaRegressor(),
    EpropClassifier(),
    EpropRegressor(),
    FirstSpikeClassifier(),
    NodePerturbationClassifier(),
    NodePerturbationRegressor(),
    RLSClassifier(),
    RLSRegressor(),
    SparceClassifier(),
    SparceRegressor(),
    SuperSpikeRegressor(),
]
WITHIN = {  # what the others are built with
    "PseudoReplayClassifier": [DeltaClassifier()],
    "WeightedMajorityClassifier": [[("only", DeltaClassifier())]],
    "ReplayClassifier": [DeltaClassifier()],
    "ReplayRegressor": [DeltaRegressor()],
    "StackedReservoir": [[("only", EchoStateReservoir(5))]],
}


class Recorder:
    """A callback that keeps what it is told, and asks to stop after so many epochs."""

    def __init__(self, stop_after=None):
        self.told = []
        self.fitted = []
        self.stop_after = stop_after

    def setup(self, estimator, context):
        self.told.append(("setup", context.task_name, context.task_id))

    def teardown(self, estimator, context):
        self.told.append(("teardown", context.task_name, context.task_id))

    def on_fit_task_begin(self, estimator, context):
        self.told.append(("begin", context.task_name, context.task_id))

    def on_fit_task_end(self, estimator, context, *, X=None, y=None, fitted_estimator=None):
        self.told.append(("end", context.task_name, context.task_id))
        self.fitted.append(fitted_estimator)
        self.data = X, y
        return context.task_name == "epoch" and context.task_id + 1 == self.stop_after

    def count(self):
        return Counter((what, task) for what, task, _ in self.told)


class Spreading(Recorder):
    """The same, handed on to whatever is inside."""

    max_propagation_depth = None


def name(estimator):
    return type(estimator).__name__


def few_epochs(readout, **options):
    return clone(readout).set_params(max_iter=N_EPOCHS, random_state=0, **options)


def targets(readout):
    return LABELS if is_classifier(readout) else X[:, 0]
