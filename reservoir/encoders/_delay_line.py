"""Delay line: past values of a channel are channels, too."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.sequences import Sequences, as_sequences
from sparcelearn._core.validation import Interval

from ._base import BaseEncoder, as_samples, place_of_rows

__all__ = ["DelayLine"]


@dataclass(eq=False, repr=False)
class DelayLine(BaseEncoder):
    r"""Add delayed copies of every channel as further channels: a tapped delay line.

    A row of channels :math:`x(t)` becomes

    .. math:: \big(x(t),\; x(t - d),\; x(t - 2d),\; \dots,\; x(t - (n - 1) d)\big)

    with the ``spacing`` :math:`d` in time steps and :math:`n` = ``n_taps``. Values before the
    start of a sample are 0. Units of a reservoir then see patterns in time as well as across
    channels.

    Parameters
    ----------
    n_taps : int, default=5
        Number of instants, including the present one.
    spacing : int, default=1
        Time steps from one instant to the next.

    Attributes
    ----------
    n_features_in_ : int
        Number of channels.

    Notes
    -----
    Nothing is carried from one sample to the next: give a stream as one sample.

    References
    ----------
    A. Waibel, T. Hanazawa, G. Hinton, K. Shikano, K. J. Lang, "Phoneme recognition using
    time-delay neural networks", IEEE Transactions on Acoustics, Speech, and Signal Processing
    37(3), 328-339, 1989.

    Examples
    --------
    >>> from sparcelearn.reservoir.encoders import DelayLine
    >>> DelayLine(n_taps=3).fit_transform([[[1.0], [2.0], [3.0], [4.0]]])
    array([[[1., 0., 0.],
            [2., 1., 0.],
            [3., 2., 1.],
            [4., 3., 2.]]])
    """

    n_taps: int = 5
    _: KW_ONLY
    spacing: int = 1

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "n_taps": [Interval(Integral, 1, None, closed="left")],
        "spacing": [Interval(Integral, 1, None, closed="left")],
    }

    def transform(self, X: ArrayLike) -> Any:
        """Append delayed channels.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_channels) or \
                (n_samples, n_timesteps, n_channels), or list of (n_timesteps, n_channels)
            Values.

        Returns
        -------
        ndarray of shape (n_samples, n_timesteps, n_taps * n_channels), or list
            First all present channels, then all of one ``spacing`` ago, and so on; float32
            stays float32. A list if samples differ in length.
        """
        check_is_fitted(self)
        sequences = self._check_input(X, reset=False)
        n_channels = sequences.rows.shape[1]
        line = np.zeros((len(sequences.rows), self.n_taps * n_channels), sequences.rows.dtype)
        _, step = place_of_rows(sequences)
        for tap in range(self.n_taps):
            row = np.flatnonzero(step >= tap * self.spacing)
            channels = slice(tap * n_channels, (tap + 1) * n_channels)
            line[row, channels] = sequences.rows[row - tap * self.spacing]
        return as_samples(line, sequences.starts)

    def _check_input(self, X: ArrayLike, *, reset: bool) -> Sequences:
        return as_sequences(self, X, reset=reset, dtype=["float64", "float32"])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
