"""The e-prop rule: what classifiers and regressors by it share."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

import numpy as np

from sparcelearn._core.steps import whole_steps
from sparcelearn._core.validation import Interval, StrOptions

from ..kernels.eprop import Constants
from .base import SpikingReadout
from .filters import decay
from .surrogates import SURROGATES

NEURONS = ("li", "lif", "alif")
EPROP_PARAMETERS: dict[str, list[Any]] = {
    **SpikingReadout._parameter_constraints,
    "output_neuron": [StrOptions(set(NEURONS))],
    "tau_out": [Interval(Real, 0, np.inf, closed="left")],
    "tau_mem": [Interval(Real, 0, np.inf, closed="left")],
    "tau_adapt": [Interval(Real, 0, np.inf, closed="left")],
    "adaptation": [Interval(Real, 0, np.inf, closed="left")],
    "v_threshold": [Interval(Real, 0, np.inf, closed="neither")],
    "t_ref": [Interval(Real, 0, np.inf, closed="left")],
    "surrogate": [SURROGATES],
    "dampening": [Interval(Real, 0, np.inf, closed="neither")],
    "burn_in": [Interval(Real, 0, np.inf, closed="left")],
    "solver": [StrOptions({"adam", "sgd"})],
    "batch_size": [Interval(Integral, 1, None, closed="left")],
}


def eprop_constants(readout: Any) -> Constants:
    """Return the numbers of the rule, for its kernel."""
    dt, theta = float(readout.dt), float(readout.v_threshold)
    return Constants(
        is_spiking=readout.output_neuron != "li",
        loss=readout._code(getattr(readout, "loss", "squared")),
        burn_in=round(readout.burn_in / dt),
        n_refractory=int(whole_steps(readout.t_ref, dt)),
        shape=readout._code(readout.surrogate),
        alpha=decay(dt, readout.tau_mem),
        kappa=decay(dt, readout.tau_out),
        rho=decay(dt, readout.tau_adapt),
        beta=float(readout.adaptation) if readout.output_neuron == "alif" else 0.0,
        theta=theta,
        gain=float(readout.dampening) / theta,
    )
