"""From input to features: fixed random networks of spiking or rate units. Nothing learns here."""

from ._distributions import Constant, Gamma, LogNormal, Normal, Uniform
from ._echo_state import EchoStateReservoir
from ._from_nir import from_nir
from ._neuron_model import NeuronModel
from ._short_term import TsodyksMarkram
from ._spiking import SpikingReservoir
from ._to_nir import to_nir
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
from .wiring import (
    ErdosRenyi,
    FixedInDegree,
    FixedOutDegree,
    Hierarchical,
    Lattice,
    Permutation,
    Ring,
    SmallWorld,
    Topology,
    scale_spectral_radius,
)

__all__ = [
    "LIF",
    "AdEx",
    "AdaptiveLIF",
    "AlphaLIF",
    "ConductanceLIF",
    "Constant",
    "DeltaLIF",
    "EchoStateReservoir",
    "ErdosRenyi",
    "ExponentialIF",
    "FixedInDegree",
    "FixedOutDegree",
    "Gamma",
    "Hierarchical",
    "HodgkinHuxley",
    "Izhikevich",
    "Lattice",
    "LeakyReLU",
    "LeakyTanh",
    "LinearRecurrent",
    "LogNormal",
    "NeuronModel",
    "Normal",
    "Permutation",
    "QuadraticIF",
    "ResonateAndFire",
    "Ring",
    "SmallWorld",
    "SpikingReservoir",
    "Topology",
    "TsodyksMarkram",
    "Uniform",
    "from_nir",
    "scale_spectral_radius",
    "to_nir",
]
