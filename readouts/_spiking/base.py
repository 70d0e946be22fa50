"""What the readouts of spike trains share: their input, their parameters, their loop."""

from __future__ import annotations

from numbers import Real
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_X_y

from sparcelearn._core.arrays import read_only
from sparcelearn._core.kernel_modules import assemble, load_module
from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn._core.validation import Interval

from .._base import OnlineReadout
from .event_grid import Steps, as_steps

KERNELS = "sparcelearn.readouts.kernels"


class SpikingReadout(OnlineReadout):
    """One trained layer that runs in steps of ``dt`` over events.

    A rule names its kernel file in ``_kernels`` and gives ``_constants`` (its numbers, for
    the kernel) and ``_solver``, and ``_initial`` if its weights do not start normal.
    """

    init_scale: Any
    _kernels: ClassVar[str]
    _state: ClassVar[tuple[str, ...]] = ("coef_", "intercept_", "_moments")
    _moves_at_end: ClassVar[bool] = True  # of a mini-batch, else in every step
    _parameter_constraints: ClassVar[dict[str, list]] = {
        **OnlineReadout._parameter_constraints,
        "dt": [Interval(Real, 0, np.inf, closed="neither")],
    }

    def _averaged(self) -> tuple[str, ...]:
        return self._state

    def _row_learner(self, X: NDArray) -> None:
        """Return nothing: a sample is spikes in time, not a row of numbers."""

    def _validated(self, X: ArrayLike | SpikeTrains, *, reset: bool) -> Any:
        return as_steps(self, X, reset=reset, dt=float(self.dt))

    def _validated_with_y(
        self, X: ArrayLike | SpikeTrains, y: Any, *, reset: bool, **options: Any
    ) -> tuple[Any, NDArray]:
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

    def _calibrate(self, X: Any, rows: NDArray, random_state: np.random.RandomState) -> None:
        pass

    def _learn(
        self,
        X: Any,
        targets: NDArray[np.float64],
        rows: NDArray[np.int64],
        weights: NDArray[np.float64],
        rates: tuple[float, float],
    ) -> float:
        """Learn from the rows in order; return the mean loss, each taken before learning."""
        total = self._train(X, targets, rows, weights, rates)
        if not (np.isfinite(total) and np.isfinite(self.coef_).all()):
            raise ValueError(
                "learning diverged: the loss or a weight is no longer finite. Lower "
                f"learning_rate (now {self.learning_rate}), or scale X to values around 1"
            )
        return total / rows.size

    def _train(
        self,
        X: Any,
        targets: NDArray[np.float64],
        rows: NDArray[np.int64],
        weights: NDArray[np.float64],
        rates: tuple[float, float],
    ) -> float:
        """Learn in place; return the sum of the losses."""
        solver, decay = self._solver()
        return self._compiled.train(
            self._constants(),
            X.arrays,
            read_only(np.atleast_3d(targets)),
            rows,
            weights,
            int(self.batch_size),
            rates,
            (solver, decay, bool(self.fit_intercept), self._moves_at_end),
            (self.coef_.T, self.intercept_),
            (np.zeros_like(self.coef_.T), np.zeros_like(self.intercept_)),
            self._moments,
        )

    def _respond(self, X: Steps, rows: NDArray[np.int64], out: NDArray[np.float64]) -> NDArray:
        """Fill ``out``, of shape (rows.size, n_outputs, n_columns), with outputs; return it."""
        W = np.ascontiguousarray(self.coef_.T, dtype=np.float64)
        b = np.asarray(self.intercept_, dtype=np.float64)
        parameters = (read_only(W), read_only(b))
        self._compiled.predict(self._constants(), X.arrays, rows, parameters, out)
        return out

    def _code(self, name: str) -> int:
        """Return the kernels' number for a loss, a solver or a surrogate."""
        return getattr(self._compiled, name.upper())

    @property
    def _compiled(self) -> ModuleType:
        return load_module(assemble(f"{KERNELS}.samples", {".rule_interface": f".{self._kernels}"}))

    def _initial(
        self, n_channels: int, n_outputs: int, random_state: np.random.RandomState
    ) -> tuple[NDArray, NDArray]:
        """Return weights of shape (n_units, n_channels), and intercepts, to start from."""
        weights = random_state.standard_normal((n_outputs, n_channels))
        return self.init_scale / np.sqrt(n_channels) * weights, np.zeros(n_outputs)

    def _constants(self) -> tuple:
        """Return the rule's numbers, as its kernel names them."""
        raise NotImplementedError

    def _solver(self) -> tuple[int, float]:
        """Return the kernel's code of the solver, and the decay of RMaxProp, per step."""
        raise NotImplementedError


def decay(dt: float, tau: float) -> float:
    """Return what is left after a step of an exponential of time constant tau (0: nothing)."""
    return float(np.exp(-dt / tau)) if tau > 0 else 0.0
