"""Temporal contrast code: spikes where the signal changes more than usual."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.sequences import Sequences
from sparcelearn._core.validation import Interval

from ._change import ChangeEncoder, differences

__all__ = ["TemporalContrastEncoder"]


@dataclass(eq=False, repr=False)
class TemporalContrastEncoder(ChangeEncoder):
    r"""A spike at each step in which the signal changed unusually much (threshold-based).

    With :math:`\Delta(t) = s(t) - s(t-1)`, an ON spike where :math:`\Delta > \theta`, an OFF
    spike where :math:`\Delta < -\theta`, with each channel's threshold

    .. math:: \theta = \text{mean}\,|\Delta| + f\ \text{std}\,|\Delta|

    over the sequences given to ``fit``. It is then frozen, so that the code can run online.
    Decoding adds :math:`\theta` for each spike, and drifts.

    Channels 0 to n - 1 of the output are the ON spikes, n to 2 n - 1 the OFF spikes.

    Parameters
    ----------
    factor : float, default=0.5
        The :math:`f` above.
    start : float, default=0.0
        Value of the signal before its first step.
    dt : float, default=1.0
        Length of a step (ms).
    output : {"dense", "spikes"}, default="dense"
        Spikes in each step as an array, or events as ``SpikeTrains``.

    Attributes
    ----------
    thresholds_ : ndarray of shape (n_channels,)
        Threshold of each channel; 0 if no sequence in ``fit`` had two time steps.
    n_features_in_ : int
        Number of channels.

    References
    ----------
    Petro, Kasabov, Kiss, "Selection and optimization of temporal spike encoding methods for
    spiking neural networks", IEEE Transactions on Neural Networks and Learning Systems 31(2),
    358-370, 2020.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.reservoir.encoders import TemporalContrastEncoder
    >>> X = np.array([[[0.0], [0.1], [0.2], [1.2], [1.1]]])
    >>> encoder = TemporalContrastEncoder(factor=1.0).fit(X)
    >>> encoder.thresholds_.round(3)
    array([0.715])
    >>> encoder.transform(X)[0, :, 0].tolist()
    [0.0, 0.0, 0.0, 1.0, 0.0]
    """

    factor: float = 0.5

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **ChangeEncoder._parameter_constraints,
        "factor": [Interval(Real, 0, None, closed="left")],
    }

    def _learn(self, sequences: Sequences) -> None:
        is_first = np.isin(np.arange(len(sequences.rows)), sequences.starts)
        sizes = np.abs(differences(sequences, self.start))[~is_first]
        if len(sizes) == 0:
            sizes = np.zeros((1, self.n_features_in_))
        self.thresholds_ = sizes.mean(axis=0) + self.factor * sizes.std(axis=0)

    def _signs(self, sequences: Sequences) -> NDArray[np.int8]:
        changes = differences(sequences, self.start)
        rises, falls = changes > self.thresholds_, changes < -self.thresholds_
        return rises.astype(np.int8) - falls

    @property
    def _steps_of_value(self) -> NDArray[np.floating]:
        return self.thresholds_
