"""Generated and real data sets, and the parsers of their formats.

``make_*`` generate data, ``load_*`` read local files, and ``fetch_*`` read published files
from a folder of data sets and can download them. Axis 0 counts samples and the last axis
counts channels. In a series, each row is a time step.
"""

from ._aedat import read_aedat
from ._channel import make_channel_equalization
from ._class_incremental import class_incremental_order, make_class_incremental
from ._delayed_recall import make_delayed_recall
from ._digits import load_digits_sequence
from ._double_scroll import make_double_scroll
from ._drift import make_drifting_stream
from ._fsdd import fetch_fsdd
from ._gaussian_classes import GaussianClasses, make_gaussian_classes
from ._henon import make_henon
from ._idx import read_idx
from ._japanese_vowels import fetch_japanese_vowels
from ._kuramoto_sivashinsky import make_kuramoto_sivashinsky
from ._logistic_map import make_logistic_map
from ._lorenz import make_lorenz
from ._lorenz96 import make_lorenz96
from ._mackey_glass import make_mackey_glass
from ._mackey_glass_series import fetch_mackey_glass
from ._mnist import fetch_mnist
from ._multi_sine import make_multi_sine
from ._multiscroll import make_multiscroll
from ._narma import make_narma
from ._nmnist import fetch_nmnist, read_nmnist
from ._odour_sequences import make_odour_sequences
from ._parity import make_temporal_parity
from ._pattern_generation import make_pattern_generation
from ._poisson_classes import PoissonClasses, make_poisson_classes
from ._rabinovich_fabrikant import make_rabinovich_fabrikant
from ._rossler import make_rossler
from ._santa_fe import fetch_santa_fe
from ._series import read_series, to_forecasting
from ._shd import read_shd, write_shd
from ._spike_patterns import make_precise_spikes, make_spike_patterns
from ._temporal_xor import make_temporal_xor
from ._ts import load_uea, read_ts
from ._yin_yang import make_yin_yang

__all__ = [
    "GaussianClasses",
    "PoissonClasses",
    "class_incremental_order",
    "fetch_fsdd",
    "fetch_japanese_vowels",
    "fetch_mackey_glass",
    "fetch_mnist",
    "fetch_nmnist",
    "fetch_santa_fe",
    "load_digits_sequence",
    "load_uea",
    "make_channel_equalization",
    "make_class_incremental",
    "make_delayed_recall",
    "make_double_scroll",
    "make_drifting_stream",
    "make_gaussian_classes",
    "make_henon",
    "make_kuramoto_sivashinsky",
    "make_logistic_map",
    "make_lorenz",
    "make_lorenz96",
    "make_mackey_glass",
    "make_multi_sine",
    "make_multiscroll",
    "make_narma",
    "make_odour_sequences",
    "make_pattern_generation",
    "make_poisson_classes",
    "make_precise_spikes",
    "make_rabinovich_fabrikant",
    "make_rossler",
    "make_spike_patterns",
    "make_temporal_parity",
    "make_temporal_xor",
    "make_yin_yang",
    "read_aedat",
    "read_idx",
    "read_nmnist",
    "read_series",
    "read_shd",
    "read_ts",
    "to_forecasting",
    "write_shd",
]
