"""Sparse spiking reservoirs with online, threshold-sparsified readouts for scikit-learn.

The three wings are :mod:`sparcelearn.reservoir` (from input to features; nothing
learns there), :mod:`sparcelearn.readouts` (from features to outputs) and
:mod:`sparcelearn.datasets`. :func:`save` and :func:`load` keep any estimator in a file.
"""

from ._core.spike_trains import SpikeTrains
from ._online.estimators import ReservoirClassifier, ReservoirRegressor
from ._persistence.checkpoint import load, save
from ._persistence.known_classes import trusted_types
from ._show_versions import show_versions
from ._version import __version__

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
