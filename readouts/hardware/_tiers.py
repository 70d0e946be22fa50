"""A readout on a chip: trained before, with the chip in the loop, or on the chip itself."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, softmax
from sklearn.base import clone, is_classifier
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils.validation import check_is_fitted

from .._tasks import winners
from ..synapses._quantized import QuantizedSynapse
from ._chip import MockChip


class ChipReadout:
    """Deploy a trained linear readout on a chip (tier 1): round its weights, once.

    Intercepts stay with the host.

    Parameters
    ----------
    readout : estimator
        Fitted linear readout, with ``coef_`` and ``intercept_``. It is not changed.
    chip : MockChip
        The chip that gets its weights.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sparcelearn.readouts import DeltaClassifier
    >>> from sparcelearn.readouts.hardware import ChipReadout, MockChip, generic_chip
    >>> X, y = load_iris(return_X_y=True)
    >>> readout = DeltaClassifier(random_state=0).fit(X, y)
    >>> on_chip = ChipReadout(readout, MockChip(generic_chip(6)))
    >>> bool(on_chip.score(X, y) > 0.9)
    True
    """

    def __init__(self, readout: Any, chip: MockChip) -> None:
        check_is_fitted(readout)
        self.readout = readout
        self.chip = chip
        self.chip.write(readout.coef_)

    def predict(self, X: ArrayLike) -> NDArray:
        """Predict from the chip's outputs.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Labels of a classifier, values of a regressor.
        """
        outputs = self.chip.run(X) + self.readout.intercept_
        if is_classifier(self.readout):
            return self.readout.classes_[winners(outputs)]
        return outputs[:, 0] if outputs.shape[1] == 1 else outputs

    def score(self, X: ArrayLike, y: ArrayLike) -> float:
        """Return the accuracy of a classifier, the R^2 of a regressor.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Labels or values.

        Returns
        -------
        score : float
        """
        measure = accuracy_score if is_classifier(self.readout) else r2_score
        return float(measure(y, self.predict(X)))


class InTheLoopTrainer(ChipReadout):
    """Train with a chip in the loop (tier 2): the chip predicts, and the host learns.

    For each batch the host writes its weights W, rounded, runs the chip, takes the gradient of
    the ideal model at the chip's outputs, and updates its unrounded W (the straight-through
    estimator). So learning compensates the errors of this chip.

    Parameters
    ----------
    readout : estimator
        Fitted linear readout, with ``coef_``, ``intercept_`` and, for a classifier, ``loss``:
        the start of training. It is not changed.
    chip : MockChip
        The chip that predicts.
    learning_rate : float, default=0.02
        Step size, per batch.
    batch_size : int, default=20
        Samples for each write and run.
    w_max : float or None, default=None
        Magnitude of the largest code; weights are clipped to it. None is 1.5 times the
        largest magnitude at the start.

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
        start = copy(readout)
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.w_max = 1.5 * np.abs(readout.coef_).max() if w_max is None else w_max
        self.coef_ = np.array(readout.coef_, dtype=np.float64)
        start.intercept_ = np.array(readout.intercept_, dtype=np.float64)
        super().__init__(start, chip)

    def partial_fit(self, X: ArrayLike, y: ArrayLike) -> InTheLoopTrainer:
        """Learn from the rows once, in order, batch by batch.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Labels or values.

        Returns
        -------
        self : InTheLoopTrainer
            The trainer; the chip holds the latest weights.
        """
        features, labels = self.readout._check(X, y, reset=False)
        targets = self.readout._encode(labels)
        for start in range(0, len(features), self.batch_size):
            part = slice(start, start + self.batch_size)
            outputs = self.chip.run(features[part]) + self.readout.intercept_
            errors = self._errors(outputs, targets[part]) / len(outputs)
            self.coef_ -= self.learning_rate * errors.T @ features[part]
            np.clip(self.coef_, -self.w_max, self.w_max, out=self.coef_)
            self.readout.intercept_ -= self.learning_rate * errors.sum(axis=0)
            self.chip.write(self.coef_, self.w_max)
        return self

    def _errors(self, outputs: NDArray, targets: NDArray) -> NDArray:
        """Return the derivatives of each sample's loss with respect to its outputs."""
        loss = getattr(self.readout, "loss", "squared")
        if loss == "squared":
            return outputs - targets
        if loss == "sigmoid" or outputs.shape[1] == 1:
            return expit(outputs) - targets
        return softmax(outputs, axis=1) - targets


class OnChipReadout:
    """Learn on the chip (tier 3): all weights are codes.

    Every update is rounded to a code. With stochastic rounding small changes are kept on
    average; with the nearest code they are lost.

    Parameters
    ----------
    rule : estimator
        Unfitted readout with a parameter ``synapse``, such as `DeltaClassifier`. It is not
        changed.
    chip : MockChip
        The chip that predicts.
    w_max : float, default=1.0
        Magnitude of the largest code, at least.
    rounding : {"stochastic", "nearest"}, default="stochastic"
        How an update is rounded to a code.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sparcelearn.readouts import DeltaClassifier
    >>> from sparcelearn.readouts.hardware import MockChip, OnChipReadout, generic_chip
    >>> X, y = load_iris(return_X_y=True)
    >>> readout = OnChipReadout(DeltaClassifier(random_state=0), MockChip(generic_chip(6)))
    >>> bool(readout.fit(X, y).score(X, y) > 0.8)
    True
    """

    def __init__(
        self, rule: Any, chip: MockChip, *, w_max: float = 1.0, rounding: str = "stochastic"
    ) -> None:
        self.chip = chip
        self.w_max = w_max
        preset = chip.preset
        most = preset.largest_code // preset.code_step
        bound = most * preset.code_step * preset.scale(w_max)
        synapse = QuantizedSynapse(2 * most + 1, bound=bound, rounding=rounding)
        self.readout = clone(rule).set_params(synapse=synapse)

    def fit(self, X: ArrayLike, y: ArrayLike) -> OnChipReadout:
        """Learn from scratch, in epochs.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Labels or values.

        Returns
        -------
        self : OnChipReadout
        """
        self.readout.fit(X, y)
        return self._written()

    def partial_fit(self, X: ArrayLike, y: ArrayLike, **options: Any) -> OnChipReadout:
        """Learn from the rows once, in order.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Labels or values.
        **options : object
            Further arguments of the rule's ``partial_fit``: ``classes``, ``sample_weight``.

        Returns
        -------
        self : OnChipReadout
        """
        self.readout.partial_fit(X, y, **options)
        return self._written()

    predict = ChipReadout.predict
    score = ChipReadout.score

    def _written(self) -> OnChipReadout:
        """Write the learned weights to the chip."""
        self.chip.write(self.readout.coef_, self.w_max)
        return self
