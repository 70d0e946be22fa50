"""Step-forward code: spikes where the signal leaves a baseline that follows it."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.sequences import Sequences
from sparcelearn._core.validation import Interval

from ..kernels import spike_codes
from ._change import ChangeEncoder

__all__ = ["StepForwardEncoder"]


@dataclass(eq=False, repr=False)
class StepForwardEncoder(ChangeEncoder):
    r"""A spike whenever the signal leaves a band around a baseline (send on delta).

    Where :math:`s(t) > B + \theta` an ON spike moves the baseline :math:`B` up by
    :math:`\theta`, where :math:`s(t) < B - \theta` an OFF spike moves it down. The decoder
    returns the baseline. While the signal changes by less than the threshold per step, its
    error is at most the threshold.

    Channels 0 to n - 1 of the output are the ON spikes, n to 2 n - 1 the OFF spikes.

    Parameters
    ----------
    threshold : float, default=0.1
        Step of the baseline, in units of the signal.
    start : float, default=0.0
        Baseline before the first step.
    dt : float, default=1.0
        Length of a step (ms).
    output : {"dense", "spikes"}, default="dense"
        Spikes in each step as an array, or events as ``SpikeTrains``.

    Attributes
    ----------
    n_features_in_ : int
        Number of channels.

    References
    ----------
    Petro, Kasabov, Kiss, "Selection and optimization of temporal spike encoding methods for
    spiking neural networks", IEEE Transactions on Neural Networks and Learning Systems 31(2),
    358-370, 2020.

    Lichtsteiner, Posch, Delbruck, "A 128x128 120 dB 15 us latency asynchronous temporal
    contrast vision sensor", IEEE Journal of Solid-State Circuits 43(2), 566-576, 2008.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.reservoir.encoders import StepForwardEncoder
    >>> signal = np.sin(np.arange(1000) / 100).reshape(1, -1, 1)
    >>> encoder = StepForwardEncoder(threshold=0.05)
    >>> spikes = encoder.fit_transform(signal)
    >>> bool(abs(encoder.inverse_transform(spikes) - signal).max() < 0.0501)
    True
    """

    threshold: float = 0.1

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **ChangeEncoder._parameter_constraints,
        "threshold": [Interval(Real, 0, None, closed="neither")],
    }

    def _signs(self, sequences: Sequences) -> NDArray[np.int8]:
        signs = np.zeros(sequences.rows.shape, dtype=np.int8)
        spike_codes.step_forward(
            sequences.rows, sequences.starts, float(self.threshold), float(self.start), signs
        )
        return signs
