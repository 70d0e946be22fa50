"""Local rules: trace times error, through a synapse, in one compiled loop."""

from __future__ import annotations

from functools import lru_cache
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.arrays import read_only
from sparcelearn._core.kernel_modules import kernel_text, load_module

from .._base import OnlineReadout
from .._linear import LinearReadout
from .._rates import update_rates
from .._sparce.rule import LOSSES
from ..kernels.layout import LocalLearner, LocalRule
from ..synapses._float import FloatSynapse, or_plain
from ..synapses._synapse import KERNELS, Synapse, check_kind, synapse_source


class LocalReadout(LinearReadout):
    """Weights and the hidden state of their synapses; a rule names its kernel and numbers.

    A rule gives ``_kernel``, the file of its ``learn_error``, and ``_rule``, its own number.
    """

    _kernel: ClassVar[str]
    _state = (*LinearReadout._state, "synapse_state_", "update_rate_", "_clock")
    # One sample makes one update: there is no mini-batch.
    _parameter_constraints: ClassVar[dict[str, list]] = {
        **{k: v for k, v in OnlineReadout._parameter_constraints.items() if k != "batch_size"},
        "normalized": ["boolean"],
        "synapse": [Synapse, None],
    }

    def __init__(
        self,
        learning_rate: float = 0.01,
        *,
        normalized: bool = False,
        synapse: Synapse | None = None,
        learning_rate_schedule: str = "linear",
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
        self.learning_rate = learning_rate
        self.normalized = normalized
        self.synapse = synapse
        self.learning_rate_schedule = learning_rate_schedule
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

    def _averaged(self) -> tuple[str, ...]:
        """Plain numbers have a mean; the levels and hidden states of other synapses have none."""
        is_plain = isinstance(or_plain(self.synapse), FloatSynapse)
        return (*LinearReadout._state, "update_rate_") if is_plain else ()

    def _rule(self) -> float:
        """Return the number that is the rule's own."""
        raise NotImplementedError

    def _start(self, X: NDArray, n_outputs: int, random_state: np.random.RandomState) -> None:
        super()._start(X, n_outputs, random_state)
        shape = (X.shape[1], n_outputs)
        weights, self.synapse_state_ = or_plain(self.synapse).start(shape, random_state)
        self.coef_ = weights.T
        self.update_rate_ = 0.0
        self._kind = repr(or_plain(self.synapse))
        self._clock = 0
        self._seed = int(random_state.randint(2**31))

    def _check_loaded(self) -> None:
        super()._check_loaded()
        or_plain(self.synapse).check_hidden(self.synapse_state_)

    def _learn(
        self,
        X: NDArray,
        targets: NDArray[np.float64],
        rows: NDArray[np.int64],
        weights: NDArray[np.float64],
        rates: tuple[float, float],
    ) -> float:
        """Learn from the rows in order; return the mean loss, each taken before learning."""
        synapse = or_plain(self.synapse)
        check_kind(synapse, self._kind)
        K = targets.shape[1]
        loss = self._loss_name(K)
        unit = {"softmax": 1.0, "sigmoid": float(K), "squared": K / 2}[loss]
        learner = LocalLearner(
            bool(self.normalized),
            bool(self.fit_intercept),
            self.coef_.T,
            self.intercept_,
            self.synapse_state_,
            synapse.constants,
            self._seed,
        )
        total, n_errors, self._clock = local_module(self._kernel, synapse).train(
            read_only(X),
            targets,
            rows,
            weights,
            update_rates(rates, rows.size),
            LocalRule(LOSSES[loss], unit, self._rule()),
            learner,
            self._clock,
        )
        self._check_finite(
            total,
            advice=f"Lower learning_rate (now {self.learning_rate}), or scale X to values around 1",
        )
        self.update_rate_ = n_errors / (rows.size * K)
        return total / rows.size


@lru_cache(maxsize=256)
def local_module(rule: str, synapse: Synapse) -> ModuleType:
    """Return the compiled loop of one rule, through one kind of synapse."""
    texts = [kernel_text(KERNELS, name) for name in ("losses", rule, "local_loop")]
    return load_module("\n\n".join([synapse_source(synapse), *texts]))
