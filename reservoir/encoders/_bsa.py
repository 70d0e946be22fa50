"""Ben's spiker algorithm."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.validation import Interval

from ..kernels import spike_codes
from ._fir import FilterEncoder

__all__ = ["BSAEncoder"]


@dataclass(eq=False, repr=False)
class BSAEncoder(FilterEncoder):
    r"""Ben's spiker algorithm: spikes that a filter turns back into the signal.

    With :math:`s` the rest of the signal and :math:`h` the filter, step :math:`t` spikes, and
    :math:`h` is subtracted from :math:`s` there, if this lowers the error enough:

    .. math::
        \sum_k |s(t + k) - h(k)| \le \sum_k |s(t + k)| - \theta

    Filtering the spikes with :math:`h` decodes them. The signal should lie between 0 and the
    sum of the filter (scale it with ``MinMaxScaler``), and change slowly compared with the
    filter. The code looks as many steps ahead as the filter has taps.

    Parameters
    ----------
    fir : int or array-like of shape (n_taps,), default=20
        The filter, or the number of taps of a Hann window of unit sum.
    threshold : float, default=0.955
        By how much the error must fall; at most the sum of the filter.
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
    >>> import numpy as np
    >>> from sparcelearn.reservoir.encoders import BSAEncoder
    >>> signal = 0.5 + 0.4 * np.sin(np.arange(1000) / 50).reshape(1, -1, 1)
    >>> encoder = BSAEncoder()
    >>> decoded = encoder.inverse_transform(encoder.fit_transform(signal))
    >>> bool(abs(decoded - signal)[:, 20:-20].mean() < 0.02)
    True
    """

    _: KW_ONLY
    threshold: float = 0.955

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **FilterEncoder._parameter_constraints,
        "threshold": [Interval(Real, 0, None, closed="neither")],
    }

    def _subtract(
        self, rows: NDArray[np.floating], starts: NDArray[np.int64], spikes: NDArray[np.int8]
    ) -> None:
        spike_codes.subtract_where_better(rows, starts, self.fir_, float(self.threshold), spikes)
