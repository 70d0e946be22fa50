"""From input to features: fixed random networks of spiking or rate units. Nothing learns here."""

from ._distributions import Gamma, LogNormal, Normal, Uniform
from ._echo_state import EchoStateReservoir
from ._neuron_model import NeuronModel
from ._short_term import TsodyksMarkram
from ._spiking import SpikingReservoir
from ._stacked import StackedReservoir
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
    "StackedReservoir",
    "TsodyksMarkram",
    "Uniform",
]
