"""Neuron models, one to a file."""

from ._leaky_rate import LeakyReLU, LeakyTanh
from ._lif import LIF

__all__ = ["LIF", "LeakyReLU", "LeakyTanh"]
