"""Neuron models, one per file."""

from ._adaptive_lif import AdaptiveLIF
from ._adex import AdEx
from ._alpha_lif import AlphaLIF
from ._conductance_lif import ConductanceLIF
from ._delta_lif import DeltaLIF
from ._exponential_if import ExponentialIF
from ._hodgkin_huxley import HodgkinHuxley
from ._izhikevich import Izhikevich
from ._leaky_rate import LeakyReLU, LeakyTanh
from ._lif import LIF
from ._linear_recurrent import LinearRecurrent
from ._quadratic_if import QuadraticIF
from ._resonate_and_fire import ResonateAndFire
from ._soft_reset_lif import SoftResetLIF

__all__ = [
    "LIF",
    "AdEx",
    "AdaptiveLIF",
    "AlphaLIF",
    "ConductanceLIF",
    "DeltaLIF",
    "ExponentialIF",
    "HodgkinHuxley",
    "Izhikevich",
    "LeakyReLU",
    "LeakyTanh",
    "LinearRecurrent",
    "QuadraticIF",
    "ResonateAndFire",
    "SoftResetLIF",
]
