"""Named distributions for parameters that differ from unit to unit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

__all__ = ["Constant", "Distribution", "Gamma", "LogNormal", "Normal", "Uniform"]


@dataclass(frozen=True)
class Distribution(ABC):
    """What a parameter of a neuron model may be instead of a number."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise TypeError(f"{field.name} must be a number, not {value!r}.")
            if not np.isfinite(value):
                raise ValueError(f"{field.name} must be finite, not {value!r}.")
        self._check()

    @abstractmethod
    def _check(self) -> None:
        """Raise ValueError where the numbers do not make a distribution."""

    @abstractmethod
    def _draw(self, random_state: RandomState, size: int) -> NDArray[np.float64]:
        """Draw ``size`` values."""

    def sample(self, random_state: RandomState, size: int) -> NDArray[np.float64]:
        """Draw one value for each unit.

        Parameters
        ----------
        random_state : RandomState
            Source of randomness.
        size : int
            Number of units.

        Returns
        -------
        ndarray of shape (size,)
        """
        return self._draw(random_state, size)


@dataclass(frozen=True)
class Constant(Distribution):
    """The same number for all.

    Parameters
    ----------
    value : float
        In the units of the parameter.
    """

    value: float

    def _check(self) -> None:
        pass

    def _draw(self, random_state: RandomState, size: int) -> NDArray[np.float64]:
        return np.full(size, float(self.value))


@dataclass(frozen=True)
class Uniform(Distribution):
    """Uniform between two limits.

    Parameters
    ----------
    low, high : float
        Limits, in the units of the parameter.

    Examples
    --------
    >>> from numpy.random import RandomState
    >>> from sparcelearn.reservoir import Uniform
    >>> Uniform(10.0, 30.0).sample(RandomState(0), 3).round(1)
    array([21. , 24.3, 22.1])
    """

    low: float
    high: float

    def _check(self) -> None:
        if self.high < self.low:
            raise ValueError(f"high ({self.high}) must be at least low ({self.low}).")

    def _draw(self, random_state: RandomState, size: int) -> NDArray[np.float64]:
        return random_state.uniform(self.low, self.high, size)


@dataclass(frozen=True)
class Normal(Distribution):
    """Normal with a mean and a standard deviation.

    Parameters
    ----------
    mean, std : float
        In the units of the parameter; ``std`` is at least 0.
    """

    mean: float
    std: float

    def _check(self) -> None:
        if self.std < 0:
            raise ValueError(f"std must be at least 0, not {self.std}.")

    def _draw(self, random_state: RandomState, size: int) -> NDArray[np.float64]:
        return random_state.normal(self.mean, self.std, size)


@dataclass(frozen=True)
class _Positive(Distribution):
    """A positive quantity with a mean and a coefficient of variation (std / mean)."""

    mean: float
    cv: float

    def _check(self) -> None:
        if self.mean <= 0 or self.cv <= 0:
            raise ValueError(f"mean and cv must be above 0, not {self.mean} and {self.cv}.")


@dataclass(frozen=True)
class Gamma(_Positive):
    """Gamma with a mean and a coefficient of variation: the usual spread of time constants.

    Parameters
    ----------
    mean : float
        In the units of the parameter, above 0.
    cv : float
        Standard deviation over mean, above 0.
    """

    def _draw(self, random_state: RandomState, size: int) -> NDArray[np.float64]:
        shape = self.cv**-2
        return random_state.gamma(shape, self.mean / shape, size)


@dataclass(frozen=True)
class LogNormal(_Positive):
    """Lognormal with a mean and a coefficient of variation: the usual spread of weights.

    Parameters
    ----------
    mean : float
        In the units of the parameter, above 0.
    cv : float
        Standard deviation over mean, above 0.
    """

    def _draw(self, random_state: RandomState, size: int) -> NDArray[np.float64]:
        sigma = np.sqrt(np.log1p(self.cv**2))
        return random_state.lognormal(np.log(self.mean) - sigma**2 / 2, sigma, size)
