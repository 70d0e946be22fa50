"""Hough spiker algorithm with a tolerance."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.validation import Interval

from ..kernels import spike_codes
from ._fir import FilterEncoder

__all__ = ["ModifiedHSAEncoder"]


@dataclass(eq=False, repr=False)
class ModifiedHSAEncoder(FilterEncoder):
    r"""Hough spiker algorithm that tolerates a small shortfall.

    With :math:`s` the rest of the signal and :math:`h` the filter, step :math:`t` spikes, and
    :math:`h` is subtracted from :math:`s` there, if

    .. math:: \sum_k \max(h(k) - s(t + k),\ 0) \le \theta

    Threshold 0 is :class:`HSAEncoder`. Filtering the spikes with :math:`h` decodes them.

    Parameters
    ----------
    fir : int or array-like of shape (n_taps,), default=20
        The filter, or the number of taps of a Hann window of unit sum.
    threshold : float, default=0.05
        Largest total shortfall that spikes, in units of the signal.
    dt : float, default=1.0
        Length of a step (ms).
    output : {"dense", "spikes"}, default="dense"
        Spikes in each step as an array, or events as ``SpikeTrains``.

    Attributes
    ----------
    fir_ : ndarray of shape (n_taps,)
        The filter.
    n_features_in_ : int
        Number of channels.

    References
    ----------
    Schrauwen, Van Campenhout, "BSA, a fast and accurate spike train encoding scheme",
    International Joint Conference on Neural Networks, 2825-2830, 2003.

    Examples
    --------
    >>> from sparcelearn.reservoir.encoders import ModifiedHSAEncoder
    >>> signal = [[[0.5], [0.9], [0.75], [0.25], [0.0]]]  # one sample, five time steps
    >>> encoder = ModifiedHSAEncoder(fir=[0.5, 0.5, 0.25], threshold=0.2)
    >>> encoder.fit_transform(signal)[0, :, 0]
    array([1., 1., 0., 0., 0.], dtype=float32)
    """

    _: KW_ONLY
    threshold: float = 0.05

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **FilterEncoder._parameter_constraints,
        "threshold": [Interval(Real, 0, None, closed="left")],
    }

    def _subtract(
        self, rows: NDArray[np.floating], starts: NDArray[np.int64], spikes: NDArray[np.int8]
    ) -> None:
        spike_codes.subtract_where_covered(rows, starts, self.fir_, float(self.threshold), spikes)
