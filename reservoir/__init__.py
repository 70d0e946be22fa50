"""From input to features: fixed random networks of spiking or rate units. Nothing learns here."""

from ._distributions import Gamma, LogNormal, Normal, Uniform
from ._echo_state import EchoStateReservoir
from ._neuron_model import NeuronModel
from ._short_term import TsodyksMarkram
from ._spiking import SpikingReservoir
from .neurons import (
    LIF,
    AdaptiveLIF,
    AdEx,
    AlphaLIF,
    ConductanceLIF,
    DeltaLIF,
    ExponentialIF,
    HodgkinHuxley,
    Izhikevich,
    LeakyReLU,
    LeakyTanh,
    LinearRecurrent,
    QuadraticIF,
    ResonateAndFire,
)

__all__ = [
    "LIF",
    "AdEx",
    "AdaptiveLIF",
    "AlphaLIF",
    "ConductanceLIF",
    "DeltaLIF",
    "EchoStateReservoir",
    "ExponentialIF",
    "Gamma",
    "HodgkinHuxley",
    "Izhikevich",
    "LeakyReLU",
    "LeakyTanh",
    "LinearRecurrent",
    "LogNormal",
    "NeuronModel",
    "Normal",
    "QuadraticIF",
    "ResonateAndFire",
    "SpikingReservoir",
    "TsodyksMarkram",
    "Uniform",
]
