"""Neuron models, one per file."""

from ._adaptive_lif import AdaptiveLIF
from ._adex import AdEx
from ._alpha_lif import AlphaLIF
from ._conductance_lif import ConductanceLIF
from ._delta_lif import DeltaLIF
from ._escape_noise_lif import EscapeNoiseLIF
from ._exponential_if import ExponentialIF
from ._fitzhugh_nagumo import FitzHughNagumo
from ._glif import GLIF1, GLIF2, GLIF3, GLIF4, GLIF5
from ._hindmarsh_rose import HindmarshRose
from ._hodgkin_huxley import HodgkinHuxley
from ._izhikevich import Izhikevich
from ._leaky_rate import LeakyReLU, LeakyTanh
from ._lif import LIF
from ._linear_recurrent import LinearRecurrent
from ._mat import MAT
from ._morris_lecar import MorrisLecar
from ._nmda_lif import NMDALIF
from ._quadratic_if import QuadraticIF
from ._resonate_and_fire import ResonateAndFire
from ._soft_reset_lif import SoftResetLIF
from ._wang_buzsaki import WangBuzsaki

__all__ = [
    "GLIF1",
    "GLIF2",
    "GLIF3",
    "GLIF4",
    "GLIF5",
    "LIF",
    "MAT",
    "NMDALIF",
    "AdEx",
    "AdaptiveLIF",
    "AlphaLIF",
    "ConductanceLIF",
    "DeltaLIF",
    "EscapeNoiseLIF",
    "ExponentialIF",
    "FitzHughNagumo",
    "HindmarshRose",
    "HodgkinHuxley",
    "Izhikevich",
    "LeakyReLU",
    "LeakyTanh",
    "LinearRecurrent",
    "MorrisLecar",
    "QuadraticIF",
    "ResonateAndFire",
    "SoftResetLIF",
    "WangBuzsaki",
]
