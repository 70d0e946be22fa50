"""Sparse spiking reservoirs with online, threshold-sparsified readouts for scikit-learn.

The three wings are :mod:`sparcelearn.reservoir` (from input to features; nothing
learns there), :mod:`sparcelearn.readouts` (from features to outputs) and
:mod:`sparcelearn.datasets`.
"""

from sparcelearn._online import ReservoirClassifier, ReservoirRegressor
from sparcelearn._spike_trains import SpikeTrains
from sparcelearn._version import __version__

__all__ = ["ReservoirClassifier", "ReservoirRegressor", "SpikeTrains", "__version__"]
