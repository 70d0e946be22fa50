"""Predict every sample, then learn from it: what a classifier said before it knew the label."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import Pipeline

from .._base import BaseReadout
from .._row import row_learner_of
from .votes import NO_ANSWER

__all__ = ["answers", "check_experts", "learn", "predict_then_learn"]

MANY = 5  # samples, from which on fixed buffers are worth making


def check_experts(named: list[Any]) -> None:
    """Refuse what is no list of names and classifiers that samples can come to."""
    if not named or not all(map(_is_named, named)):
        raise ValueError(
            f"estimators must be a list of (name, estimator), with at least one, got {named!r}."
        )
    for name, estimator in named:
        *before, last = _steps(estimator) or [None]
        is_online = hasattr(estimator, "predict") and hasattr(last, "partial_fit")
        learns_first = [hasattr(x, "partial_fit") and hasattr(x, "transform") for x in before]
        if not (is_online and all(learns_first) and is_classifier(last)):
            raise TypeError(
                f"estimators: {name!r} must be a classifier with partial_fit and predict (in a "
                f"pipeline, all before it with partial_fit and transform), got {estimator!r}."
            )
        if any(getattr(step, "carry_state", False) for step in before):
            raise TypeError(
                f"estimators: {name!r} is a pipeline with a reservoir of carry_state=True, which "
                "would hear each sample twice. Use ReservoirClassifier(reservoir, readout)."
            )


def learn(estimator: Any, X: Any, y: NDArray[Any], classes: NDArray[Any]) -> None:
    """Learn from samples; a transformer in a pipeline learns before it transforms them."""
    *before, last = _steps(estimator)
    if before:
        X = copy(X)  # some change it in place
    for step in before:
        X = step.partial_fit(X).transform(X)
    last.partial_fit(X, y, classes=classes)


def answers(estimator: Any, X: Any, classes: NDArray[Any]) -> NDArray[np.int64]:
    """Return the place of each predicted label among the classes, or -1 for no or another label."""
    try:
        labels = estimator.predict(copy(X) if isinstance(estimator, Pipeline) else X)
    except NotFittedError:  # it has learned nothing yet
        return np.full(len(X), NO_ANSWER)
    return _places(labels, classes)


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
    said, start = np.empty(len(y), np.int64), 0
    if isinstance(estimator, BaseReadout):
        if not hasattr(estimator, "coef_"):
            said[0] = _one(estimator, X[:1], y[:1], classes)
            start = 1
        if len(y) - start >= MANY:
            labels = _row_by_row(estimator, X[start:], y[start:])
            if labels is not None:
                said[start:] = _places(labels, classes)
                return said
    for k in range(start, len(y)):
        said[k] = _one(estimator, X[k : k + 1], y[k : k + 1], classes)
    return said


def _one(estimator: Any, X: Any, y: NDArray[Any], classes: NDArray[Any]) -> int:
    """Return the place of what is predicted of one sample, which is then learned from."""
    said = answers(estimator, X, classes)
    learn(estimator, X, y, classes)
    return int(said[0])


def _row_by_row(readout: BaseReadout, X: Any, y: NDArray[Any]) -> list[Any] | None:
    """Return the predicted labels of a readout that runs on fixed buffers; None if it cannot."""
    features, labels = readout._check(X, y, reset=False)
    learner = row_learner_of(readout, features)
    if learner is None:
        return None
    said = []
    for row, label in enumerate(labels.tolist()):
        said.append(learner.predict(row))
        learner.learn(row, label)
    return said


def _places(labels: Any, classes: NDArray[Any]) -> NDArray[np.int64]:
    """Return the place of each label among the classes, -1 where it has none."""
    labels = np.asarray(labels)
    try:
        places = np.searchsorted(classes, labels)
    except TypeError:  # text beside numbers
        return np.full(len(labels), NO_ANSWER)
    return np.where(classes.take(places, mode="clip") == labels, places, NO_ANSWER)


def _is_named(entry: Any) -> bool:
    return isinstance(entry, tuple) and len(entry) == 2 and isinstance(entry[0], str)


def _steps(estimator: Any) -> list[Any]:
    """Return what handles a sample, one after another."""
    if not isinstance(estimator, Pipeline):
        return [estimator]
    return [step for _, step in estimator.steps if step not in (None, "passthrough")]
