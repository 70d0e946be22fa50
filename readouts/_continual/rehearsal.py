"""What readouts that rehearse old samples share."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils import check_random_state, get_tags
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.as_fitted import keep_parameters
from sparcelearn._core.available import available_if
from sparcelearn._core.callbacks import CallbackSupportMixin, fit_task, with_callbacks
from sparcelearn._core.validation import HasMethods, Interval, check_parameters, unchanged_on_error

from .._samples import checked_samples

Method = TypeVar("Method", bound=Callable[..., Any])


def has(method: str) -> Callable[[Method], Method]:
    """Return a check of whether the readout inside has a method."""
    return available_if(lambda self: hasattr(getattr(self, "readout_", self.readout), method))


class RehearsingReadout(CallbackSupportMixin, BaseEstimator):
    """A readout that also learns from old samples; a subclass gives ``_rehearse``."""

    readout_: Any
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "readout": [HasMethods(["partial_fit", "predict"])],
        "n_replay": [Interval(Integral, 0, None, closed="left")],
        "random_state": ["random_state"],
    }

    @unchanged_on_error
    @with_callbacks
    def fit(self, X: Any, y: ArrayLike) -> Any:
        """Learn from scratch, in one pass over the samples in their order.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), or what the readout takes
            Samples.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Labels or target values.

        Returns
        -------
        self : object
            The fitted estimator.
        """
        task = fit_task(self, X, y)
        self._learn(X, y, first=True)
        task.end()
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Return what the readout predicts.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), or what the readout takes
            Samples.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Labels or values.
        """
        samples = self._validated(X)
        return self.readout_.predict(samples)

    def _learn(self, X: Any, y: ArrayLike, *, first: bool, classes: Any = None) -> Any:
        """Learn from the samples once, and from rehearsed ones between them."""
        check_parameters(self)
        options = {} if isinstance(self, ClassifierMixin) else {"multi_output": True}
        features, targets = checked_samples(self, X, y, reset=first, **options)
        if first:
            keep_parameters(self)
            self.readout_ = clone(self.readout)
            self._seed = int(check_random_state(self.random_state).randint(2**31))
            self.t_ = 0
            if isinstance(self, ClassifierMixin) and classes is None:
                classes = np.unique(targets)
        known = {} if classes is None else {"classes": classes}
        rows, labels, after = self._rehearse(features, targets, classes, first)
        self.readout_.partial_fit(rows, labels, **known)
        if isinstance(self, ClassifierMixin):
            self.classes_ = self.readout_.classes_
        self.__dict__.update(after)
        self.t_ += len(features)
        return self

    def _rehearse(
        self, X: Any, y: NDArray[Any], classes: Any, first: bool
    ) -> tuple[Any, NDArray[Any], dict[str, Any]]:
        """Return what to learn from, in order, and the attributes to set when it was learned."""
        raise NotImplementedError

    def _validated(self, X: Any) -> Any:
        """Return valid samples for the readout, which must be fitted."""
        check_is_fitted(self, "readout_")
        return checked_samples(self, X, reset=False)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        if hasattr(self.readout, "__sklearn_tags__"):  # fit says what is wrong with any other
            tags.target_tags.multi_output = get_tags(self.readout).target_tags.multi_output
        return tags


class RehearsingClassifier(ClassifierMixin, RehearsingReadout):
    """Predictions of a classifier that rehearses."""

    @unchanged_on_error
    def partial_fit(self, X: Any, y: ArrayLike, classes: ArrayLike | None = None) -> Any:
        """Learn from the samples once, in order, and from rehearsed ones between them.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), or what the readout takes
            Samples.
        y : array-like of shape (n_samples,)
            Labels.
        classes : array-like of shape (n_classes,), default=None
            All labels that will ever come; needed on the first call only.

        Returns
        -------
        self : object
            The estimator, further trained.

        Raises
        ------
        ValueError
            If an argument is not valid. The estimator then stays as it was.
        """
        first = not hasattr(self, "readout_")
        if first and classes is None:
            raise ValueError("classes must be passed on the first call to partial_fit")
        return self._learn(X, y, first=first, classes=classes)

    @has("decision_function")
    def decision_function(self, X: Any) -> NDArray[np.floating]:
        """Return the readout's outputs.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), or what the readout takes
            Samples.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_classes)
            Outputs.
        """
        samples = self._validated(X)
        return self.readout_.decision_function(samples)

    @has("predict_proba")
    def predict_proba(self, X: Any) -> NDArray[np.floating]:
        """Return the readout's class probabilities.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), or what the readout takes
            Samples.

        Returns
        -------
        p : ndarray of shape (n_samples, n_classes)
            Probabilities.
        """
        samples = self._validated(X)
        return self.readout_.predict_proba(samples)
