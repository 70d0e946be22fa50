"""What becomes of a proposed change of a weight: synapse models, one to a file."""

from sparcelearn.readouts.synapses._benna_fusi import BennaFusiSynapse
from sparcelearn.readouts.synapses._cascade import CascadeSynapse
from sparcelearn.readouts.synapses._float import FloatSynapse
from sparcelearn.readouts.synapses._heterogeneous import HeterogeneousSynapse
from sparcelearn.readouts.synapses._quantized import QuantizedSynapse
from sparcelearn.readouts.synapses._simple import SimpleSynapse
from sparcelearn.readouts.synapses._synapse import Synapse
from sparcelearn.readouts.synapses._transfer import TransferSynapse

__all__ = [
    "BennaFusiSynapse",
    "CascadeSynapse",
    "FloatSynapse",
    "HeterogeneousSynapse",
    "QuantizedSynapse",
    "SimpleSynapse",
    "Synapse",
    "TransferSynapse",
]
