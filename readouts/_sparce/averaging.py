"""Means of weights, which predict in place of the weights that learn.

The readout keeps as attributes, each None where nothing is averaged:

============= ==================================================================================
``_fast``     weights and intercepts that learn, where ``coef_`` and ``intercept_`` predict
``_left``     what is left of where the means started: a row for each, see `Averages`
``_rivals``   means of both, over few and over many updates; None unless a mix of them and of
              what learns predicts
``_lapses``   how often each of them, and last what learns, was wrong lately; likewise
============= ==================================================================================
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.arrays import check_alike

from ..kernels.layout import Averages, Parameters

FEW, MANY = 10, 1000  # updates that rivals are means over
AVERAGING = ("_fast", "_left", "_rivals", "_lapses")


def forget_averages(readout: Any) -> None:
    """Go on from what predicts."""
    for name in AVERAGING:
        setattr(readout, name, None)


def averages_of(readout: Any, sizes: tuple[int, ...]) -> Averages:
    """Return means over so many updates, made on first use; what predicts is filled by them."""
    W, b = readout.coef_.T, readout.intercept_
    nothing, none = np.empty(0), Parameters(W[:0], b[:0])
    if not sizes:
        forget_averages(readout)
        return Averages(nothing, W[:0], b[np.newaxis, :0], np.empty((0, 0)), nothing, none)
    if readout._left is None or len(readout._left) != len(sizes):
        _start(readout, len(sizes))
    shares, left = 1.0 / np.array(sizes), readout._left
    if readout._rivals is None:
        return Averages(shares, W, b[np.newaxis], left, nothing, none)
    rivals_W, rivals_b = readout._rivals
    return Averages(shares, rivals_W, rivals_b, left, readout._lapses, Parameters(W, b))


def _start(readout: Any, n_means: int) -> None:
    """Start means where predictions are; of nothing learned yet, the start does not count."""
    W, b, starts_anew = readout.coef_.T, readout.intercept_, readout.t_ == 0
    if readout._fast is None:
        readout._fast = [readout.coef_.copy(order="K"), b.copy()]
    readout._left = np.full((n_means, len(W) + 1), float(starts_anew or readout._epoch_size > 0))
    readout._rivals = readout._lapses = None
    if n_means > 1:
        readout._rivals = [np.tile(W, (n_means, 1)), np.tile(b, (n_means, 1))]
        readout._lapses = np.zeros(n_means + 1)


def shrink_averages(readout: Any, shares: NDArray[Any]) -> None:
    """Multiply the weights of each feature by its share."""
    if readout._fast is not None:
        readout._fast = [readout._fast[0] * shares, readout._fast[1]]
    if readout._rivals is not None:
        W, b = readout._rivals
        readout._rivals = [W * np.tile(shares, len(b))[:, np.newaxis], b]


def check_averages(readout: Any) -> None:
    """Refuse averages, read from a file, of other shapes or types than the weights they are of."""
    W, b = readout.coef_, readout.intercept_
    n_means = 1 if readout._lapses is None else len(np.atleast_1d(readout._lapses)) - 1
    for name, expected in (
        ("_fast", [W, b]),
        ("_left", np.ones((n_means, W.shape[1] + 1))),
        ("_rivals", [np.tile(W.T, (n_means, 1)), np.tile(b, (n_means, 1))]),
        ("_lapses", np.ones(n_means + 1)),
    ):
        if getattr(readout, name) is not None:
            check_alike(name, getattr(readout, name), expected)
    if (readout._rivals is None) != (readout._lapses is None):
        raise ValueError("_rivals and _lapses belong together")
    if (readout._fast is None) != (readout._left is None):
        raise ValueError("_fast and _left belong together")
