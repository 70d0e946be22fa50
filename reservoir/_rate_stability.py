"""Whether steps of rate units are so long that what should fade grows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.warning import warn

from ._spike_charge import growth
from .equations import Program

__all__ = ["warn_if_unstable"]

SLACK, ROUNDING = 1e-6, 1e-9  # by so much a factor may be above 1
SHORT = 2.0**-20  # part of a step in which no method goes wrong


def warn_if_unstable(
    name: str,
    program_of: Callable[[float], Program],
    rest: NDArray[np.float64],
    leak_rate: float,
) -> None:
    """Warn where a deviation from rest grows in the step that is taken, and fades in a short one.

    So units that are unstable by their equations, such as oscillators, are let pass.

    Parameters
    ----------
    name : str
        Name of the units.
    program_of : callable
        Returns the units, uncoupled, for a step.
    rest : ndarray of shape (n_states, n_units)
        Their state at rest.
    leak_rate : float
        The step.
    """
    program = program_of(leak_rate)
    found = growth(program, rest)
    if not found > 1 + SLACK or growth(program_of(SHORT * leak_rate), rest) > 1 + ROUNDING:
        return
    warn(
        f"{name} grows without bound: by a factor of {found:.3g} in each step of "
        f"leak_rate={leak_rate:g} with method={program.method!r}. Lower leak_rate, or take "
        "method='exact'."
    )
