"""From input to features: fixed random networks of spiking or rate units. Nothing learns here."""

from ._distributions import Gamma, LogNormal, Normal, Uniform
from ._echo_state import EchoStateReservoir
from ._from_nir import from_nir
from ._neuron_model import NeuronModel
from ._spiking import SpikingReservoir
from ._to_nir import to_nir
from .neurons import LIF, LeakyReLU, LeakyTanh

__all__ = [
    "LIF",
    "EchoStateReservoir",
    "Gamma",
    "LeakyReLU",
    "LeakyTanh",
    "LogNormal",
    "NeuronModel",
    "Normal",
    "SpikingReservoir",
    "Uniform",
    "from_nir",
    "to_nir",
]
