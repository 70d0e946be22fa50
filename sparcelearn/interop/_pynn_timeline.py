"""Samples one after another in one long simulation, with pauses in which units return to rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn._core.warning import warn

__all__ = ["Timeline"]


@dataclass(frozen=True)
class Timeline:
    """When each sample begins: after a pause, as does the first.

    Parameters
    ----------
    n_steps : ndarray of shape (n_samples,)
        Steps of each sample.
    pause : int
        Steps before each of them.
    dt : float
        Length of a step (ms).
    """

    n_steps: NDArray[np.int64]
    pause: int
    dt: float

    @property
    def begins(self) -> NDArray[np.int64]:
        """First step of each sample."""
        return np.cumsum(self.n_steps + self.pause) - self.n_steps

    @property
    def duration(self) -> float:
        """Length of the simulation (ms): a step longer than its samples, so that all is told."""
        return float(self.begins[-1] + self.n_steps[-1] + 1) * self.dt

    def row_steps(self, steps_per_row: int) -> NDArray[np.int64]:
        """Return the first step of each row of input, of all samples.

        Parameters
        ----------
        steps_per_row : int
            Steps for which a row is held.

        Returns
        -------
        ndarray of shape (n_rows,)
        """
        lengths = self.n_steps // steps_per_row
        firsts = np.cumsum(lengths) - lengths
        row = np.arange(lengths.sum()) - np.repeat(firsts, lengths)
        return np.repeat(self.begins, lengths) + row * steps_per_row

    def split(
        self, steps: NDArray[np.int64], units: NDArray[np.int64], n_units: int
    ) -> SpikeTrains:
        """Return the spikes of each sample; those in pauses are left out.

        Parameters
        ----------
        steps, units : ndarray of shape (n_spikes,)
            The step and the unit of each spike.
        n_units : int
            Number of units.

        Returns
        -------
        SpikeTrains

        Warns
        -----
        UserWarning
            If units still fire late in a pause, so that samples do not start from rest.
        """
        begins = self.begins
        order = np.lexsort((units, steps))
        steps, units = steps[order], units[order]
        n_late = int(np.sum(self._is_late(steps)))
        if n_late:
            warn(
                f"{n_late} spikes came late in a pause between samples, which then do not start "
                "from rest: give a longer pause, or a smaller loop_gain."
            )
        sample = np.searchsorted(begins, steps, side="right") - 1
        is_within = (sample >= 0) & (steps < (begins + self.n_steps)[sample])
        steps, units, sample = steps[is_within], units[is_within], sample[is_within]
        starts = np.searchsorted(sample, np.arange(len(begins) + 1))
        times = (steps - begins[sample]) * self.dt
        return SpikeTrains(times, units, starts, n_units, self.n_steps * self.dt)

    def _is_late(self, steps: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each step is in the second half of a pause."""
        begins = self.begins
        following = np.searchsorted(begins, steps, side="right")
        is_before = following < len(begins)
        return is_before & (steps >= np.append(begins, 0)[following] - self.pause // 2)
