"""The e-prop rule: eligibility traces of one layer of output neurons."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.validation import Interval, StrOptions

from ..kernels.eprop import Constants
from .base import SpikingReadout, decay
from .surrogates import SURROGATES

NEURONS = ("li", "lif", "alif")


class EpropReadout(SpikingReadout):
    """Neurons and steps of e-prop; labels, values and epochs are in the other bases."""

    _kernels = "eprop"
    _parameter_constraints: ClassVar[dict[str, list]] = {
        **SpikingReadout._parameter_constraints,
        "neuron": [StrOptions(set(NEURONS))],
        "tau_out": [Interval(Real, 0, np.inf, closed="left")],
        "tau_mem": [Interval(Real, 0, np.inf, closed="left")],
        "tau_adapt": [Interval(Real, 0, np.inf, closed="left")],
        "adaptation": [Interval(Real, 0, np.inf, closed="left")],
        "v_threshold": [Interval(Real, 0, np.inf, closed="neither")],
        "t_ref": [Interval(Real, 0, np.inf, closed="left")],
        "surrogate": [SURROGATES],
        "dampening": [Interval(Real, 0, np.inf, closed="neither")],
        "burn_in": [Interval(Real, 0, np.inf, closed="left")],
        "init_scale": [Interval(Real, 0, np.inf, closed="left"), None],
        "solver": [StrOptions({"adam", "sgd"})],
    }

    def __init__(
        self,
        neuron: str = "li",
        *,
        tau_out: float = 20.0,
        tau_mem: float = 20.0,
        tau_adapt: float = 200.0,
        adaptation: float = 0.2,
        v_threshold: float = 1.0,
        t_ref: float = 2.0,
        surrogate: str = "fast_sigmoid",
        dampening: float = 0.3,
        burn_in: float = 0.0,
        dt: float = 1.0,
        init_scale: float | None = None,
        learning_rate: float = 0.005,
        learning_rate_schedule: str = "linear",
        solver: str = "adam",
        batch_size: int = 20,
        max_iter: int = 100,
        tol: float | None = None,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        fit_intercept: bool = True,
        shuffle: bool = True,
        warm_start: bool = False,
        verbose: int = 0,
        random_state: Any = None,
    ) -> None:
        self.neuron = neuron
        self.tau_out = tau_out
        self.tau_mem = tau_mem
        self.tau_adapt = tau_adapt
        self.adaptation = adaptation
        self.v_threshold = v_threshold
        self.t_ref = t_ref
        self.surrogate = surrogate
        self.dampening = dampening
        self.burn_in = burn_in
        self.dt = dt
        self.init_scale = init_scale
        self.learning_rate = learning_rate
        self.learning_rate_schedule = learning_rate_schedule
        self.solver = solver
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.tol = tol
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.fit_intercept = fit_intercept
        self.shuffle = shuffle
        self.warm_start = warm_start
        self.verbose = verbose
        self.random_state = random_state

    def _initial(
        self, n_channels: int, n_outputs: int, random_state: np.random.RandomState
    ) -> tuple[NDArray, NDArray]:
        scale = self.init_scale
        if scale is None:
            scale = 0.0 if self.neuron == "li" else 1.0
        weights = (
            scale / np.sqrt(n_channels) * random_state.standard_normal((n_outputs, n_channels))
        )
        return weights, np.zeros(n_outputs)

    def _constants(self) -> Constants:
        dt, theta = float(self.dt), float(self.v_threshold)
        return Constants(
            is_spiking=self.neuron != "li",
            loss=self._code(getattr(self, "loss", "squared")),
            burn_in=round(self.burn_in / dt),
            n_refractory=round(self.t_ref / dt),
            shape=self._code(self.surrogate),
            alpha=decay(dt, self.tau_mem),
            kappa=decay(dt, self.tau_out),
            rho=decay(dt, self.tau_adapt),
            beta=float(self.adaptation) if self.neuron == "alif" else 0.0,
            theta=theta,
            gain=float(self.dampening) / theta,
        )

    def _solver(self) -> tuple[int, float]:
        return self._code(self.solver), 1.0
