"""Classes of known distribution, and so of known lowest error."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy.special import log_softmax
from sklearn.utils import check_random_state


class KnownClasses(ABC):
    """Equally likely classes of known distribution.

    Attributes
    ----------
    n_classes : int
        Number of classes.
    """

    n_classes: int

    @abstractmethod
    def log_likelihood(self, X: Any) -> NDArray[np.float64]:
        """Return the log likelihood of samples under each class, up to a constant of each sample.

        Parameters
        ----------
        X : samples
            As `sample` draws them.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
        """

    @abstractmethod
    def _draw(self, rng: RandomState, y: NDArray[np.int64]) -> Any:
        """Draw a sample of each label."""

    def sample(
        self, n_samples: int, random_state: int | RandomState | None = None
    ) -> tuple[Any, NDArray[np.int64]]:
        """Draw samples and their labels.

        Parameters
        ----------
        n_samples : int
            Number of samples.
        random_state : int, RandomState or None, default=None
            Seed.

        Returns
        -------
        X : samples
        y : ndarray of shape (n_samples,)
            Labels, as equally frequent as possible.
        """
        rng = check_random_state(random_state)
        y = rng.permutation(np.arange(n_samples) % self.n_classes)
        return self._draw(rng, y), y.astype(np.int64)

    def predict(self, X: Any) -> NDArray[np.int64]:
        """Return the most likely class of each sample: the best decision.

        Parameters
        ----------
        X : samples
            As `sample` draws them.

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        return self.log_likelihood(X).argmax(axis=1)

    def bayes_risk(
        self, n_samples: int = 100_000, random_state: int | RandomState | None = None
    ) -> tuple[float, float]:
        """Estimate the lowest possible probability of error, E[1 - max_y P(y | X)].

        Parameters
        ----------
        n_samples : int, default=100000
            Samples to average over.
        random_state : int, RandomState or None, default=None
            Seed.

        Returns
        -------
        risk : float
        standard_error : float
            Of the estimate; 0 if the risk is known exactly.
        """
        X, _ = self.sample(n_samples, random_state)
        errors = 1 - np.exp(log_softmax(self.log_likelihood(X), axis=1)).max(axis=1)
        return float(errors.mean()), float(errors.std(ddof=1) / np.sqrt(n_samples))
