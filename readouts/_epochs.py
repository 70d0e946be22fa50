"""The epochs of `fit`: order of samples, learning rates, and when to stop."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, fields
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from sparcelearn._core.callbacks import NO_TASK, FitTask
from sparcelearn._core.progress import Progress
from sparcelearn._core.validation import Interval, StrOptions
from sparcelearn._core.warning import warn

# Constraints of the parameters below, for the readouts that have them: of passes, and of epochs
# at a learning rate.
PASS_PARAMETERS: dict[str, list[Any]] = {
    "max_iter": [Interval(Integral, 1, None, closed="left")],
    "fit_intercept": ["boolean"],
    "shuffle": ["boolean"],
    "warm_start": ["boolean"],
    "verbose": ["verbose"],
    "random_state": ["random_state"],
}
EPOCH_PARAMETERS: dict[str, list[Any]] = {
    **PASS_PARAMETERS,
    "learning_rate": [Interval(Real, 0, np.inf, closed="neither")],
    "learning_rate_schedule": [StrOptions({"linear", "constant"})],
    "tol": [Interval(Real, 0, np.inf, closed="left"), None],
    "early_stopping": ["boolean"],
    "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
    "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
}
CURVES = ("loss_curve_", "validation_scores_")


@dataclass(frozen=True)
class Epochs:
    """The epochs of one `fit`.

    The fields are parameters of readouts. A readout without one of them has its default:
    without any, `fit` is one pass over the samples in their order.
    """

    max_iter: int = 1
    shuffle: bool = False
    learning_rate_schedule: str = "constant"
    tol: float | None = None
    early_stopping: bool = False
    validation_fraction: float = 0.1
    n_iter_no_change: int = 10
    verbose: int = 0

    @classmethod
    def of(cls, readout: Any) -> Epochs:
        """Return the epochs that a readout's parameters ask for."""
        given = {f.name: getattr(readout, f.name) for f in fields(cls) if hasattr(readout, f.name)}
        return cls(**given)

    def split(
        self, strata: NDArray[Any] | None, n_samples: int, random_state: np.random.RandomState
    ) -> tuple[NDArray[np.int64], NDArray[np.int64] | None]:
        """Return the rows to learn from and, with early stopping, those to validate on."""
        rows = np.arange(n_samples)
        if not self.early_stopping:
            return rows, None
        rows, held_out = train_test_split(
            rows, test_size=self.validation_fraction, random_state=random_state, stratify=strata
        )
        if held_out.size < 2:
            raise ValueError(
                f"validation_fraction={self.validation_fraction} of {n_samples} samples leaves "
                f"{held_out.size} to validate on, but at least 2 are needed"
            )
        return rows, held_out

    def run(
        self,
        readout: Any,
        X: NDArray[Any],
        targets: NDArray[np.float64],
        weights: NDArray[np.float64],
        rows: NDArray[np.int64],
        held_out: NDArray[np.int64] | None,
        random_state: np.random.RandomState,
        task: FitTask = NO_TASK,
    ) -> None:
        """Learn from ``rows`` until ``max_iter`` or no progress; keep the best if validating."""
        readout._epoch_size = rows.size
        rate = readout._rate(is_stream=False)
        best = _Best(readout, held_out is not None)
        progress = Progress(self.max_iter)
        for epoch in range(self.max_iter):
            part = task.part("epoch").begin(best.fitted)
            order = random_state.permutation(rows) if self.shuffle else rows
            loss = readout._learn(X, targets, order, weights, self.rates(rate, epoch))
            readout.t_ += rows.size
            readout.n_iter_ = epoch + 1
            readout.loss_curve_.append(loss)
            objective = loss
            if held_out is not None:
                outputs = readout._outputs_by_block(X, held_out)
                score = readout._score(targets[held_out], outputs, weights[held_out])
                readout.validation_scores_.append(score)
                objective = -score
            self._report(readout, epoch, progress)
            best.compare(objective, self.tol or 0.0)
            is_asked_to_stop = part.end(best.fitted)
            if is_asked_to_stop or (self._stops and best.stale >= self.n_iter_no_change):
                break
        else:
            self._warn_unless_converged()
        vars(readout).pop("_epoch_size")
        best.restore()

    def rates(self, rate: float, epoch: int) -> tuple[float, float]:
        """Return the learning rate at the start and at the end of an epoch."""
        if self.learning_rate_schedule == "constant":
            return rate, rate
        return rate * (1 - epoch / self.max_iter), rate * (1 - (epoch + 1) / self.max_iter)

    @property
    def _stops(self) -> bool:
        """Whether epochs end where there is no more progress."""
        return self.tol is not None or self.early_stopping

    def _report(self, readout: Any, epoch: int, progress: Progress) -> None:
        """Print a line on the epoch just run, if asked to."""
        if self.verbose:
            scores = getattr(readout, "validation_scores_", None)
            score = f", validation score {scores[-1]:.4f}" if scores else ""
            left = progress.time_left(epoch + 1)
            print(f"epoch {epoch + 1}: loss {readout.loss_curve_[-1]:.6f}{score}, {left}")

    def _warn_unless_converged(self) -> None:
        """Warn if a tolerance was asked for and all epochs were run without meeting it."""
        if self.tol is not None:
            warn(
                f"max_iter={self.max_iter} epochs were run without meeting tol={self.tol}; "
                "raise max_iter, or set tol=None to always run all of them",
                ConvergenceWarning,
            )


class _Best:
    """The best epoch so far, whose state is kept if epochs are validated."""

    def __init__(self, readout: Any, validates: bool) -> None:
        self.stale = 0  # epochs since the last progress
        self._readout = readout
        self._validates = validates
        self._objective = np.inf
        self._state: dict[str, Any] = {}
        vars(readout).pop("validation_scores_", None)
        if validates:
            readout.validation_scores_ = []

    def compare(self, objective: float, tol: float) -> None:
        """Take in what an epoch reached; keep its state if it is the best."""
        self.stale = 0 if objective < self._objective - tol else self.stale + 1
        if objective < self._objective:
            self._objective = objective
            if self._validates:
                self._state = {name: getattr(self._readout, name) for name in self._readout._state}
                self._readout._own()  # go on with copies, so that the best stay as they are

    def fitted(self) -> dict[str, Any]:
        """Return what `fit` would leave if it stopped here, for a callback to keep."""
        readout = self._readout
        curves = {name: value for name, value in vars(readout).items() if name in CURVES}
        learned = {name: getattr(readout, name) for name in readout._state}
        return deepcopy(learned | self._state | curves)

    def restore(self) -> None:
        """Give the readout the state of the best epoch, if that was kept."""
        vars(self._readout).update(self._state)
