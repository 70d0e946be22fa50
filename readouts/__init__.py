"""From features to outputs: local, online, threshold-sparsified learning."""

from sparcelearn.readouts._classifier import SparceClassifier
from sparcelearn.readouts._eprop_classifier import EpropClassifier
from sparcelearn.readouts._regressor import SparceRegressor
from sparcelearn.readouts._surrogates import surrogate_gradient

__all__ = ["EpropClassifier", "SparceClassifier", "SparceRegressor", "surrogate_gradient"]
