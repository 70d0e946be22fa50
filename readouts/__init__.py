"""From features to outputs: local, online, threshold-sparsified learning, and its peers."""

from sparcelearn.readouts._classifier import SparceClassifier
from sparcelearn.readouts._regressor import SparceRegressor
from sparcelearn.readouts._rls import RLSClassifier, RLSRegressor
from sparcelearn.readouts._streaming_ridge import (
    StreamingRidgeClassifier,
    StreamingRidgeRegressor,
)

__all__ = [
    "RLSClassifier",
    "RLSRegressor",
    "SparceClassifier",
    "SparceRegressor",
    "StreamingRidgeClassifier",
    "StreamingRidgeRegressor",
]
