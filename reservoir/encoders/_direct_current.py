"""Direct current: a value is held as a current."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.as_fitted import with_fitted_parameters
from sparcelearn._core.validation import Interval

from ._base import BaseEncoder, as_samples

__all__ = ["DirectCurrentEncoder"]


@dataclass(eq=False, repr=False)
class DirectCurrentEncoder(BaseEncoder):
    """Hold every value for ``n_steps`` steps, as a current into the reservoir.

    The reservoir makes the spikes. A reservoir holds each row for ``steps_per_input`` steps
    anyway; this is for other estimators.

    Parameters
    ----------
    n_steps : int, default=100
        Steps for which a row is held.

    Attributes
    ----------
    n_features_in_ : int
        Number of channels.

    See Also
    --------
    RateEncoder : Spikes at a rate proportional to the value.

    Examples
    --------
    >>> from sparcelearn.reservoir.encoders import DirectCurrentEncoder
    >>> DirectCurrentEncoder(n_steps=3).fit_transform([[0.5, 1.0]])
    array([[[0.5, 1. ],
            [0.5, 1. ],
            [0.5, 1. ]]])
    """

    n_steps: int = 100

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "n_steps": [Interval(Integral, 1, None, closed="left")],
    }

    @with_fitted_parameters
    def transform(self, X: ArrayLike) -> Any:
        """Repeat every row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_channels) or \
                (n_samples, n_timesteps, n_channels), or list of (n_timesteps, n_channels)
            Values.

        Returns
        -------
        ndarray of shape (n_samples, n_timesteps * n_steps, n_channels), or list
            A list if samples differ in length.
        """
        check_is_fitted(self)
        sequences = self._check_input(X, reset=False)
        rows = np.repeat(sequences.rows, self.n_steps, axis=0)
        return as_samples(rows, sequences.starts * self.n_steps)

    @with_fitted_parameters
    def inverse_transform(self, X: ArrayLike) -> Any:
        """Return the mean of every window of ``n_steps`` steps.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_timesteps * n_steps, n_channels), or list
            What ``transform`` returns.

        Returns
        -------
        ndarray of shape (n_samples, n_channels) or (n_samples, n_timesteps, n_channels), or list
            Samples of one time step each are returned as rows.
        """
        check_is_fitted(self)
        sequences = self._check_input(X, reset=False)
        if np.any(sequences.lengths % self.n_steps):
            raise ValueError(f"Samples in X must be whole windows of n_steps={self.n_steps} steps.")
        windows = sequences.rows.reshape(-1, self.n_steps, self.n_features_in_)
        rows = windows.mean(axis=1)
        if np.all(sequences.lengths == self.n_steps):
            return rows
        return as_samples(rows, sequences.starts // self.n_steps)
