"""What the compiler writes for each neuron model; the loops are checked against this.

A generated module holds these functions for one model, followed by a time loop.
"""

from __future__ import annotations

from .layout import Array


def advance_spiking(
    state: Array, drive: Array, noise: Array, constants: Array, unit_constants: Array
) -> None:
    """Move every unit's state by one step."""
    raise NotImplementedError


def clamp(unit: int, state: Array, constants: Array, unit_constants: Array) -> None:
    """Put the clamped variables of a refractory unit back where the reset left them."""
    raise NotImplementedError


def detect(
    state: Array, noise: Array, fired: Array, constants: Array, unit_constants: Array
) -> None:
    """Set ``fired`` to 1 where a unit crosses its threshold, else 0."""
    raise NotImplementedError


def reset(unit: int, state: Array, noise: Array, constants: Array, unit_constants: Array) -> None:
    """Apply the reset to a unit that fired."""
    raise NotImplementedError


def reset_all(
    fired: Array, state: Array, noise: Array, constants: Array, unit_constants: Array
) -> None:
    """Apply the reset to all units that fired."""
    raise NotImplementedError


def advance_rate(
    state: Array,
    drive: Array,
    recurrent: Array,
    noise: Array,
    constants: Array,
    unit_constants: Array,
) -> None:
    """Move every unit's state by one step."""
    raise NotImplementedError
