"""Predict every sample, then learn from it: what a classifier said before it knew the label."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import Pipeline

from .._base import BaseReadout
from .votes import NO_ANSWER

__all__ = ["answers", "check_experts", "learn", "predict_then_learn"]

MANY = 5  # samples, from which on fixed buffers are worth making


def check_experts(named: list[Any]) -> None:
    """Refuse what is no list of names and classifiers that samples can come to."""
    if not named or not all(isinstance(each, tuple) and len(each) == 2 for each in named):
        raise ValueError(
            f"estimators must be a list of (name, estimator), with at least one, got {named!r}."
        )
    for name, estimator in named:
        *before, last = _steps(estimator) or [None]
        is_online = hasattr(last, "partial_fit") and hasattr(last, "predict")
        learns_first = [hasattr(x, "partial_fit") and hasattr(x, "transform") for x in before]
        if not (is_online and all(learns_first) and is_classifier(last)):
            raise TypeError(
                f"estimators: {name!r} must be a classifier with partial_fit and predict (in a "
                f"pipeline, all before it with partial_fit and transform), got {estimator!r}."
            )


def learn(estimator: Any, X: Any, y: NDArray[Any], classes: NDArray[Any]) -> None:
    """Learn from samples; a transformer in a pipeline learns before it transforms them."""
    *before, last = _steps(estimator)
    for step in before:
        X = step.partial_fit(X).transform(X)
    last.partial_fit(X, y, classes=classes)


def answers(estimator: Any, X: Any, classes: NDArray[Any]) -> NDArray[np.int64]:
    """Return the place of each predicted label among the classes, or -1 while there is none."""
    try:
        return np.searchsorted(classes, estimator.predict(X))
    except NotFittedError:  # it has seen nothing but a washout
        return np.full(len(X), NO_ANSWER)


def predict_then_learn(
    estimator: Any, X: Any, y: NDArray[Any], classes: NDArray[Any]
) -> NDArray[np.int64]:
    """Let a classifier predict each sample, then learn from it, one after another.

    It does what ``predict`` and ``partial_fit`` of single samples do, to the bit. Readouts of this
    package, and what holds one, are given all samples at once: each is then checked but once.

    Parameters
    ----------
    estimator : estimator or Pipeline
        It is changed.
    X : ndarray or SpikeTrains of n_samples
        Samples.
    y : ndarray of shape (n_samples,)
        Labels, all of them among the classes.
    classes : ndarray of shape (n_classes,)
        All labels, sorted.

    Returns
    -------
    ndarray of shape (n_samples,)
        Places of the predicted labels among the classes; -1 where nothing was learned before.
    """
    if hasattr(estimator, "_predict_then_learn"):
        return estimator._predict_then_learn(X, y, classes)
    if isinstance(estimator, BaseReadout) and hasattr(estimator, "coef_") and len(y) >= MANY:
        said = _row_by_row(estimator, X, y)
        if said is not None:
            return np.searchsorted(classes, said)
    places = np.empty(len(y), np.int64)
    for k in range(len(y)):
        sample = slice(k, k + 1)
        places[sample] = answers(estimator, X[sample], classes)
        learn(estimator, X[sample], y[sample], classes)
    return places


def _row_by_row(readout: BaseReadout, X: Any, y: NDArray[Any]) -> list[Any] | None:
    """Return the predicted labels of a readout that runs on fixed buffers; None if it cannot."""
    features, labels = readout._check(X, y, reset=False)
    readout._own()  # copies of its arrays, which then change in place
    learner = readout._row_learner(features)
    if learner is None:
        return None
    said = []
    for row, label in enumerate(labels.tolist()):
        said.append(learner.predict(row))
        learner.learn(row, label)
    return said


def _steps(estimator: Any) -> list[Any]:
    """Return what handles a sample, one after another."""
    if not isinstance(estimator, Pipeline):
        return [estimator]
    return [step for _, step in estimator.steps if step not in (None, "passthrough")]
