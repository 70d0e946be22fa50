"""Hough spiker algorithm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..kernels import spike_codes
from ._fir import FilterEncoder

__all__ = ["HSAEncoder"]


@dataclass(eq=False, repr=False)
class HSAEncoder(FilterEncoder):
    r"""Hough spiker algorithm: a spike wherever the filter fits under the signal.

    With :math:`s` the rest of the signal and :math:`h` the filter, step :math:`t` spikes, and
    :math:`h` is subtracted from :math:`s` there, if :math:`s(t + k) \ge h(k)` for all taps.
    Filtering the spikes with :math:`h` decodes the signal, from below.

    The signal should lie between 0 and the sum of the filter. The code looks as many steps
    ahead as the filter has taps; beyond its end the signal counts as 0.

    Parameters
    ----------
    fir : int or array-like of shape (n_taps,), default=20
        The filter, or the number of taps of a Hann window of unit sum.
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

    See Also
    --------
    BSAEncoder : Closer to the signal.

    References
    ----------
    Hough, de Garis, Korkin, Gers, Nawa, "SPIKER: analog waveform to digital spiketrain
    conversion in ATR's artificial brain (CAM-Brain) project", International Conference on
    Robotics and Artificial Life, 1999.

    Examples
    --------
    >>> from sparcelearn.reservoir.encoders import HSAEncoder
    >>> signal = [[[0.5], [1.0], [0.75], [0.25], [0.0]]]  # one sample, five time steps
    >>> HSAEncoder(fir=[0.5, 0.5, 0.25]).fit_transform(signal)[0, :, 0]
    array([1., 1., 0., 0., 0.], dtype=float32)
    """

    def _subtract(
        self, rows: NDArray[np.floating], starts: NDArray[np.int64], spikes: NDArray[np.int8]
    ) -> None:
        spike_codes.subtract_where_covered(rows, starts, self.fir_, 0.0, spikes)
