"""Prediction intervals on a stream, by adaptive conformal inference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sparcelearn._core.validation import fill

__all__ = ["AdaptiveIntervals"]


class AdaptiveIntervals:
    r"""Intervals around forecasts that keep their coverage while the stream changes.

    The interval around a forecast :math:`\hat y_t` reaches as far as a quantile of the last
    errors. Which quantile is learned from whether the intervals so far held [1]_:

    .. math::
        |y - \hat y_t| \le Q_{1 - \alpha_t}\qquad
        \alpha_{t+1} = \alpha_t + \gamma\,(\alpha - [y_t \text{ was outside}])

    with :math:`\alpha` = 1 - ``coverage``. Whatever the data and the forecasts are, over :math:`T`
    steps the share outside is :math:`\alpha` to within about :math:`1 / (\gamma T)`. Where
    :math:`\alpha_t` falls to 0, no finite interval would be sure; it then reaches as far as the
    largest error in memory.

    Of a forecast several steps ahead, the interval that was given with it counts, not the one of
    the day on which the value comes (``reach`` of ``update``). Errors of neighbouring forecasts are
    alike: the first of them widen the interval, and the others, judged by that, would seem to lie
    inside.

    Parameters
    ----------
    n_outputs : int, default=1
        Values that are forecast at once; each has errors and a quantile of its own.
    coverage : float, default=0.9
        Share of values that are to lie inside.
    rate : float, default=0.05
        The step :math:`\gamma`. A larger one follows changes faster, and widths vary more.
    window : int, default=500
        Number of last errors that quantiles are taken of.

    Attributes
    ----------
    reach_ : ndarray of shape (n_outputs,)
        How far intervals reach now, to either side; infinite before the first error.
    levels_ : ndarray of shape (n_outputs,)
        The :math:`\alpha_t` of each output.
    n_seen_ : ndarray of shape (n_outputs,)
        Errors seen so far.
    n_outside_ : ndarray of shape (n_outputs,)
        How many values lay outside their interval, of those that had a finite one.

    References
    ----------
    .. [1] I. Gibbs, E. Candes, "Adaptive Conformal Inference Under Distribution Shift", Advances
       in Neural Information Processing Systems 34, 2021.

    Examples
    --------
    The noise doubles half way; coverage stays:

    >>> import numpy as np
    >>> from sparcelearn import AdaptiveIntervals
    >>> noise = np.random.RandomState(0).normal(size=4000) * np.repeat([1, 2], 2000)
    >>> intervals, inside = AdaptiveIntervals(coverage=0.9), []
    >>> for value in noise:
    ...     low, high = intervals.around(0.0)
    ...     inside.append(low <= value <= high)
    ...     intervals = intervals.update(0.0, value)
    >>> bool(0.89 < np.mean(inside[:2000]) < 0.91), bool(0.89 < np.mean(inside[2000:]) < 0.91)
    (True, True)
    """

    def __init__(
        self, n_outputs: int = 1, *, coverage: float = 0.9, rate: float = 0.05, window: int = 500
    ) -> None:
        for name, value, is_valid, allowed in (
            ("n_outputs", n_outputs, n_outputs >= 1, "at least 1"),
            ("coverage", coverage, 0 < coverage < 1, "between 0 and 1"),
            ("rate", rate, 0 < rate < np.inf, "above 0"),
            ("window", window, window >= 1, "at least 1"),
        ):
            if not is_valid:
                raise ValueError(f"{name}={value} must be {allowed}.")
        self.n_outputs, self.coverage = int(n_outputs), float(coverage)
        self.rate, self.window = float(rate), int(window)
        self.levels_ = np.full(self.n_outputs, 1 - self.coverage)
        self.n_seen_ = np.zeros(self.n_outputs, dtype=np.int64)
        self.n_outside_ = np.zeros(self.n_outputs, dtype=np.int64)
        self._errors = np.full((self.n_outputs, self.window), np.inf)  # in the order they came
        self._sorted = np.full((self.n_outputs, self.window), np.inf)

    def around(self, forecast: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the lower and upper ends of the intervals around forecasts.

        Parameters
        ----------
        forecast : array-like of shape (n_outputs,) or a number
            The forecasts; or an array (n_rows, n_outputs) of them.

        Returns
        -------
        tuple of ndarray
            Lower and upper ends, of the shape of ``forecast``; infinite before the first error.
        """
        values = np.asarray(forecast, dtype=np.float64)
        reach = self.reach_ if values.ndim else self.reach_[0]
        return values - reach, values + reach

    def update(
        self,
        forecast: ArrayLike,
        y: ArrayLike,
        output: int | None = None,
        reach: ArrayLike | None = None,
    ) -> Any:
        """Learn from values that were forecast before.

        Parameters
        ----------
        forecast : array-like of shape (n_outputs,) or a number
            What was forecast.
        y : array-like of shape (n_outputs,) or a number
            What came.
        output : int, default=None
            Which output both are of, where it is one; None is all.
        reach : array-like of shape (n_outputs,) or a number, default=None
            ``reach_`` when the forecast was made; None is as it is now, which suits forecasts one
            step ahead. Where it is infinite the error is remembered and no level moves.

        Returns
        -------
        self
        """
        outputs = range(self.n_outputs) if output is None else [output]
        pair = np.empty((2, len(outputs)))
        fill(pair[0], forecast, "forecast")
        fill(pair[1], y, "y")
        errors = np.abs(pair[1] - pair[0]).tolist()
        for k, error, limit in zip(outputs, errors, self._limits(reach, outputs), strict=True):
            self._note(k, error, limit)
        return self

    def _limits(self, reach: ArrayLike | None, outputs: Sequence[int]) -> list[float]:
        """Return how far the intervals reached by which forecasts of outputs are judged."""
        if reach is None:
            return [self._quantile(k) for k in outputs]
        limits = np.asarray(reach, dtype=np.float64)
        if limits.shape not in ((), (len(outputs),)) or not (limits >= 0).all():
            raise ValueError(
                f"reach must be a number, or {len(outputs)} of them, of at least 0, got {reach!r}."
            )
        return np.broadcast_to(limits, len(outputs)).tolist()

    def _note(self, k: int, error: float, reach: float) -> None:
        """Move the level of an output, and then remember its error."""
        if reach < np.inf:
            is_outside = error > reach
            self.n_outside_[k] += is_outside
            self.levels_[k] += self.rate * (1 - self.coverage - is_outside)
        place = self.n_seen_[k] % self.window
        in_order, oldest = self._sorted[k], self._errors[k, place]
        self._errors[k, place] = error
        gone, new = np.searchsorted(in_order, oldest), np.searchsorted(in_order, error)
        if new > gone:
            in_order[gone : new - 1] = in_order[gone + 1 : new]
            in_order[new - 1] = error
        else:
            in_order[new + 1 : gone + 1] = in_order[new:gone].copy()
            in_order[new] = error
        self.n_seen_[k] += 1

    def _quantile(self, k: int) -> float:
        """Return how far the interval of an output reaches."""
        n = min(int(self.n_seen_[k]), self.window)
        if not n:
            return np.inf
        rank = int(np.ceil((1 - self.levels_[k]) * (n + 1)))
        return float(self._sorted[k, min(rank, n) - 1]) if rank > 0 else 0.0

    @property
    def reach_(self) -> NDArray[np.float64]:
        """How far intervals reach now, to either side; infinite before the first error."""
        return np.array([self._quantile(k) for k in range(self.n_outputs)])

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        shape = self.n_outputs, self.window
        if self._errors.shape != shape or self._sorted.shape != shape:
            raise ValueError(f"errors of AdaptiveIntervals must be of shape {shape}.")
