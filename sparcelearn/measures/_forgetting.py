"""How much of earlier tasks is forgotten while later ones are learned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["ForgettingReport", "forgetting_matrix", "forgetting_report"]


@dataclass(frozen=True)
class ForgettingReport:
    """Summary of a matrix of scores; see :func:`forgetting_report`.

    Parameters
    ----------
    average : float
        Mean score over tasks after the last.
    forgetting : float
        Mean, over all tasks but the last, of the best score before the end minus the score
        at the end. 0 or below if nothing was forgotten.
    backward_transfer : float
        Mean, over all tasks but the last, of the score at the end minus that right after the
        task itself.
    forward_transfer : float
        Mean, over all tasks but the first, of the score right before the task, minus
        ``chance``.
    """

    average: float
    forgetting: float
    backward_transfer: float
    forward_transfer: float


def forgetting_matrix(
    estimator: Any, tasks: list[tuple[Any, Any]], tests: list[tuple[Any, Any]], **options: Any
) -> NDArray[np.float64]:
    """Learn tasks one after another, and score all of them after each one.

    Nothing is learned from the tests.

    Parameters
    ----------
    estimator : estimator
        With ``partial_fit`` and ``score``. It continues from its current state.
    tasks : list of tuples (X, y)
        Samples of each task, in the order of learning.
    tests : list of tuples (X, y)
        Other samples of each task, for the scores.
    **options : object
        Further arguments of ``partial_fit``, such as ``classes``.

    Returns
    -------
    ndarray of shape (n_tasks, n_tasks)
        Row t: the scores on each task after task t was learned.

    References
    ----------
    D. Lopez-Paz, M. Ranzato, "Gradient Episodic Memory for Continual Learning", NeurIPS 30,
    2017.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sparcelearn.measures import forgetting_matrix
    >>> from sparcelearn.readouts import DeltaClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> parts = [(X[y // 5 == k] / 16, y[y // 5 == k]) for k in range(2)]
    >>> scores = forgetting_matrix(DeltaClassifier(), parts, parts, classes=range(10))
    >>> bool(scores[0, 0] > 0.9), bool(scores[1, 0] < 0.6)
    (True, True)
    """
    if len(tasks) != len(tests) or not tasks:
        raise ValueError(
            f"tasks and tests must be equally many, at least 1, got {len(tasks)} and {len(tests)}"
        )
    scores = np.empty((len(tasks), len(tests)))
    for row, (X, y) in zip(scores, tasks, strict=True):
        estimator.partial_fit(X, y, **options)
        row[:] = [estimator.score(*test) for test in tests]
    return scores


def forgetting_report(scores: ArrayLike, chance: float = 0.0) -> ForgettingReport:
    """Summarize a matrix of scores of tasks that were learned one after another.

    With ``a[t, i]`` the score on task i after task t, of T in all::

        average             mean over i of a[T, i]
        forgetting          mean over i < T of max over t < T of a[t, i] - a[T, i]
        backward transfer   mean over i < T of a[T, i] - a[i, i]
        forward transfer    mean over i > 1 of a[i-1, i] - chance

    Parameters
    ----------
    scores : array-like of shape (n_tasks, n_tasks)
        As :func:`forgetting_matrix` returns them, of at least two tasks.
    chance : float, default=0.0
        Score of a learner that knows nothing.

    Returns
    -------
    ForgettingReport

    References
    ----------
    A. Chaudhry, P. K. Dokania, T. Ajanthan, P. H. S. Torr, "Riemannian Walk for Incremental
    Learning: Understanding Forgetting and Intransigence", ECCV, 2018.

    Examples
    --------
    >>> from sparcelearn.measures import forgetting_report
    >>> forgetting_report([[0.9, 0.1], [0.4, 0.8]]).forgetting
    0.5
    """
    a = np.asarray(scores, dtype=np.float64)
    if a.ndim != 2 or a.shape[0] != a.shape[1] or len(a) < 2 or not np.isfinite(a).all():
        raise ValueError(
            "scores must hold finite numbers and be of shape (n_tasks, n_tasks), of at least 2 "
            f"tasks, got shape {a.shape}"
        )
    end = a[-1, :-1]
    return ForgettingReport(
        average=float(a[-1].mean()),
        forgetting=float((a[:-1, :-1].max(axis=0) - end).mean()),
        backward_transfer=float((end - np.diag(a)[:-1]).mean()),
        forward_transfer=float(np.diag(a, 1).mean() - chance),
    )
