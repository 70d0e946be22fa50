"""The classes that a file may contain: those of sparcelearn, and a few of scikit-learn."""

from __future__ import annotations

import importlib
import inspect
from functools import lru_cache
from typing import Any

__all__ = ["class_of", "name_of", "trusted_types"]

# Packages whose exported classes can be stored. A test compares them with the packages there are.
PACKAGES = (
    "sparcelearn",
    "sparcelearn.reservoir",
    "sparcelearn.reservoir.encoders",
    "sparcelearn.reservoir.input_wiring",
    "sparcelearn.reservoir.neurons",
    "sparcelearn.reservoir.input_wiring",
    "sparcelearn.reservoir.wiring",
    "sparcelearn.readouts",
    "sparcelearn.readouts.hardware",
    "sparcelearn.readouts.synapses",
    "sparcelearn.interop",
)
# Parts of pipelines around a reservoir. They hold only numbers and arrays.
SCIKIT_LEARN = (
    "sklearn.linear_model.LogisticRegression",
    "sklearn.linear_model.Ridge",
    "sklearn.linear_model.RidgeClassifier",
    "sklearn.pipeline.FeatureUnion",
    "sklearn.pipeline.Pipeline",
    "sklearn.preprocessing.LabelBinarizer",
    "sklearn.preprocessing.MaxAbsScaler",
    "sklearn.preprocessing.MinMaxScaler",
    "sklearn.preprocessing.PolynomialFeatures",
    "sklearn.preprocessing.StandardScaler",
)


@lru_cache(maxsize=1)
def _classes() -> dict[str, type]:
    """Return all classes by name; imported late, because these packages import the root."""
    found: dict[str, type] = {}
    for name in PACKAGES:
        package = importlib.import_module(name)
        things = [getattr(package, exported) for exported in getattr(package, "__all__", ())]
        found |= {thing.__name__: thing for thing in things if inspect.isclass(thing)}
    for name in SCIKIT_LEARN:
        module, class_name = name.rsplit(".", 1)
        found[class_name] = getattr(importlib.import_module(module), class_name)
    return found


def class_of(name: str) -> type:
    """Return the class of a name.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    try:
        return _classes()[name]
    except KeyError:
        raise ValueError(f"{name!r} is not a class that a checkpoint may hold") from None


def name_of(thing: Any) -> str | None:
    """Return the name of an object's class, or None where a checkpoint may not hold it."""
    name = type(thing).__name__
    return name if _classes().get(name) is type(thing) else None


def trusted_types() -> list[str]:
    """Return the types that skops must trust to load estimators of this library.

    Returns
    -------
    list of str
        Full names, for the argument ``trusted`` of ``skops.io.load``.

    Examples
    --------
    >>> from sparcelearn import trusted_types
    >>> "sparcelearn.reservoir._spiking.SpikingReservoir" in trusted_types()
    True
    """
    ours = [c for c in _classes().values() if c.__module__.startswith("sparcelearn")]
    return sorted(
        {f"{c.__module__}.{c.__qualname__}" for c in ours} | {"scipy.sparse._csr.csr_array"}
    )
