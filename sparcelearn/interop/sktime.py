"""Reservoirs as estimators of sktime: panels of shape (n_instances, n_channels, n_timepoints)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sktime.classification.base import BaseClassifier
from sktime.transformations.base import BaseTransformer

from ._axes import as_sequences
from ._pipeline import make_model, make_reservoir

__all__ = ["ReservoirSeriesClassifier", "ReservoirTransformer"]


class ReservoirSeriesClassifier(BaseClassifier):
    """A reservoir and a readout, as a classifier of sktime.

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

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.interop.sktime import ReservoirSeriesClassifier
    >>> X = np.random.RandomState(0).rand(20, 2, 30)  # instances, channels, time points
    >>> y = np.repeat([0, 1], 10)
    >>> ReservoirSeriesClassifier(random_state=0).fit(X, y).predict(X[:3])
    array([0, 0, 0])
    """

    _tags = {  # noqa: RUF012 # as sktime has them
        "X_inner_mtype": "numpy3D",
        "capability:multivariate": True,
        "capability:multithreading": True,
        "capability:predict_proba": True,
        "capability:random_state": True,
        "property:randomness": "derandomized",
    }

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
        self.model_ = make_model(self.reservoir, self.readout, self.n_jobs, self.random_state)
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
    def get_test_params(cls, parameter_set: str = "default") -> list[dict[str, Any]]:
        """Return parameters for sktime's own checks.

        Parameters
        ----------
        parameter_set : str, default="default"
            Ignored: there is one list.

        Returns
        -------
        list of dict
        """
        from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir

        kinds = (SpikingReservoir, EchoStateReservoir)
        return [{"reservoir": kind(20, random_state=0)} for kind in kinds]


class ReservoirTransformer(BaseTransformer):
    """A reservoir as a transformer of sktime: a row of features for each instance.

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

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.interop.sktime import ReservoirTransformer
    >>> X = np.random.RandomState(0).rand(20, 2, 30)  # instances, channels, time points
    >>> ReservoirTransformer(random_state=0).fit_transform(X).shape[0]
    20
    """

    _tags = {  # noqa: RUF012 # as sktime has them
        "X_inner_mtype": "numpy3D",
        "y_inner_mtype": "None",
        "scitype:transform-input": "Series",
        "scitype:transform-output": "Primitives",
        "scitype:instancewise": False,
        "capability:multivariate": True,
        "fit_is_empty": False,
        "capability:random_state": True,
        "property:randomness": "derandomized",
    }

    def __init__(self, reservoir: Any = None, n_jobs: int = 1, random_state: Any = None) -> None:
        self.reservoir = reservoir
        self.n_jobs = n_jobs
        self.random_state = random_state
        super().__init__()

    def _fit(self, X: Any, y: Any = None) -> ReservoirTransformer:
        self.reservoir_ = make_reservoir(self.reservoir, self.n_jobs, self.random_state)
        self.reservoir_.fit(as_sequences(X))
        return self

    def _transform(self, X: Any, y: Any = None) -> Any:
        import pandas as pd

        features = self.reservoir_.transform(as_sequences(X))
        return pd.DataFrame(features, columns=self.reservoir_.get_feature_names_out())

    @classmethod
    def get_test_params(cls, parameter_set: str = "default") -> list[dict[str, Any]]:
        """Return parameters for sktime's own checks.

        Parameters
        ----------
        parameter_set : str, default="default"
            Ignored: there is one list.

        Returns
        -------
        list of dict
        """
        from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir

        kinds = (SpikingReservoir, EchoStateReservoir)
        return [{"reservoir": kind(20, random_state=0)} for kind in kinds]
