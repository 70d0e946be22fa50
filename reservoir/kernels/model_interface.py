"""What the compiler writes for each neuron model; the loops are checked against this.

A generated module holds these functions for one model, followed by a time loop.
"""

from __future__ import annotations

from .layout import Array


def advance_spiking(
    step: int,
    state: Array,
    held_until: Array,
    drive: Array,
    constants: Array,
    unit_constants: Array,
) -> None:
    """Move every unit's state by one step, refractory units clamped."""
    raise NotImplementedError


def detect(
    step: int,
    state: Array,
    held_until: Array,
    fired: Array,
    constants: Array,
    unit_constants: Array,
) -> None:
    """Set ``fired`` to 1 where a unit that is not refractory crosses threshold, else 0."""
    raise NotImplementedError


def reset(unit: int, state: Array, constants: Array, unit_constants: Array) -> None:
    """Apply the reset to a unit that fired."""
    raise NotImplementedError


def advance_rate(
    state: Array, drive: Array, recurrent: Array, constants: Array, unit_constants: Array
) -> None:
    """Move every unit's state by one step."""
    raise NotImplementedError
