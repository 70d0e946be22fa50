"""Sparse spiking reservoirs with online, threshold-sparsified readouts for scikit-learn.

The three wings are :mod:`sparcelearn.reservoir` (from input to features; nothing
learns there), :mod:`sparcelearn.readouts` (from features to outputs) and
:mod:`sparcelearn.datasets`. :func:`save` and :func:`load` keep any estimator in a file.
"""

from sparcelearn._checkpoint import load, save
from sparcelearn._online import ReservoirClassifier, ReservoirRegressor
from sparcelearn._registry import trusted_types
from sparcelearn._show_versions import show_versions
from sparcelearn._spike_trains import SpikeTrains
from sparcelearn._version import __version__

__all__ = [
    "ReservoirClassifier",
    "ReservoirRegressor",
    "SpikeTrains",
    "__version__",
    "load",
    "save",
    "show_versions",
    "trusted_types",
]
