"""Combine readouts that learned separately: by merging sums, or by averaging weights."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

# Attributes that readouts must have in common before their weights can be averaged.
COMMON = ("n_features_in_", "classes_", "base_thresholds_", "projection_")


def merge_readouts(readouts: Sequence[Any]) -> Any:
    """Return a readout that has learned from the samples of all.

    Exact, however the samples are distributed. Sums are added in pairs, so that their order
    is always the same. Samples are not exchanged.

    Parameters
    ----------
    readouts : list of estimators with ``merge``
        Fitted, such as :class:`~sparcelearn.readouts.StreamingRidgeClassifier`. Not changed.

    Returns
    -------
    estimator

    Raises
    ------
    TypeError
        If they have no ``merge``, or are not of one class.
    ValueError
        If the list is empty, or they differ in features or classes.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.distributed import merge_readouts
    >>> from sparcelearn.readouts import StreamingRidgeRegressor
    >>> X = np.random.default_rng(0).normal(size=(60, 3))
    >>> y = X @ [1.0, 2.0, 3.0]
    >>> clients = [StreamingRidgeRegressor().fit(X[k::3], y[k::3]) for k in range(3)]
    >>> central = StreamingRidgeRegressor().fit(X, y)
    >>> bool(np.allclose(merge_readouts(clients).coef_, central.coef_, rtol=1e-12))
    True
    """
    parts = list(readouts)
    if not parts:
        raise ValueError("readouts must hold at least one readout")
    if not hasattr(parts[0], "merge"):
        raise TypeError(f"readouts must have a method merge, but {type(parts[0]).__name__} has not")
    if len(parts) == 1:
        return deepcopy(parts[0])
    while len(parts) > 1:
        pairs = zip(parts[::2], parts[1::2], strict=False)
        odd = parts[len(parts) // 2 * 2 :]
        parts = [deepcopy(first).merge(second) for first, second in pairs] + odd
    return parts[0]


def average_readouts(readouts: Sequence[Any], weights: ArrayLike | None = None) -> Any:
    """Return a readout whose weights are the mean of those of others.

    For readouts that cannot be merged: once at the end, or in rounds that continue from the
    mean (federated averaging; :func:`fit_by_averaging`). The mean differs from the result of
    learning from all samples together; if there is a ``merge``, use that.

    Parameters
    ----------
    readouts : list of estimators
        Fitted online readouts of one class with the same features and classes, and the same
        initial thresholds or fixed projection if they have any. Not changed.
    weights : array-like of shape (n_readouts,), default=None
        Weight of each readout. None uses the numbers of samples they saw, ``t_``.

    Returns
    -------
    estimator
        Its ``t_`` counts the samples of all.

    Raises
    ------
    TypeError
        If they are not of one class, or their weights have no meaningful mean: those of
        recursive least squares are tied to its correlations, those of readouts from sums
        to the sums, and levels and hidden variables of synapses to themselves.
    ValueError
        If they differ in features or classes, or ``weights`` are not valid.

    References
    ----------
    McMahan, Moore, Ramage, Hampson, Aguera y Arcas, "Communication-efficient learning of
    deep networks from decentralized data", AISTATS 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.distributed import average_readouts
    >>> from sparcelearn.readouts import DeltaRegressor
    >>> X = np.random.default_rng(0).normal(size=(600, 3))
    >>> y = X @ [1.0, 2.0, 3.0]
    >>> clients = [DeltaRegressor(0.5).partial_fit(X[k::3], y[k::3]) for k in range(3)]
    >>> average_readouts(clients).coef_.round(2)
    array([[1., 2., 3.]])
    """
    parts = list(readouts)
    if not parts:
        raise ValueError("readouts must hold at least one readout")
    for readout in parts:
        check_averageable(readout)
        _check_alike(parts[0], readout)
    counts = [readout.t_ for readout in parts] if weights is None else weights
    shares = np.array(counts, dtype=np.float64)
    if shares.shape != (len(parts),) or not (np.isfinite(shares).all() and shares.min() >= 0):
        raise ValueError(f"weights must be {len(parts)} numbers of at least 0, got {counts}")
    if shares.sum() == 0:
        raise ValueError("weights must not all be 0")
    mean = deepcopy(parts[0])
    for name in mean._averaged():
        values = [getattr(readout, name) for readout in parts]
        setattr(mean, name, _weighted_mean(values, (shares / shares.sum()).tolist()))
    mean._finish()  # what else the first remembers is not that of all
    mean.t_ = sum(readout.t_ for readout in parts)
    if hasattr(mean, "_clock"):  # noise must not repeat
        mean._clock = max(readout._clock for readout in parts)
    return mean


def check_averageable(readout: Any) -> None:
    """Refuse a readout whose weights have no meaningful mean."""
    if hasattr(readout, "_averaged") and readout._averaged():
        return
    name = type(readout).__name__
    if getattr(readout, "synapse", None) is not None:
        reason = f"the weights and hidden variables of synapse={readout.synapse!r} have no mean"
    elif hasattr(readout, "merge"):
        reason = "its weights follow from sums; merge them instead, which is exact"
    else:
        reason = "its state is more than weights; StreamingRidge readouts can be merged"
    raise TypeError(f"{name} cannot be averaged: {reason}")


def _check_alike(first: Any, other: Any) -> None:
    """Refuse readouts whose weights cannot be averaged with each other."""
    if type(other) is not type(first):
        raise TypeError(
            f"readouts must be of one class, got {type(first).__name__} and {type(other).__name__}"
        )
    for name in COMMON:
        mine, theirs = (np.asarray(getattr(r, name, None)) for r in (first, other))
        if not np.array_equal(mine, theirs):
            raise ValueError(f"readouts differ in {name}, so that their weights have no mean")
    if first.coef_.shape != other.coef_.shape:
        raise ValueError(f"readouts differ in their outputs: {first.coef_.shape[0]} and others")


def _weighted_mean(values: list[Any], weights: list[float]) -> Any:
    if isinstance(values[0], (list, tuple)):
        return type(values[0])(_weighted_mean(list(v), weights) for v in zip(*values, strict=True))
    if values[0] is None:
        return None
    return sum(weight * value for weight, value in zip(weights, values, strict=True))
