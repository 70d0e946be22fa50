"""Figures like scikit-learn's displays. They need matplotlib (the extra ``plot``).

A display holds numbers; ``plot(ax)`` draws them and keeps the axes as ``ax_`` and the
figure as ``figure_``. ``from_estimator`` and similar methods compute the numbers and draw.
"""

from ._before_after import BeforeAfterDisplay
from ._coding_level import CodingLevelDisplay
from ._connectivity import ConnectivityDisplay
from ._forgetting import ForgettingDisplay
from ._memory_curve import MemoryAgeDisplay, MemoryCapacityDisplay
from ._receptive_field import ReceptiveFieldDisplay
from ._sparsity_path import SparsityPathDisplay
from ._spike_raster import SpikeRasterDisplay
from ._state_trajectory import StateTrajectoryDisplay
from ._stream_monitor import StreamMonitorDisplay

__all__ = [
    "BeforeAfterDisplay",
    "CodingLevelDisplay",
    "ConnectivityDisplay",
    "ForgettingDisplay",
    "MemoryAgeDisplay",
    "MemoryCapacityDisplay",
    "ReceptiveFieldDisplay",
    "SparsityPathDisplay",
    "SpikeRasterDisplay",
    "StateTrajectoryDisplay",
    "StreamMonitorDisplay",
]
