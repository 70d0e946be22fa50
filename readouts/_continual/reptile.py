"""A start for new tasks, learned from old ones."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.utils import check_random_state

from sparcelearn._core.validation import HasMethods, Interval, validate_params


@validate_params(
    {
        "readout": [HasMethods(["partial_fit", "predict"])],
        "tasks": [list, tuple],
        "n_rounds": [Interval(Integral, 1, None, closed="left")],
        "step": [Interval(Real, 0, 1, closed="right")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def reptile(
    readout: Any,
    tasks: Sequence[tuple[Any, Any]],
    *,
    n_rounds: int = 100,
    step: float = 0.1,
    random_state: Any = None,
) -> Any:
    """Return a readout whose weights are a good start for tasks like those given (Reptile).

    In each round a copy goes on from the common weights W by one `partial_fit` over a
    random task, and W follows it [1]_::

        W <- W + step * (W_task - W)

    A new task then starts there: call `partial_fit` with its few samples, or give the weights
    to `StreamingRidgeRegressor` as ``prior_coef``. It helps where the solutions of tasks have
    something in common; if labels are renumbered in every task, they have nothing.

    Parameters
    ----------
    readout : estimator
        With ``partial_fit``, ``coef_`` and ``intercept_``: an online readout. Not changed.
    tasks : list of tuples (X, y)
        Samples and targets of each task, all with the same features and labels.
    n_rounds : int, default=100
        Rounds.
    step : float, default=0.1
        How far W follows in a round, above 0 and at most 1.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.

    Returns
    -------
    estimator
        A copy of the readout that has seen no sample but has the weights to start from.

    References
    ----------
    .. [1] A. Nichol, J. Achiam, J. Schulman, "On First-Order Meta-Learning Algorithms",
       arXiv:1803.02999, 2018.

    Examples
    --------
    Lines of a slope near 3, and one more of which two points are known:

    >>> import numpy as np
    >>> from sparcelearn.readouts import DeltaRegressor, reptile
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(50, 1))
    >>> tasks = [(x, slope * x[:, 0]) for slope in rng.normal(3, 0.1, size=20)]
    >>> start = reptile(DeltaRegressor(), tasks, random_state=0)
    >>> start.coef_.round(1)
    array([[3.]])
    >>> start.partial_fit([[1.0], [-1.0]], [3.1, -3.1]).coef_.round(1)
    array([[3.]])
    """
    if not tasks:
        raise ValueError("tasks must hold at least one pair (X, y)")
    rng = check_random_state(random_state)
    X, y = tasks[0]
    labels = np.unique(np.concatenate([np.ravel(labels) for _, labels in tasks]))
    known = {"classes": labels} if is_classifier(readout) else {}
    nothing = np.zeros(len(np.asarray(y)))
    start = clone(readout).partial_fit(X, y, sample_weight=nothing, **known)
    start.t_ = 0
    for _ in range(n_rounds):
        X, y = tasks[rng.randint(len(tasks))]
        learned = deepcopy(start).partial_fit(X, y)
        for name in ("coef_", "intercept_"):
            before = getattr(start, name)
            setattr(start, name, before + step * (getattr(learned, name) - before))
    return start
