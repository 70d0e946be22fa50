"""States that are no longer finite: where that began, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.arrays import read_only
from sparcelearn._core.sequences import Events, Sequences

from .kernels.layout import Batch, State

__all__ = ["Fault", "place_of_fault", "unsound"]


class Fault(NamedTuple):
    """Where a state is first not finite."""

    sample: int
    step: int  # from 0, since the sample, or the stream, was at rest
    variable: str
    unit: int
    value: float


def unsound(simulator: Any, fault: Fault, first: int = 0) -> ValueError:
    """Return the error that tells of a state that is not finite.

    Parameters
    ----------
    simulator : Simulator
        The network.
    fault : Fault
        What happened.
    first : int, default=0
        Samples before the block that it is in.

    Returns
    -------
    ValueError
    """
    program, dt = simulator.program, simulator.dt
    name = simulator.name or "the units"
    what = (
        f"The state of {name} is no longer finite: {fault.variable} of unit {fault.unit} is "
        f"{fault.value} in step {fault.step}"
    )
    sample = f"sample {first + fault.sample} of X"
    if program.threshold is None:
        return ValueError(
            f"{what} in {sample}, integrated by method={program.method!r}. Rates that grow without "
            "bound need a lower spectral_radius, or units that are bounded, such as LeakyTanh; or "
            "lower input_scaling."
        )
    others = [m for m in ("exponential_euler", "rk4") if m != program.method]
    return ValueError(
        f"{what} ({fault.step * dt:g} ms) in {sample}, with dt={dt:g} ms and "
        f"method={program.method!r}. Take a smaller dt, or method={others[0]!r}; if that does not "
        "help, lower the input, or look at where the equations grow without bound or are undefined."
    )


def place_of_fault(
    simulator: Any,
    block: Sequences | Events,
    bad: int,
    start: State | None,
    key: NDArray[np.uint64],
) -> Fault:
    """Find the first step after which a state is not finite, by running the sample again.

    Parameters
    ----------
    simulator : Simulator
        The network.
    block : Sequences or Events
        Samples, as they were run.
    bad : int
        The sample at whose end a state is not finite.
    start : State or None
        Where the stream stood before the block; None where every sample begins at rest.
    key : ndarray of shape (1,)
        What the random numbers of the sample are made from.

    Returns
    -------
    Fault
    """
    first = int(block.starts[bad]) if start is None else 0
    rows = block.cut(first, int(block.starts[bad + 1]))
    runner = _Runner(simulator, key)
    n_rows = _first(int(rows.starts[-1]), lambda n: _is_bad(runner.run(rows, n, start)))
    state = runner.run(rows, n_rows - 1, start)
    steps_per_row = simulator.steps_per_row
    last_row = rows.cut(n_rows - 1, n_rows)
    if steps_per_row > 1:
        n_steps = _first(steps_per_row, lambda n: _is_bad(runner.steps(last_row, n, state)))
        after = runner.steps(last_row, n_steps, state)
    else:
        after = runner.run(last_row, 1, state)
    place = np.argwhere(~np.isfinite(after.variables))
    row, unit = place[0] if len(place) else (0, 0)
    return Fault(
        bad,
        int(after.step[0]) - 1,
        simulator.program.states[row],
        int(unit),
        float(after.variables[row, unit]),
    )


class _Runner:
    """Runs the first rows of a sample, or the first steps of a row."""

    def __init__(self, simulator: Any, key: NDArray[np.uint64]) -> None:
        self.simulator, self.key = simulator, key

    def run(self, rows: Any, n_rows: int, start: State | None) -> State:
        """Return the state after so many rows."""
        return self._after(self.simulator, rows.cut(0, n_rows), start)

    def steps(self, row: Any, n_steps: int, start: State) -> State:
        """Return the state after so many steps of one row."""
        network, state = self.simulator.network, State(*(x.copy() for x in start))
        n_unknown = max(0, len(state.past) - int(state.step[0]) // network.steps_per_input)
        state.past[:n_unknown] = network.channel_means  # as they count before the start
        network = network._replace(steps_per_input=n_steps)
        return self._after(replace(self.simulator, network=network), row, state)

    def _after(self, simulator: Any, rows: Any, start: State | None) -> State:
        state: State = simulator.copied(start)
        n_rows = int(rows.starts[-1])
        if n_rows == 0:
            return state
        sampling = simulator.unread().sampling(n_rows * simulator.steps_per_row)
        whole = replace(rows, starts=np.array([0, n_rows]))
        is_stopped = np.zeros(1, dtype=bool)
        parts = whole.starts, np.array([start is None]), self.key, is_stopped
        batch = Batch(*map(read_only, parts))
        out = np.empty((1, 1, 0, simulator.n_units), dtype=sampling.decay.dtype)
        counts = np.zeros(simulator.n_units, dtype=np.int64)
        simulator.compute(whole, sampling, batch, state, out, counts, simulator.room_for_spikes(0))
        return state


def _is_bad(state: State) -> bool:
    return not np.isfinite(state.variables).all()


def _first(most: int, is_bad: Callable[[int], bool]) -> int:
    """Return the least number from 1 to ``most`` that is bad, given that ``most`` is."""
    low, high = 0, 1
    while high < most and not is_bad(high):
        low, high = high, 2 * high
    high = min(high, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_bad(middle) else (middle, high)
    return high
