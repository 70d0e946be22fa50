"""Times of a model as steps of the simulation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.steps import tell_rounding, whole_steps

from ._distributions import Distribution
from ._neuron_model import NeuronModel
from .equations._affine import finite

MAX_REFRACTORY = 1_000_000_000  # steps, which fit a 32-bit integer


def check_step(name: str, step: float, parameters: Mapping[str, Any]) -> None:
    """Raise ValueError where a step is longer than a time constant.

    Parameters
    ----------
    name : str
        What the step is called in messages.
    step : float
        Its length.
    parameters : mapping of str to float or ndarray of shape (n_units,)
        Values of the neuron model; those whose name starts with ``tau`` are time constants.
    """
    for constant, value in parameters.items():
        shortest = np.min(value)
        if constant.startswith("tau") and step > shortest:
            raise ValueError(
                f"{name}={step} is longer than the time constant {constant}={shortest}."
            )


def refractory_steps(
    neuron: NeuronModel,
    parameters: Mapping[str, Any],
    dt: float,
    n_units: int,
    *,
    is_told: bool = False,
) -> NDArray[np.int64]:
    """Return for how many steps each unit is held after a spike.

    Parameters
    ----------
    neuron : NeuronModel
        The units.
    parameters : mapping of str to float or ndarray of shape (n_units,)
        Values of the constants of the model.
    dt : float
        Step (ms).
    n_units : int
        Number of units.
    is_told : bool, default=False
        Whether to warn of a period that is no whole number of steps.

    Returns
    -------
    ndarray of shape (n_units,)

    Raises
    ------
    ValueError
        If it is below 0 or too long to count.
    """
    expression = neuron.parsed.refractory
    if expression is None:
        return np.zeros(n_units, dtype=np.int64)
    values = {k: np.asarray(v)[()] for k, v in parameters.items()}
    is_drawn = any(isinstance(value, Distribution) for value in neuron.parameters.values())
    times = np.asarray(finite(expression, values))
    steps = whole_steps(times, dt)
    if np.any(steps < 0) or np.any(steps > MAX_REFRACTORY):
        raise ValueError(
            f"refractory={neuron.refractory!r} must be from 0 to {MAX_REFRACTORY} steps "
            f"of dt={dt}, not {steps.min():g} to {steps.max():g}."
        )
    if is_told and not is_drawn and times.ndim == 0:  # what differs from unit to unit was drawn
        tell_rounding("A refractory period", times, dt)
    return np.broadcast_to(steps, n_units).astype(np.int64)
