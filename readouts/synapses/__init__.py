"""Synapse models, one per file: how a weight responds to a proposed change."""

from ._benna_fusi import BennaFusiSynapse
from ._cascade import CascadeSynapse
from ._float import FloatSynapse
from ._heterogeneous import HeterogeneousSynapse
from ._quantized import QuantizedSynapse
from ._simple import SimpleSynapse
from ._synapse import Synapse
from ._transfer import TransferSynapse

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
