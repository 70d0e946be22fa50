"""Sample the solution of an ordinary differential equation at equal steps."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import ODEintWarning, odeint
from sklearn.utils import check_random_state

_MAX_STEPS = 1_000_000  # between two rows
_BOUND = 1e6  # beyond this, a solution diverges


def sample_flow(
    field: Callable[[Any, Any], Any],
    initial_state: ArrayLike | None,
    n_timesteps: int,
    dt: float,
    transient: float,
    random_state: int | RandomState | None,
    n_variables: int = 3,
) -> NDArray[np.float64]:
    """Return the states at ``transient``, ``transient + dt`` and so on.

    ``dt`` does not change the solution: the integrator chooses its own steps. Without an
    initial state each variable is drawn from 0 to 1.
    """
    if initial_state is None:
        initial_state = check_random_state(random_state).uniform(0, 1, n_variables)
    start = np.asarray(initial_state, dtype=np.float64)
    if start.shape != (n_variables,) or not np.isfinite(start).all():
        raise ValueError(f"initial_state must be {n_variables} finite numbers, not {start}.")
    times = np.concatenate([[0.0], transient + np.arange(n_timesteps) * dt])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ODEintWarning)  # the error below says it
        rows, report = odeint(
            field,
            start,
            times,
            tfirst=True,
            rtol=1e-10,
            atol=1e-10,
            mxstep=_MAX_STEPS,
            full_output=True,
        )
    if report["message"] != "Integration successful." or not np.abs(rows).max() < _BOUND:
        raise ValueError(f"The solution diverges with these parameters. {report['message']}")
    return rows[1:]
