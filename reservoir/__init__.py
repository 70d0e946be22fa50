"""From input to features: fixed random networks of spiking or rate units. Nothing learns here."""

from . import neurons as _neurons
from ._distributions import Constant, Gamma, LogNormal, Normal, Uniform
from ._echo_state import EchoStateReservoir
from ._from_nir import from_nir
from ._neuron_model import NeuronModel
from ._short_term_plasticity import TsodyksMarkram
from ._spiking import SpikingReservoir
from ._stacked import StackedReservoir
from ._to_nir import to_nir
from .input_wiring import Delays, InputWiring, Patches, Projection, TemporalFilters
from .neurons import *  # noqa: F403
from .wiring import (
    CycleWithJumps,
    ErdosRenyi,
    FixedInDegree,
    FixedOutDegree,
    Hierarchical,
    Lattice,
    Orthogonal,
    Permutation,
    Ring,
    SmallWorld,
    Topology,
    scale_spectral_radius,
)

__all__ = [
    "Constant",
    "CycleWithJumps",
    "Delays",
    "EchoStateReservoir",
    "ErdosRenyi",
    "FixedInDegree",
    "FixedOutDegree",
    "Gamma",
    "Hierarchical",
    "InputWiring",
    "Lattice",
    "LogNormal",
    "NeuronModel",
    "Normal",
    "Orthogonal",
    "Patches",
    "Permutation",
    "Projection",
    "Ring",
    "SmallWorld",
    "SpikingReservoir",
    "StackedReservoir",
    "TemporalFilters",
    "Topology",
    "TsodyksMarkram",
    "Uniform",
    "from_nir",
    "scale_spectral_radius",
    "to_nir",
]
__all__ += _neurons.__all__
