"""Sparse spiking reservoirs with online, threshold-sparsified readouts for scikit-learn.

Packages: :mod:`sparcelearn.reservoir` (from input to features; nothing learns there),
:mod:`sparcelearn.readouts` (from features to outputs), :mod:`sparcelearn.datasets`,
:mod:`sparcelearn.measures`, :mod:`sparcelearn.displays`, :mod:`sparcelearn.distributed` and
:mod:`sparcelearn.interop`.
:func:`save` and :func:`load` store any estimator in a file.
"""

from importlib import import_module
from types import ModuleType

from ._core.spike_trains import SpikeTrains
from ._online.classifier import ReservoirClassifier
from ._online.field import FieldForecaster
from ._online.force import ForceRegressor
from ._online.forecast import Forecast
from ._online.forecaster import ReservoirForecaster
from ._online.intervals import AdaptiveIntervals
from ._online.regressor import ReservoirRegressor
from ._persistence.checkpoint import load, save
from ._persistence.known_classes import trusted_types
from ._show_versions import show_versions
from ._version import __version__

__all__ = [
    "AdaptiveIntervals",
    "FieldForecaster",
    "ForceRegressor",
    "Forecast",
    "ReservoirClassifier",
    "ReservoirForecaster",
    "ReservoirRegressor",
    "SpikeTrains",
    "__version__",
    "load",
    "save",
    "show_versions",
    "trusted_types",
]

_PACKAGES = (
    "datasets", "displays", "distributed", "interop", "measures", "readouts", "reservoir",
)  # fmt: skip


def __getattr__(name: str) -> ModuleType:
    """Import a public package when it is first used, so that importing this one stays fast."""
    if name in _PACKAGES:
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_PACKAGES})
