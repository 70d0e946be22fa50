"""Channels of sequences on one scale."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.sequences import Sequences
from sparcelearn._core.validation import check_parameters, unchanged_on_error

from ._base import BaseEncoder, as_samples


class SequenceScaler(BaseEncoder):
    """Bring each channel to mean 0 and standard deviation 1, over all samples and time steps.

    ``z = (x - mean_) / scale_``, where a channel that does not vary has a scale of 1. It is
    scikit-learn's StandardScaler for sequences, which may be of unequal length.

    Attributes
    ----------
    mean_, scale_ : ndarray of shape (n_channels,)
        Mean and standard deviation of each channel.
    n_features_in_ : int
        Number of channels.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of channels, where X had some.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.reservoir.encoders import SequenceScaler
    >>> ragged = [np.array([[0.0, 5.0], [2.0, 5.0]]), np.array([[4.0, 5.0]])]
    >>> scaler = SequenceScaler().fit(ragged)
    >>> scaler.mean_
    array([2., 5.])
    >>> scaler.transform(ragged)[1].round(2)
    array([[1.22, 0.  ]])
    """

    _scaler: StandardScaler

    @property
    def mean_(self) -> NDArray[np.float64]:
        """Mean of each channel."""
        return self._scaler.mean_

    @property
    def scale_(self) -> NDArray[np.float64]:
        """Standard deviation of each channel; 1 if it does not vary."""
        return self._scaler.scale_

    def _learn(self, sequences: Sequences) -> None:
        self._scaler = StandardScaler().fit(sequences.rows)

    @unchanged_on_error
    def partial_fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Take more samples into mean and standard deviation.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_channels) or \
                (n_samples, n_timesteps, n_channels), or list of (n_timesteps, n_channels)
            Values.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If ``X`` is not valid.
        """
        check_parameters(self)
        first = not hasattr(self, "_scaler")
        sequences = self._check_input(X, reset=first)
        scaler = StandardScaler() if first else deepcopy(self._scaler)
        self._scaler = scaler.partial_fit(sequences.rows)
        return self

    def transform(self, X: ArrayLike) -> Any:
        """Scale.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_channels) or \
                (n_samples, n_timesteps, n_channels), or list of (n_timesteps, n_channels)
            Values.

        Returns
        -------
        ndarray, or list of ndarray
            In the form of ``X``; a list if samples differ in length.
        """
        return self._moved(X, "transform")

    def inverse_transform(self, X: ArrayLike) -> Any:
        """Return scaled values to their units.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_channels) or \
                (n_samples, n_timesteps, n_channels), or list of (n_timesteps, n_channels)
            Scaled values.

        Returns
        -------
        ndarray, or list of ndarray
            In the form of ``X``; a list if samples differ in length.
        """
        return self._moved(X, "inverse_transform")

    def _moved(self, X: ArrayLike, method: str) -> Any:
        check_is_fitted(self)
        sequences = self._check_input(X, reset=False)
        rows = getattr(self._scaler, method)(sequences.rows)
        if getattr(X, "ndim", 2) != 3 and np.all(sequences.lengths == 1):
            return rows if not _is_list_of_samples(X) else list(rows[:, np.newaxis])
        return as_samples(rows, sequences.starts)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return the names of the channels.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Names of channels, where X had none.

        Returns
        -------
        ndarray of str
        """
        check_is_fitted(self)
        return self._scaler.get_feature_names_out(input_features)


def _is_list_of_samples(X: Any) -> bool:
    """Return whether samples were given one by one, each of two dimensions."""
    return isinstance(X, list) and np.ndim(X[0]) == 2
