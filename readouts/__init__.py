"""From features to outputs: local, online, threshold-sparsified learning, and its peers."""

from ._continual.pseudo_replay import PseudoReplayClassifier
from ._continual.replay import ReplayClassifier, ReplayRegressor
from ._continual.reptile import reptile
from ._experts.weighted_majority import WeightedMajorityClassifier
from ._hopfield import HopfieldMemory
from ._least_squares.prototype import PrototypeClassifier
from ._least_squares.rls import RLSClassifier, RLSRegressor
from ._least_squares.streaming_lda import StreamingLDAClassifier
from ._least_squares.streaming_ridge import StreamingRidgeClassifier, StreamingRidgeRegressor
from ._local.delta import DeltaClassifier, DeltaRegressor
from ._local.node_perturbation import NodePerturbationClassifier, NodePerturbationRegressor
from ._sparce.classifier import SparceClassifier
from ._sparce.code import SparseCode
from ._sparce.regressor import SparceRegressor
from ._sparce.search import SparceClassifierCV, SparceRegressorCV
from ._spiking.decolle import DecolleClassifier
from ._spiking.eprop_classifier import EpropClassifier
from ._spiking.eprop_regressor import EpropRegressor
from ._spiking.first_spike import FirstSpikeClassifier
from ._spiking.first_spike_times import first_spike_times
from ._spiking.stacked_decolle import StackedDecolleClassifier
from ._spiking.stdp import StdpClassifier
from ._spiking.superspike import SuperSpikeRegressor
from ._spiking.surrogates import surrogate_gradient
from ._spiking.three_factor import ThreeFactorClassifier

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
    "SparseCode",
    "StackedDecolleClassifier",
    "StdpClassifier",
    "StreamingLDAClassifier",
    "StreamingRidgeClassifier",
    "StreamingRidgeRegressor",
    "SuperSpikeRegressor",
    "ThreeFactorClassifier",
    "WeightedMajorityClassifier",
    "first_spike_times",
    "reptile",
    "surrogate_gradient",
]
