"""Reservoirs as estimators of aeon: series of shape (n_cases, n_channels, n_timepoints)."""

from __future__ import annotations

from typing import Any

import numpy as np
from aeon.classification import BaseClassifier
from aeon.transformations.collection import BaseCollectionTransformer
from aeon.utils.validation import check_n_jobs
from numpy.typing import NDArray

from ._axes import as_sequences
from ._pipeline import make_model, make_reservoir

__all__ = ["ReservoirSeriesClassifier", "ReservoirTransformer"]

TAGS = {
    "capability:multivariate": True,
    "capability:unequal_length": True,
    "capability:multithreading": True,
    "X_inner_type": ["numpy3D", "np-list"],
}


class ReservoirSeriesClassifier(BaseClassifier):
    """A reservoir and a readout, as a classifier of aeon.

    Parameters
    ----------
    reservoir : SpikingReservoir or EchoStateReservoir, default=None
        Not changed. None is a spiking reservoir of 500 units with ``random_state``.
    readout : classifier, default=None
        Of scikit-learn or of this library; not changed. None is ridge that chooses its penalty.
    n_jobs : int, default=1
        Threads over samples, where ``reservoir`` is None.
    random_state : int, RandomState instance or None, default=None
        Seed of the reservoir, where ``reservoir`` is None.

    Attributes
    ----------
    model_ : Pipeline
        The fitted reservoir and readout, for sequences of shape (n_timesteps, n_channels).
    """

    _tags = {**TAGS, "algorithm_type": "convolution"}  # noqa: RUF012 # as aeon has them

    def __init__(
        self,
        reservoir: Any = None,
        readout: Any = None,
        n_jobs: int = 1,
        random_state: Any = None,
    ) -> None:
        self.reservoir = reservoir
        self.readout = readout
        self.n_jobs = n_jobs
        self.random_state = random_state
        super().__init__()

    def _fit(self, X: Any, y: Any) -> ReservoirSeriesClassifier:
        n_jobs = check_n_jobs(self.n_jobs)
        self.model_ = make_model(self.reservoir, self.readout, n_jobs, self.random_state)
        self.model_.fit(as_sequences(X), y)
        return self

    def _predict(self, X: Any) -> NDArray[Any]:
        return np.asarray(self.model_.predict(as_sequences(X)))

    def _predict_proba(self, X: Any) -> NDArray[np.float64]:
        if hasattr(self.model_, "predict_proba"):
            return np.asarray(self.model_.predict_proba(as_sequences(X)))
        found = np.searchsorted(self.classes_, self._predict(X))
        return np.eye(self.n_classes_)[found]

    @classmethod
    def _get_test_params(cls, parameter_set: str = "default") -> dict[str, Any]:
        from sparcelearn.reservoir import SpikingReservoir

        return {"reservoir": SpikingReservoir(20, random_state=0)}


class ReservoirTransformer(BaseCollectionTransformer):
    """A reservoir as a transformer of aeon: a row of features for each case.

    Parameters
    ----------
    reservoir : SpikingReservoir or EchoStateReservoir, default=None
        Not changed. None is a spiking reservoir of 500 units with ``random_state``.
    n_jobs : int, default=1
        Threads over samples, where ``reservoir`` is None.
    random_state : int, RandomState instance or None, default=None
        Seed of the reservoir, where ``reservoir`` is None.

    Attributes
    ----------
    reservoir_ : SpikingReservoir or EchoStateReservoir
        The fitted reservoir.
    """

    _tags = {**TAGS, "output_data_type": "Tabular"}  # noqa: RUF012 # as aeon has them

    def __init__(self, reservoir: Any = None, n_jobs: int = 1, random_state: Any = None) -> None:
        self.reservoir = reservoir
        self.n_jobs = n_jobs
        self.random_state = random_state
        super().__init__()

    def _fit(self, X: Any, y: Any = None) -> ReservoirTransformer:
        n_jobs = check_n_jobs(self.n_jobs)
        self.reservoir_ = make_reservoir(self.reservoir, n_jobs, self.random_state)
        self.reservoir_.fit(as_sequences(X))
        return self

    def _transform(self, X: Any, y: Any = None) -> NDArray[Any]:
        return np.asarray(self.reservoir_.transform(as_sequences(X)))

    @classmethod
    def _get_test_params(cls, parameter_set: str = "default") -> dict[str, Any]:
        from sparcelearn.reservoir import SpikingReservoir

        return {"reservoir": SpikingReservoir(20, random_state=0)}
