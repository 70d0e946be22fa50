"""What was built on another simulator, and the spikes that come back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sparcelearn._core.spike_trains import SpikeTrains

from ._pynn_timeline import Timeline

__all__ = ["PyNNNetwork"]


@dataclass
class PyNNNetwork:
    """What :func:`to_pynn` built.

    Parameters
    ----------
    units : Population
        The units; their spikes are recorded.
    timeline : Timeline
        When samples begin.
    inputs : list
        The sources of input: a Population of spike sources, or a current for each unit.
    projections : dict of str to Projection
        The synapses, by name.
    """

    units: Any
    timeline: Timeline
    inputs: list[Any] = field(default_factory=list)
    projections: dict[str, Any] = field(default_factory=dict)

    @property
    def duration(self) -> float:
        """How long to run it (ms)."""
        return self.timeline.duration

    def spikes(self) -> SpikeTrains:
        """Return what was recorded, sample by sample.

        Returns
        -------
        SpikeTrains
            A spike of step ``k`` of its sample has the time ``k * dt``.

        Warns
        -----
        UserWarning
            If units still fired late in a pause, so that samples did not start from rest.
        """
        recorded = self.units.get_data("spikes").segments[-1].spiketrains
        found = [(int(x.annotations["source_index"]), np.asarray(x)) for x in recorded]
        times = np.concatenate([np.zeros(0), *(times for _, times in found)])
        units = np.repeat([unit for unit, _ in found], [len(times) for _, times in found])
        # PyNN gives the end of the step in which a unit reached its threshold
        steps = np.rint(times / self.timeline.dt).astype(np.int64) - 1
        return self.timeline.split(steps, units.astype(np.int64), self.units.size)
