"""Whether steps of rate units are so long that what should fade grows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.warning import warn

from ._spike_charge import growth
from .equations import Program

__all__ = ["warn_if_unstable"]

SLACK = 1e-6  # by so much a factor may be above 1


def warn_if_unstable(
    name: str, program: Program, finer: Program, rest: NDArray[np.float64], leak_rate: float
) -> None:
    """Warn where a deviation from rest grows with the step that is taken, and not with finer ones.

    So units that are unstable by themselves, such as oscillators, are let pass.

    Parameters
    ----------
    name : str
        Name of the units.
    program, finer : Program
        The units, uncoupled, with the step that is taken and with a much shorter one.
    rest : ndarray of shape (n_states, n_units)
        Their state at rest.
    leak_rate : float
        The step.
    """
    found, small = growth(program, rest), growth(finer, rest)
    if not found > 1 + SLACK or small > 1 + SLACK:
        return
    warn(
        f"{name} grows without bound: by a factor of {found:.3g} in each step of "
        f"leak_rate={leak_rate:g} with method={program.method!r}. Lower leak_rate, or take "
        "method='exact'."
    )
