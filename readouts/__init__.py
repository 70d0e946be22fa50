"""From features to outputs: local, online, threshold-sparsified learning, and its peers."""

from sparcelearn.readouts._classifier import SparceClassifier
from sparcelearn.readouts._delta import DeltaClassifier, DeltaRegressor
from sparcelearn.readouts._node_perturbation import (
    NodePerturbationClassifier,
    NodePerturbationRegressor,
)
from sparcelearn.readouts._path import SparceClassifierCV, SparceRegressorCV
from sparcelearn.readouts._regressor import SparceRegressor
from sparcelearn.readouts._rls import RLSClassifier, RLSRegressor
from sparcelearn.readouts._streaming_ridge import StreamingRidgeClassifier, StreamingRidgeRegressor

__all__ = [
    "DeltaClassifier",
    "DeltaRegressor",
    "NodePerturbationClassifier",
    "NodePerturbationRegressor",
    "RLSClassifier",
    "RLSRegressor",
    "SparceClassifier",
    "SparceClassifierCV",
    "SparceRegressor",
    "SparceRegressorCV",
    "StreamingRidgeClassifier",
    "StreamingRidgeRegressor",
]
