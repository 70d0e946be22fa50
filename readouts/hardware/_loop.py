"""A readout trained with a chip in the loop (tier 2): the chip runs, the host learns."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, softmax
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.kernel_modules import load_module
from sparcelearn._core.kernel_text import assemble

from .._base import BaseReadout
from .._losses import SIGNED
from .._sparce.rule import SparceReadout
from .._spiking.first_spike import FirstSpikeClassifier
from ..kernels.losses import BEYOND
from ._chip import MockChip
from ._deployed import ChipReadout
from ._layers import Layer


class InTheLoopTrainer(ChipReadout):
    """Train with a chip in the loop (tier 2): the chip predicts, and the host learns.

    For each batch the host writes its weights W, rounded, runs the chip, takes the gradient of
    the ideal model at the chip's outputs, and updates its unrounded W (the straight-through
    estimator). So learning compensates the errors of this chip. Of SpaRCe the weights learn,
    and thresholds stay. For first-spike readouts the chip gives the times T at which its outputs
    spike, and the host the derivatives of T by the weights, "exact" or "simplified" as the
    readout has them; its solver, clipping and bumps are used, too [1]_.

    Parameters
    ----------
    readout : estimator
        Fitted readout, linear in its features or SpaRCe, with ``loss`` if it is a classifier;
        or a `FirstSpikeClassifier`: the start of training. It is not changed.
    chip : MockChip
        The chip that predicts.
    learning_rate : float, default=0.02
        Step size, per batch.
    batch_size : int, default=20
        Samples for each write and run.
    w_max : float or None, default=None
        Magnitude of the largest code; weights are clipped to it. None is 1.5 times the
        largest magnitude at the start; or, where codes are numbers of synapses, what the
        preset's ``range_for`` finds.

    Raises
    ------
    TypeError
        If the readout is none of the above.

    References
    ----------
    .. [1] J. Goeltz, L. Kriener, A. Baumbach, S. Billaudelle, O. Breitwieser, B. Cramer,
       D. Dold, A. F. Kungl, W. Senn, J. Schemmel, K. Meier, M. A. Petrovici, "Fast and
       energy-efficient neuromorphic deep learning with first-spike times", Nature Machine
       Intelligence 3, 823-835, 2021.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sparcelearn.readouts import DeltaClassifier
    >>> from sparcelearn.readouts.hardware import InTheLoopTrainer, MockChip, generic_chip
    >>> X, y = load_iris(return_X_y=True)
    >>> readout = DeltaClassifier(0.01, normalized=False, random_state=0).fit(X, y)
    >>> chip = MockChip(generic_chip(6), mismatch=0.2, random_state=0)
    >>> trainer = InTheLoopTrainer(readout, chip)
    >>> for epoch in range(20):
    ...     trainer = trainer.partial_fit(X, y)
    >>> bool(trainer.score(X, y) > 0.9), chip.n_writes_
    (True, 161)
    """

    def __init__(
        self,
        readout: Any,
        chip: MockChip,
        *,
        learning_rate: float = 0.02,
        batch_size: int = 20,
        w_max: float | None = None,
    ) -> None:
        check_is_fitted(readout)
        layer = Layer(readout)
        is_linear = isinstance(readout, BaseReadout) and (
            type(readout)._outputs is BaseReadout._outputs
        )
        if not (is_linear or isinstance(readout, (SparceReadout, FirstSpikeClassifier))):
            raise TypeError(
                f"{type(readout).__name__} cannot be trained in the loop: it must be linear in its "
                "features, SpaRCe, or a FirstSpikeClassifier"
            )
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        if w_max is None:
            largest = chip.preset.range_for(layer.weights)
            w_max = largest if chip.preset.counts_synapses else 1.5 * largest
        self.w_max = w_max
        self.readout = deepcopy(readout)
        self.readout._own()
        self.chip = chip
        self._layer = Layer(self.readout)
        self._write()

    @property
    def coef_(self) -> NDArray[np.float64]:
        """Unrounded weights of the host, of shape (n_outputs, n_features)."""
        return self.readout.coef_

    def partial_fit(self, X: Any, y: ArrayLike) -> InTheLoopTrainer:
        """Learn from the samples once, in order, batch by batch.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or SpikeTrains
            What the readout takes.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Labels or values.

        Returns
        -------
        self : InTheLoopTrainer
            The trainer; the chip holds the latest weights.
        """
        features, labels = self.readout._check(X, y, reset=False)
        targets = self.readout._encode(labels)
        if isinstance(self.readout, SparceReadout):
            features = self.readout.sparse_code(features)
        for start in range(0, len(features), self.batch_size):
            part = slice(start, start + self.batch_size)
            if self._layer.has_times:
                self._follow(X[part], targets[part])
            else:
                self._descend(features[part], targets[part])
            self._write()
        return self

    def _descend(self, features: NDArray[Any], targets: NDArray[Any]) -> None:
        """Follow the gradient at the chip's weighted sums."""
        outputs = self.chip.run(features) + self.readout.intercept_
        errors = self._errors(outputs, targets) / len(outputs)
        self.readout.coef_ -= self.learning_rate * errors.T @ features
        if getattr(self.readout, "fit_intercept", True):
            self.readout.intercept_ -= self.learning_rate * errors.sum(axis=0)

    def _follow(self, X: Any, targets: NDArray[Any]) -> None:
        """Follow the gradient at the times when the chip's outputs spiked."""
        readout, tau = self.readout, float(self.readout.tau_syn)
        times, ends = self.chip.spike_times(X, readout)
        learner, constants = readout._learner(), readout._constants()
        kernel = load_module(assemble("sparcelearn.readouts.kernels.first_spike_loop"))
        kernel.follow(
            readout._validated(X, reset=False).arrays,
            times / tau,
            ends / tau,
            targets.argmax(axis=1),
            float(self.learning_rate),
            constants,
            learner,
            constants.new_state(len(learner.parameters.W), readout._bumps),
        )

    def _write(self) -> None:
        """Clip the host's weights, and write them."""
        on_chip = [self.readout.coef_]
        if self._layer.has_times:
            on_chip.append(self.readout.intercept_)
        for weights in on_chip:
            np.clip(weights, -self.w_max, self.w_max, out=weights)
        self.chip.write(self._layer.weights, self.w_max)

    def _errors(self, outputs: NDArray[Any], targets: NDArray[Any]) -> NDArray[Any]:
        """Return the derivatives of each sample's loss with respect to its outputs."""
        loss = getattr(self.readout, "loss", "squared")
        if loss in SIGNED:
            errors = outputs - targets
            is_beyond = (loss == "asymmetric") & (errors * targets > 0)
            return np.where(is_beyond, BEYOND * errors, errors)
        if loss == "sigmoid" or outputs.shape[1] == 1:
            return expit(outputs) - targets
        return softmax(outputs, axis=1) - targets
