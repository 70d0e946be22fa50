"""Classes that come one after another, which make an online learner forget."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from ._checks import COUNT, POSITIVE, SEED, checked
from ._gaussian_classes import make_gaussian_classes


@checked({"y": ["array-like"], "n_tasks": COUNT, "random_state": SEED})
def class_incremental_order(
    y: ArrayLike, n_tasks: int = 5, *, random_state: int | RandomState | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Order any data set so that its classes come in tasks, one after another.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Labels.
    n_tasks : int, default=5
        Number of tasks. Classes are distributed over them in order, as evenly as possible.
    random_state : int, RandomState instance or None, default=None
        Seed of the order within a task.

    Returns
    -------
    order : ndarray of shape (n_samples,)
        Numbers of the samples in their new order.
    task : ndarray of shape (n_samples,)
        The task of each, in the new order: 0, ..., 1, ...

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.datasets import class_incremental_order
    >>> y = np.array([0, 3, 1, 2, 0, 3])
    >>> order, task = class_incremental_order(y, 2, random_state=0)
    >>> y[order], task
    (array([1, 0, 0, 3, 3, 2]), array([0, 0, 0, 1, 1, 1]))
    """
    classes, labels = np.unique(y, return_inverse=True)
    if n_tasks > len(classes):
        raise ValueError(f"n_tasks={n_tasks} is more than the {len(classes)} classes of y.")
    task_of_class = np.arange(len(classes)) * n_tasks // len(classes)
    shuffled = check_random_state(random_state).permutation(len(labels))
    task = task_of_class[labels[shuffled]]
    order = np.argsort(task, kind="stable")
    return shuffled[order], task[order]


@checked(
    {
        "n_samples": COUNT,
        "n_tasks": COUNT,
        "n_classes": COUNT,
        "n_features": COUNT,
        "separation": POSITIVE,
        "random_state": SEED,
    }
)
def make_class_incremental(
    n_samples: int = 5000,
    *,
    n_tasks: int = 5,
    n_classes: int = 10,
    n_features: int = 20,
    separation: float = 5.0,
    random_state: int | RandomState | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Draw normally distributed classes that come in tasks, one after another.

    Parameters
    ----------
    n_samples : int, default=5000
        Number of samples in all.
    n_tasks : int, default=5
        Number of tasks.
    n_classes, n_features : int, default=10 and 20
        Size of the problem.
    separation : float, default=5.0
        Root mean square distance of two centres, in standard deviations.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
        Samples, task after task.
    y : ndarray of shape (n_samples,)
        Their classes.
    task : ndarray of shape (n_samples,)
        Their tasks: 0, ..., 1, ...

    See Also
    --------
    class_incremental_order : The same for your own data.

    References
    ----------
    G. M. van de Ven, T. Tuytelaars, A. S. Tolias, "Three types of incremental learning",
    Nature Machine Intelligence 4, 1185-1197, 2022.

    Examples
    --------
    >>> from sparcelearn.datasets import make_class_incremental
    >>> X, y, task = make_class_incremental(1000, random_state=0)
    >>> [sorted(set(y[task == k].tolist())) for k in (0, 4)]
    [[0, 1], [8, 9]]
    """
    rng = check_random_state(random_state)
    X, y = make_gaussian_classes(
        n_samples,
        n_classes=n_classes,
        n_features=n_features,
        separation=separation,
        random_state=rng,
    )
    order, task = class_incremental_order(y, n_tasks, random_state=rng)
    return X[order], y[order], task
