"""Generated and real data sets."""

from ._digits import load_digits_sequence
from ._mnist import load_mnist

__all__ = ["load_digits_sequence", "load_mnist"]
