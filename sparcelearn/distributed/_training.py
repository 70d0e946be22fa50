"""Readouts trained where the data are: by merging sums, or by averaging weights."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
from sklearn.base import clone, is_classifier

from ._federated import average_readouts, check_averageable, merge_readouts


def fit_by_merging(readout: Any, X: Any, y: Any) -> Any:
    """Fit one readout that learns from sums for each block, and merge them.

    The result is that of one ``fit`` on all samples, up to rounding, for any blocks and any
    number of workers. Only sums are sent, not samples.

    Parameters
    ----------
    readout : estimator with ``partial_fit`` and ``merge``
        Such as :class:`~sparcelearn.readouts.StreamingRidgeClassifier`. Not changed.
    X : dask array of shape (n_samples, n_features)
        Features, such as :func:`transform` returns.
    y : dask array of shape (n_samples,) or (n_samples, n_outputs)
        Labels or values.

    Returns
    -------
    estimator
        A fitted copy of ``readout``.

    Examples
    --------
    >>> import dask.array as da
    >>> from sparcelearn.distributed import fit_by_merging
    >>> from sparcelearn.readouts import StreamingRidgeRegressor
    >>> X = da.random.default_rng(0).random((1000, 5), chunks=(100, 5))
    >>> ridge = fit_by_merging(StreamingRidgeRegressor(alpha=1e-6), X, X.sum(axis=1))
    >>> ridge.coef_.round(3)
    array([[1., 1., 1., 1., 1.]])
    """
    from dask import delayed

    blocks, known = _blocks(readout, X, y)
    start = delayed(clone(readout))
    parts = [delayed(_learned)(start, *block, known) for block in blocks]
    while len(parts) > 1:  # in pairs, as in merge_readouts
        pairs = [parts[k : k + 2] for k in range(0, len(parts), 2)]
        parts = [delayed(merge_readouts)(pair) for pair in pairs]
    return parts[0].compute()


def fit_by_averaging(
    readout: Any, X: Any, y: Any, *, n_rounds: int = 10, n_calibration: int = 1000
) -> Any:
    """Train an online readout in rounds: each block from the same weights, then their mean.

    Federated averaging: in a round, every block continues from the common state with one
    ``partial_fit`` over its rows, and the new common state is their mean, weighted by the
    numbers of rows. Only weights are sent, not samples. Before the first round the readout
    learns from the first rows of every block; what it calibrates on them, such as the
    percentiles of SpaRCe, is then frozen.

    Parameters
    ----------
    readout : online estimator
        Such as :class:`~sparcelearn.readouts.SparceClassifier`. Not changed.
    X : dask array of shape (n_samples, n_features)
        Features, such as :func:`transform` returns. They are computed again in each round
        unless they are persisted.
    y : dask array of shape (n_samples,) or (n_samples, n_outputs)
        Labels or values.
    n_rounds : int, default=10
        Rounds.
    n_calibration : int, default=1000
        Rows for the start, the same number from every block.

    Returns
    -------
    estimator
        A fitted copy of ``readout``.

    Raises
    ------
    TypeError
        If the readout cannot be averaged, see :func:`average_readouts`.

    References
    ----------
    McMahan, Moore, Ramage, Hampson, Aguera y Arcas, "Communication-efficient learning of
    deep networks from decentralized data", AISTATS 2017.

    Examples
    --------
    >>> import dask.array as da
    >>> from sparcelearn.distributed import fit_by_averaging
    >>> from sparcelearn.readouts import SparceClassifier
    >>> X = da.random.default_rng(0).random((2000, 5), chunks=(500, 5)).persist()
    >>> y = (X[:, 0] > X[:, 1]).astype(int)
    >>> readout = fit_by_averaging(SparceClassifier(), X, y)
    >>> bool(readout.score(X.compute(), y.compute()) > 0.9)
    True
    """
    from dask import compute, delayed

    check_averageable(readout)
    blocks, known = _blocks(readout, X, y)
    n_each = -(-n_calibration // len(blocks))
    heads = compute(*(delayed(_head)(*block, n_each) for block in blocks))
    X_first, y_first = (np.concatenate(parts) for parts in zip(*heads, strict=True))
    common = clone(readout)
    if "calibration_samples" in common.get_params():
        common.set_params(calibration_samples=len(X_first))
    common.partial_fit(X_first, y_first, **known)
    for _ in range(n_rounds):
        start = delayed(common)
        common = delayed(_mean)(start, [delayed(_learned)(start, *b, known) for b in blocks])
        common = common.compute()
    return common.set_params(**readout.get_params())


def _blocks(readout: Any, X: Any, y: Any) -> tuple[list[tuple[Any, Any]], dict[str, Any]]:
    """Return the blocks of rows, and the argument ``classes`` if there is one."""
    X = X.rechunk(dict.fromkeys(range(1, X.ndim), -1))
    if not any(np.isnan(length) for length in (*X.chunks[0], *y.chunks[0])):
        y = y.rechunk((X.chunks[0], *([-1] * (y.ndim - 1))))
    blocks = list(zip(X.to_delayed().ravel(), y.to_delayed().ravel(), strict=True))
    if not is_classifier(readout):
        return blocks, {}
    from dask import compute, delayed

    labels = compute(*(delayed(np.unique)(block) for _, block in blocks))
    return blocks, {"classes": np.unique(np.concatenate(labels))}


def _learned(start: Any, X: Any, y: Any, known: dict[str, Any]) -> Any:
    """Return a copy that has learned from a block; a task must not change its arguments."""
    return deepcopy(start).partial_fit(X, y, **known)


def _head(X: Any, y: Any, n_rows: int) -> tuple[Any, Any]:
    return X[:n_rows], y[:n_rows]


def _mean(start: Any, readouts: list[Any]) -> Any:
    """Return the mean of the readouts; its ``t_`` counts the samples of all."""
    rows = [readout.t_ - start.t_ for readout in readouts]
    mean = average_readouts(readouts, rows)
    mean.t_ = start.t_ + sum(rows)
    return mean
