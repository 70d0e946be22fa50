"""The kernel that trains SpaRCe, and what it is told.

The readout keeps as attributes, besides what predicts:

============================== =====================================================
``_means, _squares, _decay``   what Adam remembers of gradients; None before it runs
``_class_shares``              how often classes came lately; None if not followed
============================== =====================================================
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.arrays import read_only

from .._losses import LOSSES, SIGNED, loss_name, loss_unit
from ..kernels import losses
from ..kernels.layout import (
    Factors,
    Moments,
    Recent,
    SparceLearner,
    SparceParameters,
)
from ..kernels.room import Room, new_room
from .averaging import averages_of
from .modules import minibatch, samplewise

# What multiplies the learning rate of thresholds unless the user says so: of normalised steps, in
# units of sizes, and of the other solvers, as the authors'.
NORMAL_FACTOR, GRADIENT_FACTOR = 0.05, 0.1
SOLVERS = {"sgd": losses.SGD, "adam": losses.ADAM, "nlms": losses.NLMS}


def training(
    readout: Any,
    X: NDArray[Any],
    targets: NDArray[np.float64],
    rows: NDArray[np.int64],
    weights: NDArray[np.float64],
    etas: NDArray[np.float64],
    shrinks: NDArray[np.float64],
) -> tuple[Any, ...]:
    """Return the kernel that trains, and what it takes."""
    _lay_out(readout)
    averages = averages_of(readout, readout._memories())
    coef, intercept = readout._fast or (readout.coef_, readout.intercept_)
    n_outputs, dtype = targets.shape[1], readout.intercept_.dtype
    loss = loss_name(readout, n_outputs)
    learner = SparceLearner(
        LOSSES[loss],
        SOLVERS[readout.solver],
        int(readout.batch_size),
        Factors(float(readout.fit_intercept), _threshold_factor(readout, loss)),
        loss_unit(loss, n_outputs) if readout.solver == "nlms" else 1.0,
        readout.scale_,
        readout.base_thresholds_,
        SparceParameters(coef.T, intercept, readout.learned_thresholds_),
        _moments(readout),
        averages,
        _recent(readout),
    )
    is_samplewise = readout.batch_size == 1
    return (
        samplewise().train if is_samplewise else minibatch().train,
        read_only(X),
        targets.astype(dtype, copy=False),
        rows,
        weights,
        etas,
        shrinks,
        learner,
        *(() if is_samplewise else (_room(learner, rows.size),)),
    )


def _room(learner: SparceLearner, n_rows: int) -> Room:
    """Return where mini-batches work."""
    scale = learner.scale
    inverse = 1 / scale if learner.solver == losses.NLMS else np.ones_like(scale)
    n_answers = learner.averages.mistakes.size
    return new_room(min(learner.batch_size, n_rows), inverse, learner.parameters.b.size, n_answers)


def _threshold_factor(readout: Any, loss: str) -> float:
    """Return what multiplies the learning rate of thresholds.

    A normalised step is divided by about the number of active features, which all move an output.
    That is right for weights; a threshold would hardly move where features are many.
    """
    if not readout.learn_thresholds or readout.sparsity is None:
        return 0.0
    given = readout.threshold_rate
    if readout.solver != "nlms":
        return GRADIENT_FACTOR if given is None else float(given)
    rate = NORMAL_FACTOR if given is None else float(given)
    n_active = readout.n_features_in_ * (1 - readout.sparsity)
    power = readout._target_power if loss in SIGNED else 1.0  # errors are in the units of targets
    return rate * (1 + n_active) / (power or 1.0)


def _lay_out(readout: Any) -> None:
    """Bring the weights, whoever assigned them, into the layout that kernels read transposed."""
    dtype = readout.base_thresholds_.dtype
    readout.coef_ = np.asarray(readout.coef_, dtype=dtype, order="F")
    if readout._means is not None and readout._squares is not None:
        readout._means[0] = np.asarray(readout._means[0], order="F")
        readout._squares[0] = np.asarray(readout._squares[0], order="F")
    if readout._fast is not None:
        readout._fast[0] = np.asarray(readout._fast[0], order="F")


def _recent(readout: Any) -> Recent:
    """Return the shares of classes, made on first use; values, and a single output, have none."""
    memory, n_outputs = getattr(readout, "class_memory", None), readout.intercept_.size
    if memory is None or n_outputs == 1:
        return Recent(0.0, np.empty(0))
    if readout._class_shares is None:
        readout._class_shares = np.zeros(n_outputs)
    return Recent(1.0 / memory, readout._class_shares)


def _moments(readout: Any) -> Moments:
    """Return what Adam remembers, made on first use; empty arrays for the others."""
    parameters = (readout.coef_, readout.intercept_, readout.learned_thresholds_)
    if readout.solver != "adam":
        unused = SparceParameters(*(np.empty((0,) * p.ndim, dtype=p.dtype) for p in parameters))
        return Moments(unused, unused, np.empty((2, 0)))
    if readout._means is None or readout._squares is None or readout._decay is None:
        readout._means = [np.zeros_like(p) for p in parameters]
        readout._squares = [np.zeros_like(p) for p in parameters]
        readout._decay = np.ones((2, readout.learned_thresholds_.size + 1))
    means, squares = (
        SparceParameters(W.T, b, delta) for W, b, delta in (readout._means, readout._squares)
    )
    return Moments(means, squares, readout._decay)
