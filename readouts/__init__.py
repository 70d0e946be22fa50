"""From features to outputs: local, online, threshold-sparsified learning, and its peers."""

from sparcelearn.readouts._classifier import SparceClassifier
from sparcelearn.readouts._decolle import DecolleClassifier
from sparcelearn.readouts._delta import DeltaClassifier, DeltaRegressor
from sparcelearn.readouts._eprop_classifier import EpropClassifier
from sparcelearn.readouts._eprop_regressor import EpropRegressor
from sparcelearn.readouts._first_spike import FirstSpikeClassifier
from sparcelearn.readouts._first_spike_times import first_spike_times
from sparcelearn.readouts._hopfield import HopfieldMemory
from sparcelearn.readouts._node_perturbation import (
    NodePerturbationClassifier,
    NodePerturbationRegressor,
)
from sparcelearn.readouts._path import SparceClassifierCV, SparceRegressorCV
from sparcelearn.readouts._prototype import PrototypeClassifier
from sparcelearn.readouts._pseudo_replay import PseudoReplayClassifier
from sparcelearn.readouts._regressor import SparceRegressor
from sparcelearn.readouts._replay import ReplayClassifier, ReplayRegressor
from sparcelearn.readouts._reptile import reptile
from sparcelearn.readouts._rls import RLSClassifier, RLSRegressor
from sparcelearn.readouts._streaming_lda import StreamingLDAClassifier
from sparcelearn.readouts._streaming_ridge import StreamingRidgeClassifier, StreamingRidgeRegressor
from sparcelearn.readouts._superspike import SuperSpikeRegressor
from sparcelearn.readouts._surrogates import surrogate_gradient

__all__ = [
    "DecolleClassifier",
    "DeltaClassifier",
    "DeltaRegressor",
    "EpropClassifier",
    "EpropRegressor",
    "FirstSpikeClassifier",
    "HopfieldMemory",
    "NodePerturbationClassifier",
    "NodePerturbationRegressor",
    "PrototypeClassifier",
    "PseudoReplayClassifier",
    "RLSClassifier",
    "RLSRegressor",
    "ReplayClassifier",
    "ReplayRegressor",
    "SparceClassifier",
    "SparceClassifierCV",
    "SparceRegressor",
    "SparceRegressorCV",
    "StreamingLDAClassifier",
    "StreamingRidgeClassifier",
    "StreamingRidgeRegressor",
    "SuperSpikeRegressor",
    "first_spike_times",
    "reptile",
    "surrogate_gradient",
]
