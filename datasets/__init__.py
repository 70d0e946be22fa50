"""Generated and real data sets, and the parsers of their formats.

``make_*`` draw data, ``load_*`` read what is at hand, and ``fetch_*`` read published files
from a folder of data sets and can download them. Axis 0 counts samples and the last axis
counts channels, always.
"""

from ._digits import load_digits_sequence
from ._fsdd import fetch_fsdd
from ._idx import read_idx
from ._japanese_vowels import fetch_japanese_vowels
from ._mackey_glass_series import fetch_mackey_glass
from ._mnist import fetch_mnist
from ._nmnist import fetch_nmnist, read_nmnist
from ._santa_fe import fetch_santa_fe
from ._series import read_series, to_forecasting
from ._ts import load_uea, read_ts

__all__ = [
    "fetch_fsdd",
    "fetch_japanese_vowels",
    "fetch_mackey_glass",
    "fetch_mnist",
    "fetch_nmnist",
    "fetch_santa_fe",
    "load_digits_sequence",
    "load_uea",
    "read_idx",
    "read_nmnist",
    "read_series",
    "read_ts",
    "to_forecasting",
]
