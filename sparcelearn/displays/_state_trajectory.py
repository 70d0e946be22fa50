"""States of some units over time."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from sparcelearn.reservoir import SpikingReservoir

from ._style import COLOURS, Display, look_again


class StateTrajectoryDisplay(Display):
    """States of a few units over a sample, one above another.

    Parameters
    ----------
    states : array-like of shape (n_timesteps, n_units)
        States.
    dt : float, default=1.0
        Time from one row to the next (ms).
    names : sequence of str, default=None
        Names of the units; None numbers them.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.displays import StateTrajectoryDisplay
    >>> display = StateTrajectoryDisplay(np.zeros((10, 3)), names=["x", "y", "z"])
    >>> display.plot()  # doctest: +SKIP
    """

    def __init__(self, states: ArrayLike, dt: float = 1.0, names: Any = None) -> None:
        self.states = np.asarray(states)
        self.dt = dt
        self.names = names

    @classmethod
    def from_estimator(
        cls,
        reservoir: Any,
        X: ArrayLike,
        *,
        sample: int = 0,
        units: ArrayLike = (0, 1, 2, 3, 4),
        feature: str | None = None,
        ax: Any = None,
    ) -> Self:
        """Run a fitted reservoir on a sample and draw the states of some units.

        Parameters
        ----------
        reservoir : SpikingReservoir or EchoStateReservoir
            Fitted; it is not changed.
        X : array-like of shape (n_samples, n_timesteps, n_channels), or list of \
                (n_timesteps, n_channels)
            Sequences.
        sample : int, default=0
            Which of them.
        units : array-like of int, default=(0, 1, 2, 3, 4)
            Which units.
        feature : str, default=None
            What to draw, as in the reservoir's ``features``; None is ``"membrane"`` of a
            spiking reservoir, and the state of another.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        StateTrajectoryDisplay
        """
        one = np.asarray(X[sample])[np.newaxis]  # type: ignore[index]
        n_steps = one.shape[1] * getattr(reservoir, "steps_per_input_", 1)
        params: dict[str, Any] = {"n_readouts": n_steps, "features": feature or "state"}
        if isinstance(reservoir, SpikingReservoir):
            params |= {"features": feature or "membrane", "padding": 0}
        states = look_again(reservoir, **params).transform(one).reshape(n_steps, -1)
        chosen = np.asarray(units)
        names = [f"unit {unit}" for unit in chosen]
        return cls(states[:, chosen], getattr(reservoir, "dt", 1.0), names).plot(ax)

    def _draw(self, ax: Any) -> None:
        n_units = self.states.shape[1]
        names = [str(k) for k in range(n_units)] if self.names is None else list(self.names)
        step = 1.1 * max(float(np.ptp(self.states, axis=0).max(initial=0)), 1e-12)
        times = np.arange(len(self.states)) * self.dt
        for k in range(n_units):
            shift = (n_units - 1 - k) * step - self.states[:, k].min(initial=np.inf)
            ax.plot(times, self.states[:, k] + shift, color=COLOURS[k % len(COLOURS)], lw=1.2)
        ax.set_yticks(step * (np.arange(n_units)[::-1] + 0.4), names)
        ax.set(xlabel="time (ms)", xlim=(0, times[-1]), ylim=(-0.05 * step, n_units * step))
