"""Moving window code: spikes where the signal differs from its recent mean."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.sequences import Sequences
from sparcelearn._core.validation import Interval

from ._base import place_of_rows
from ._change import ChangeEncoder

__all__ = ["MovingWindowEncoder"]


@dataclass(eq=False, repr=False)
class MovingWindowEncoder(ChangeEncoder):
    r"""A spike at each step in which the signal differs from the mean of the steps before.

    With :math:`B` the mean of the last ``window`` values (of fewer near the start),
    an ON spike where :math:`s(t) > B + \theta`, an OFF spike where :math:`s(t) < B - \theta`.
    Decoding adds :math:`\theta` for each spike, and drifts.

    Channels 0 to n - 1 of the output are the ON spikes, n to 2 n - 1 the OFF spikes.

    Parameters
    ----------
    threshold : float, default=0.1
        Smallest difference that spikes, in units of the signal.
    window : int, default=5
        Number of time steps of the mean.
    start : float, default=0.0
        Baseline of the first step.
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

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.reservoir.encoders import MovingWindowEncoder
    >>> X = np.array([[[0.0], [0.0], [1.0], [1.0], [1.0], [0.5]]])
    >>> on, off = MovingWindowEncoder(threshold=0.3, window=2).fit_transform(X)[0].T
    >>> on.tolist(), off.tolist()
    ([0.0, 0.0, 1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0, 1.0])
    """

    threshold: float = 0.1
    _: KW_ONLY
    window: int = 5

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **ChangeEncoder._parameter_constraints,
        "threshold": [Interval(Real, 0, None, closed="neither")],
        "window": [Interval(Integral, 1, None, closed="left")],
    }

    def _signs(self, sequences: Sequences) -> NDArray[np.int8]:
        distances = sequences.rows - self._baseline(sequences)
        return (distances > self.threshold).astype(np.int8) - (distances < -self.threshold)

    def _baseline(self, sequences: Sequences) -> NDArray[np.floating]:
        """Return the mean of the last values before each one."""
        rows = sequences.rows
        position = place_of_rows(sequences)[1]
        baseline = np.zeros_like(rows)
        # sums of a few terms: differences of running sums have rounding errors of all the past
        for back in range(1, min(self.window, len(rows) - 1) + 1):
            reach = position >= back
            baseline[reach] += rows[np.flatnonzero(reach) - back]
        known = np.minimum(position, self.window)[:, np.newaxis]
        return np.where(known > 0, baseline / np.maximum(known, 1), self.start)
