"""What the readouts of spike trains share: their input, their parameters, their loop."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_X_y

from sparcelearn._core.arrays import read_only
from sparcelearn._core.interrupts import blocks_of
from sparcelearn._core.kernel_modules import load_module
from sparcelearn._core.kernel_text import assemble
from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn._core.validation import Interval

from .._base import BaseReadout
from .._epochs import EPOCH_PARAMETERS
from .._rates import update_rates
from ..kernels.layout import Channels, Moments, Parameters, SpikingLearner
from .event_grid import Steps, as_steps

KERNELS = "sparcelearn.readouts.kernels"


@dataclass(eq=False, repr=False, kw_only=True)
class SpikingReadout(BaseReadout):
    """One trained layer that runs in steps of ``dt`` over events.

    A rule names its kernel file in ``_kernels`` and gives ``_constants`` (its numbers, for
    the kernel) and ``_solver``, and ``_initial`` if its weights do not start normal.
    """

    dt: float = 1.0
    init_scale: float | None = None
    learning_rate: float = 0.02
    learning_rate_schedule: str = "linear"
    max_iter: int = 100
    tol: float | None = None
    early_stopping: bool = False
    validation_fraction: float = 0.1
    n_iter_no_change: int = 10
    fit_intercept: bool = True
    shuffle: bool = True
    warm_start: bool = False
    verbose: int = 0
    random_state: Any = None

    _kernels: ClassVar[str]
    _default_scale: ClassVar[float] = 1.0
    _state: ClassVar[tuple[str, ...]] = ("coef_", "intercept_", "_moments")
    _moves_at_end: ClassVar[bool] = True  # of a mini-batch, else in every step
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **EPOCH_PARAMETERS,
        "init_scale": [Interval(Real, 0, np.inf, closed="left"), None],
        "dt": [Interval(Real, 0, np.inf, closed="neither")],
    }

    def _averaged(self) -> tuple[str, ...]:
        return self._state

    def _row_learner(self, X: NDArray[Any]) -> None:
        """Return nothing: a sample is spikes in time, not a row of numbers."""

    def _validated(self, X: ArrayLike | SpikeTrains, *, reset: bool) -> Any:
        return as_steps(self, X, reset=reset, dt=float(self.dt))

    def _validated_with_y(
        self, X: ArrayLike | SpikeTrains, y: Any, *, reset: bool, **options: Any
    ) -> tuple[Any, NDArray[Any]]:
        features = self._validated(X, reset=reset)
        # scikit-learn checks y beside some X only; what X is here was checked above.
        _, y = check_X_y(np.zeros((len(features), 1)), y, estimator=self, **options)
        return features, y

    def _start(self, X: Any, n_outputs: int, random_state: np.random.RandomState) -> None:
        """Set fresh weights, in F order: the kernels read one row per channel."""
        weights, intercept = self._initial(X.shape[1], n_outputs, random_state)
        self.coef_ = np.asfortranarray(weights)
        self.intercept_ = intercept
        n_units, n_channels = weights.shape
        rows = np.zeros((n_channels + 1, n_units))
        self._moments = (rows, rows.copy(), np.ones((2, n_channels + 1)))

    def _learn(
        self,
        X: Any,
        targets: NDArray[np.float64],
        rows: NDArray[np.int64],
        weights: NDArray[np.float64],
        rates: tuple[float, float],
    ) -> float:
        """Learn from the rows in order; return the mean loss, each taken before learning."""
        total, _ = self._train(X, targets, rows, weights, rates)
        self._check_finite(total)
        return total / rows.size

    def _train(
        self,
        X: Any,
        targets: NDArray[np.float64],
        rows: NDArray[np.int64],
        weights: NDArray[np.float64],
        rates: tuple[float, float],
    ) -> tuple[float, Any]:
        """Learn in place; return the sum of the losses, and the arrays the kernel worked in."""
        learner, constants = self._learner(), self._constants()
        n_channels, n_units = learner.parameters.W.shape
        state = constants.new_state(n_channels, n_units)
        total, size = 0.0, learner.batch_size
        etas = update_rates(rates, rows.size, size)
        channels, targets = new_channels(n_channels), read_only(np.atleast_3d(targets))
        for first, last in blocks_of(rows.size, self._cost(X), size):
            total += self._compiled.train(
                constants,
                X.arrays,
                targets,
                rows[first:last],
                weights,
                etas[first // size : -(-last // size)],
                learner,
                channels,
                state,
            )
        return total, state

    def _cost(self, X: Any) -> float:
        if isinstance(X, Steps):
            return 10 * len(self.coef_) * (len(X.channels) + int(X.starts[-1])) / len(X)
        return 100 * len(self.coef_) * X.shape[1]

    def _learner(self) -> SpikingLearner:
        """Return what the kernel changes, and how."""
        solver, decay = self._solver()
        parameters = Parameters(self.coef_.T, self.intercept_)
        return SpikingLearner(
            solver=solver,
            decay=decay,
            learns_b=bool(self.fit_intercept),
            moves_at_end=self._moves_at_end,
            batch_size=int(getattr(self, "batch_size", 1)),
            parameters=parameters,
            gradients=Parameters(*map(np.zeros_like, parameters)),
            moments=Moments(*self._moments),
        )

    def _fixed_parameters(self) -> Parameters:
        """Return weights and intercepts, read-only, to predict with."""
        W = np.ascontiguousarray(self.coef_.T, dtype=np.float64)
        b = np.asarray(self.intercept_, dtype=np.float64)
        return Parameters(read_only(W), read_only(b))

    def _respond(self, X: Steps, rows: NDArray[np.int64], out: NDArray[np.float64]) -> NDArray[Any]:
        """Fill ``out``, of shape (rows.size, n_outputs, n_columns), with outputs; return it."""
        parameters, constants = self._fixed_parameters(), self._constants()
        state = constants.new_state(*parameters.W.shape)
        self._compiled.predict(constants, X.arrays, rows, parameters, state, out)
        return out

    def _code(self, name: str) -> int:
        """Return the kernels' number for a loss, a solver or a surrogate."""
        return getattr(self._compiled, name.upper())

    @property
    def _compiled(self) -> ModuleType:
        return load_module(assemble(f"{KERNELS}.samples", {".rule_interface": f".{self._kernels}"}))

    def _initial(
        self, n_channels: int, n_outputs: int, random_state: np.random.RandomState
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return weights of shape (n_units, n_channels), and intercepts, to start from."""
        weights = random_state.standard_normal((n_outputs, n_channels))
        return self._scale / np.sqrt(n_channels) * weights, np.zeros(n_outputs)

    @property
    def _scale(self) -> float:
        """Return what weights start with the scale of."""
        return self._default_scale if self.init_scale is None else self.init_scale

    def _constants(self) -> Any:
        """Return the rule's numbers, a named tuple of its kernel file."""
        raise NotImplementedError

    def _solver(self) -> tuple[int, float]:
        """Return the kernel's code of the solver, and the decay of RMaxProp, per step."""
        raise NotImplementedError


def new_channels(n_channels: int) -> Channels:
    """Return empty lists of channels."""
    lists, flags = np.empty((2, n_channels), np.int64), np.zeros((2, n_channels), np.bool_)
    active, touched = lists
    is_active, is_touched = flags
    return Channels(active, is_active, touched, is_touched)
