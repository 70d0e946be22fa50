"""From features to outputs: local, online, threshold-sparsified learning."""

from sparcelearn.readouts._classifier import SparceClassifier
from sparcelearn.readouts._decolle import DecolleClassifier
from sparcelearn.readouts._eprop_classifier import EpropClassifier
from sparcelearn.readouts._eprop_regressor import EpropRegressor
from sparcelearn.readouts._first_spike import FirstSpikeClassifier
from sparcelearn.readouts._first_spike_times import first_spike_times
from sparcelearn.readouts._regressor import SparceRegressor
from sparcelearn.readouts._superspike import SuperSpikeRegressor
from sparcelearn.readouts._surrogates import surrogate_gradient

__all__ = [
    "DecolleClassifier",
    "EpropClassifier",
    "EpropRegressor",
    "FirstSpikeClassifier",
    "SparceClassifier",
    "SparceRegressor",
    "SuperSpikeRegressor",
    "first_spike_times",
    "surrogate_gradient",
]
