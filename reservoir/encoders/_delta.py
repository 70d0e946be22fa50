"""Delta code: a spike where the signal jumps."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.sequences import Sequences
from sparcelearn._core.validation import Interval

from ._change import ChangeEncoder, differences

__all__ = ["DeltaEncoder"]


@dataclass(eq=False, repr=False)
class DeltaEncoder(ChangeEncoder):
    r"""A spike at each step in which the signal changed by a threshold or more.

    An ON spike where :math:`s(t) - s(t-1) \ge \theta`, an OFF spike where it is
    :math:`\le -\theta`. Decoding adds :math:`\theta` for each spike; because changes below the
    threshold are lost, it drifts from the signal. :class:`StepForwardEncoder` does not.

    Channels 0 to n - 1 of the output are the ON spikes, n to 2 n - 1 the OFF spikes.

    Parameters
    ----------
    threshold : float, default=0.1
        Smallest change that spikes, in units of the signal.
    start : float, default=0.0
        Value of the signal before its first step.
    dt : float, default=1.0
        Length of a step (ms).
    output : {"dense", "spikes"}, default="dense"
        Spikes in each step as an array, or events as ``SpikeTrains``.

    Attributes
    ----------
    n_features_in_ : int
        Number of channels.

    See Also
    --------
    StepForwardEncoder : Compares with a baseline that moves at spikes, as event cameras do.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.reservoir.encoders import DeltaEncoder
    >>> X = np.array([[[1.0], [2.0], [2.9], [3.0], [1.5]]])  # one sample, five time steps
    >>> on, off = DeltaEncoder(threshold=1.0).fit_transform(X)[0].T
    >>> on.tolist(), off.tolist()
    ([1.0, 1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 1.0])
    """

    threshold: float = 0.1

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **ChangeEncoder._parameter_constraints,
        "threshold": [Interval(Real, 0, None, closed="neither")],
    }

    def _signs(self, sequences: Sequences) -> NDArray[np.int8]:
        changes = differences(sequences, self.start)
        return (changes >= self.threshold).astype(np.int8) - (changes <= -self.threshold)
