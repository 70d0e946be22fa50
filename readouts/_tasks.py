"""What a readout's outputs mean: classes, or values."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_expit, softmax
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils.multiclass import check_classification_targets

from sparcelearn._core.as_fitted import with_fitted_parameters
from sparcelearn._core.labels import check_known, classes_of_call, sorted_labels
from sparcelearn._core.validation import check_parameters, unchanged_on_error

from ._base import BaseReadout
from ._losses import SIGNED
from ._weights import Samples


class ClassifierTask(ClassifierMixin, BaseReadout):
    """The largest output wins. Two classes share one output, unless a rule needs one for each."""

    classes_: NDArray[Any]
    _one_output_per_class: ClassVar[bool] = False

    @unchanged_on_error
    def partial_fit(
        self,
        X: Samples,
        y: ArrayLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Any:
        """Predict, then learn, over the rows in their order, going on from before.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features. A float32 or float64 array in C order is read in place.
        y : array-like of shape (n_samples,)
            Labels.
        classes : array-like of shape (n_classes,), default=None
            All labels that will ever come; needed on the first call only.
        sample_weight : array-like of shape (n_samples,), default=None
            Multiplies each sample's loss. A weight of 0 is as if the sample were not there.

        Returns
        -------
        self : object
            The estimator, further trained.

        Raises
        ------
        ValueError
            If an argument is not valid, a label is not among ``classes``, or learning
            diverged. The estimator then stays as it was.
        """
        check_parameters(self)
        classes = classes_of_call(getattr(self, "classes_", None), classes)
        return self._pass_over(X, y, sample_weight, classes=classes)

    def decision_function(self, X: Samples) -> NDArray[np.floating]:
        """Return the outputs.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_classes)
            One output per class; for two classes, that of ``classes_[1]``.
        """
        outputs = as_difference(self._checked_outputs(X))
        return outputs[:, 0] if outputs.shape[1] == 1 else outputs

    def predict(self, X: Samples) -> NDArray[Any]:
        """Return the class with the largest output.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Predicted labels.
        """
        return self._decide(self._checked_outputs(X))

    @with_fitted_parameters
    def predict_proba(self, X: Samples) -> NDArray[np.floating]:
        """Return class probabilities.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.

        Returns
        -------
        p : ndarray of shape (n_samples, n_classes)
            Softmax of the outputs; or their sigmoids, divided by their sum; or, under squared
            and asymmetric error, ``(y + 1) / 2`` within 0 and 1, divided by their sum: under
            squared error that output estimates the mean of a target of 1 or -1.
        """
        outputs = as_difference(self._checked_outputs(X))
        if self.loss in SIGNED:
            return _shares(outputs)
        if outputs.shape[1] == 1:
            outputs = np.hstack([np.zeros_like(outputs), outputs])
        elif self.loss == "sigmoid":
            outputs = log_expit(outputs)  # the softmax of log p is p / sum(p), free of underflow
        return softmax(outputs, axis=1)

    def _decide(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """Return the predictions that outputs stand for."""
        return self.classes_[winners(outputs)]

    def _check(
        self, X: Samples, y: Any, reset: bool, classes: NDArray[Any] | None = None
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return valid features and labels; at first, settle the classes."""
        features, y = self._validated_with_y(X, y, reset=reset)
        labels = sorted_labels("y", y)
        if reset or y.dtype.kind not in "biuUS":  # of whole numbers and text it finds no fault
            check_classification_targets(y)
        if reset:
            self.classes_ = labels if classes is None else classes
        if self.classes_.size < 2:
            raise ValueError(
                f"at least 2 classes are needed, got {self.classes_.size} class: {self.classes_}"
            )
        check_known(labels, self.classes_)
        return features, y

    def _encode(self, y: NDArray[Any]) -> NDArray[np.float64]:
        """Return targets of shape (n_samples, n_outputs): 1 for the label, else 0 or -1."""
        off = -1.0 if getattr(self, "loss", "") in SIGNED else 0.0
        targets = np.where(y[:, None] == self.classes_, 1.0, off)
        is_shared = self.classes_.size == 2 and not self._one_output_per_class
        return targets[:, 1:].copy() if is_shared else targets

    def _strata(self, y: NDArray[Any]) -> NDArray[Any]:
        return y

    def _score(self, targets: NDArray[Any], outputs: NDArray[Any], weights: NDArray[Any]) -> float:
        """Return the accuracy."""
        return float(np.average(winners(targets) == winners(outputs), weights=weights))


