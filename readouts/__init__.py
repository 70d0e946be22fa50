"""From features to outputs: local, online, threshold-sparsified learning."""

from sparcelearn.readouts._classifier import SparceClassifier
from sparcelearn.readouts._path import SparceClassifierCV, SparceRegressorCV
from sparcelearn.readouts._regressor import SparceRegressor

__all__ = ["SparceClassifier", "SparceClassifierCV", "SparceRegressor", "SparceRegressorCV"]
