"""Local rules: trace times error, through a synapse, in one compiled loop."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.arrays import read_only
from sparcelearn._core.interrupts import blocks_of
from sparcelearn._core.kernel_modules import load_module
from sparcelearn._core.kernel_text import assemble

from .._base import BaseReadout
from .._epochs import EPOCH_PARAMETERS
from .._losses import LOSSES, loss_name, loss_unit
from .._rates import update_rates
from ..kernels.layout import LocalLearner, LocalRule
from ..synapses._float import FloatSynapse, or_plain
from ..synapses._synapse import KERNELS, Synapse, check_kind


@dataclass(eq=False, repr=False)
class LocalReadout(BaseReadout):
    """Weights and the hidden state of their synapses.

    A rule names its ``_kernel``, the file of its ``learn_error``, and ``_rule_parameter``, the
    number that is its own.
    """

    learning_rate: float = 0.3
    _: KW_ONLY
    normalized: bool = True
    synapse: Synapse | None = None
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

    _kernel: ClassVar[str]
    _rule_parameter: ClassVar[str]
    _state = (*BaseReadout._state, "synapse_state_", "update_rate_", "_clock")
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **EPOCH_PARAMETERS,
        "normalized": ["boolean"],
        "synapse": [Synapse, None],
    }

    def _averaged(self) -> tuple[str, ...]:
        """Plain numbers have a mean; the levels and hidden states of other synapses have none."""
        is_plain = isinstance(or_plain(self.synapse), FloatSynapse)
        return (*BaseReadout._state, "update_rate_") if is_plain else ()

    def _start(self, X: NDArray[Any], n_outputs: int, random_state: np.random.RandomState) -> None:
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
        X: NDArray[Any],
        targets: NDArray[np.float64],
        rows: NDArray[np.int64],
        weights: NDArray[np.float64],
        rates: tuple[float, float],
    ) -> float:
        """Learn from the rows in order; return the mean loss, each taken before learning."""
        synapse = or_plain(self.synapse)
        check_kind(synapse, self._kind)
        K = targets.shape[1]
        loss = loss_name(self, K)
        learner = LocalLearner(
            bool(self.normalized),
            bool(self.fit_intercept),
            self.coef_.T,
            self.intercept_,
            self.synapse_state_,
            synapse.constants,
            self._seed,
        )
        rule = LocalRule(
            LOSSES[loss], loss_unit(loss, K), float(getattr(self, self._rule_parameter))
        )
        train, etas = local_module(self._kernel, synapse).train, update_rates(rates, rows.size)
        total, n_errors, clock, X = 0.0, 0, self._clock, read_only(X)
        for first, last in blocks_of(rows.size, 10 * X.shape[1] * K):
            part = slice(first, last)
            loss_of_part, n_wrong, clock = train(
                X, targets, rows[part], weights, etas[part], rule, learner, clock
            )
            total, n_errors = total + loss_of_part, n_errors + n_wrong
            if not np.isfinite(total):
                break
        self._clock = clock
        self._check_finite(total)
        self.update_rate_ = n_errors / (rows.size * K)
        return total / rows.size


@lru_cache(maxsize=256)
def local_module(rule: str, synapse: Synapse) -> ModuleType:
    """Return the compiled loop of one rule, through one kind of synapse."""
    given = {".error_interface": f".{rule}", ".synapse_interface": type(synapse).__module__}
    return load_module(assemble(f"{KERNELS}.local_loop", given, switches=synapse.switches))