class RegressorTask(RegressorMixin, BaseReadout):
    """One output per target value."""

    def partial_fit(self, X: Samples, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Any:
        """Predict, then learn, over the rows in their order, going on from before.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features. A float32 or float64 array in C order is read in place.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target values.
        sample_weight : array-like of shape (n_samples,), default=None
            Multiplies each sample's loss. A weight of 0 is as if the sample were not there.

        Returns
        -------
        self : object
            The estimator, further trained.

        Raises
        ------
        ValueError
            If an argument is not valid or learning diverged. The estimator then stays as
            it was.
        """
        check_parameters(self)
        return self._pass_over(X, y, sample_weight)

    def predict(self, X: Samples) -> NDArray[np.floating]:
        """Return the outputs.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Predicted values, in as many dimensions as the first ``y`` had.
        """
        return self._decide(self._checked_outputs(X))

    def _decide(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """Return the predictions that outputs stand for."""
        return outputs[:, 0] if self._is_flat else outputs

    def _check(self, X: Any, y: Any, reset: bool) -> tuple[Any, NDArray[Any]]:
        """Return valid features and values; at first, settle the dimensions of predictions."""
        return check_values(self, X, y, reset=reset)

    def _encode(self, y: NDArray[Any]) -> NDArray[np.float64]:
        """Return targets of shape (n_samples, n_outputs)."""
        return np.array(y, dtype=np.float64, order="C").reshape(y.shape[0], -1)

    def _strata(self, y: NDArray[Any]) -> None:
        return None

    def _score(self, targets: NDArray[Any], outputs: NDArray[Any], weights: NDArray[Any]) -> float:
        """Return the coefficient of determination."""
        return float(r2_score(targets, outputs, sample_weight=weights))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def check_values(readout: Any, X: Any, y: Any, *, reset: bool) -> tuple[Any, NDArray[Any]]:
    """Return valid features and values; at first, settle the dimensions of predictions."""
    features, values = readout._validated_with_y(
        X, y, reset=reset, multi_output=True, y_numeric=True
    )
    if values.dtype.kind not in "biuf":  # numpy would read text as numbers, and days as nanoseconds
        raise TypeError(f"y must hold real numbers, not {values.dtype}")
    n_outputs = 1 if values.ndim == 1 else values.shape[1]
    if reset:
        readout._is_flat = values.ndim == 1
    elif n_outputs != readout.coef_.shape[0]:
        raise ValueError(f"y has {n_outputs} outputs, but was {readout.coef_.shape[0]} at first")
    return features, values


def as_difference(outputs: NDArray[Any]) -> NDArray[Any]:
    """Return outputs as users see them: of two classes, the second output minus the first."""
    return outputs[:, 1:] - outputs[:, :1] if outputs.shape[1] == 2 else outputs


def _shares(outputs: NDArray[Any]) -> NDArray[np.floating]:
    """Return the probabilities that estimates of targets of 1 and -1 stand for."""
    p = np.clip((outputs + 1) / 2, 0, 1)
    if p.shape[1] == 1:
        return np.hstack([1 - p, p])
    total = p.sum(axis=1, keepdims=True)
    return np.where(total > 0, p / np.where(total > 0, total, 1), 1 / p.shape[1])


def winners(outputs: NDArray[Any]) -> NDArray[np.int64]:
    """Return the index of the class that each row of outputs, or of targets, stands for."""
    if outputs.shape[1] == 1:
        return (outputs[:, 0] > 0).astype(np.int64)
    return outputs.argmax(axis=1)
