"""Synapses with depression and facilitation within a sample: dynamics, not learning."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from ._model_parameters import Parameter, as_parameter, draw_parameter

__all__ = ["TsodyksMarkram"]


@dataclass(frozen=True, eq=False)
class TsodyksMarkram:
    r"""Short-term depression and facilitation of all synapses that a unit makes.

    At its :math:`k`-th spike, :math:`\Delta` after the one before, a unit with resources
    :math:`x` and utilisation :math:`u` delivers its weights times :math:`u_k x_k`:

    .. math::
        x_k = 1 + (x_{k-1} - u_{k-1} x_{k-1} - 1)\, e^{-\Delta / \tau_{rec}}, \qquad
        u_k = U + u_{k-1} (1 - U)\, e^{-\Delta / \tau_{facil}}

    with :math:`x_1 = 1` and :math:`u_1 = U`. It is computed at spikes only, and
    every sample starts from rest.

    Parameters
    ----------
    utilisation : float, array-like of shape (n_units,) or Distribution, default=0.5
        The fraction :math:`U` of its resources that a rested synapse uses, above 0 and
        at most 1; drawn values are clipped to that.
    tau_rec : float, array-like of shape (n_units,) or Distribution, default=800.0
        Time constant of recovery (ms), above 0.
    tau_facil : float, array-like of shape (n_units,) or Distribution, default=0.0
        Time constant of facilitation (ms); 0 is none.

    Raises
    ------
    ValueError
        If a number is out of its range.
    TypeError
        If a parameter is not of one of these types.

    References
    ----------
    Markram, Wang, Tsodyks, "Differential signaling via the same axon of neocortical
    pyramidal neurons", PNAS 95(9), 5323-5328, 1998.

    Examples
    --------
    >>> from sparcelearn.reservoir import SpikingReservoir, TsodyksMarkram
    >>> tiring = TsodyksMarkram(utilisation=0.5, tau_rec=200.0)
    >>> reservoir = SpikingReservoir(20, loop_gain=0.5, short_term_plasticity=tiring)
    >>> reservoir.fit([[0.0], [1.0], [2.0]]).plasticity_.shape
    (3, 20)
    """

    utilisation: Parameter = 0.5
    tau_rec: Parameter = 800.0
    tau_facil: Parameter = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = as_parameter(field.name, getattr(self, field.name))
            object.__setattr__(self, field.name, value)  # frozen for everyone else
            if isinstance(value, (float, np.ndarray)):
                _check_range(field.name, np.atleast_1d(value))

    def draw(self, random_state: RandomState, n_units: int) -> NDArray[np.float64]:
        """Give every unit its numbers.

        Parameters
        ----------
        random_state : RandomState
            Source of randomness, for parameters that are distributions.
        n_units : int
            Number of units.

        Returns
        -------
        ndarray of shape (3, n_units)
            The utilisation and the two time constants (ms) of each unit.

        Raises
        ------
        ValueError
            If an array has not one value per unit, or a drawn one is out of range.
        """
        values = np.empty((3, n_units))
        for row, field in enumerate(fields(self)):
            values[row] = draw_parameter(
                field.name, getattr(self, field.name), random_state, n_units
            )
        values[0] = np.clip(values[0], 1e-6, 1)
        for row, field in enumerate(fields(self)):
            _check_range(field.name, values[row])
        return values


def draw_plasticity(
    model: TsodyksMarkram | None, random_state: RandomState, n_units: int, dt: float
) -> NDArray[np.float64]:
    """Return the numbers of changing synapses as kernels take them.

    Parameters
    ----------
    model : TsodyksMarkram or None
        How synapses change; None if they do not.
    random_state : RandomState
        Source of randomness.
    n_units : int
        Number of units.
    dt : float
        Step (ms).

    Returns
    -------
    ndarray of shape (3, n_units) or (0, n_units)
        Of each unit, the utilisation and the decay rates per step.
    """
    if model is None:
        return np.zeros((0, n_units))
    utilisation, tau_rec, tau_facil = model.draw(random_state, n_units)
    with np.errstate(divide="ignore"):  # no facilitation: it decays at once
        return np.stack([utilisation, dt / tau_rec, dt / tau_facil])


def _check_range(name: str, values: NDArray[np.float64]) -> None:
    low, high = values.min(initial=np.inf), values.max(initial=-np.inf)
    if name == "utilisation" and not (low > 0 and high <= 1):
        raise ValueError(f"utilisation must be above 0 and at most 1, not {low} to {high}.")
    if name == "tau_rec" and not low > 0:
        raise ValueError(f"tau_rec must be above 0 ms, not {low}.")
    if name == "tau_facil" and not low >= 0:
        raise ValueError(f"tau_facil must be at least 0 ms, not {low}.")
