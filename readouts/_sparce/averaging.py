"""Averages of weights, which predict in place of the weights that learn.

The readout keeps as attributes, each None where nothing is averaged:

=============== ================================================================================
``_fast``       weights and intercepts that learn; ``coef_`` and ``intercept_`` predict
``_left``       what is left of where each average started, see `Averages`
``_averages``   averages of both over few and over many updates, one below the other, if a mix of
                them and of what learns predicts; None if ``coef_`` is the only average
``_mistakes``   recent mistakes of each of them, and last of what learns; None likewise
=============== ================================================================================
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.arrays import check_alike

from ..kernels.layout import Averages, Parameters

FEW, MANY = 10, 1000  # updates that a mix has averages over
AVERAGING = ("_fast", "_left", "_averages", "_mistakes")


def forget_averages(readout: Any) -> None:
    """Keep ``coef_`` and ``intercept_`` alone, from which learning then goes on."""
    for name in AVERAGING:
        setattr(readout, name, None)


def averages_of(readout: Any, sizes: tuple[int, ...]) -> Averages:
    """Return averages over so many updates, made on first use, for the kernel to change."""
    W, b = readout.coef_.T, readout.intercept_
    empty, nothing = np.empty(0), Parameters(W[:0], b[:0])
    if not sizes:
        forget_averages(readout)
        return Averages(empty, W[:0], b[np.newaxis, :0], np.empty((0, 0)), empty, nothing)
    n_kept = 0 if readout._left is None else len(readout._left)
    if n_kept != len(sizes) or (readout._averages is None) != (n_kept == 1):
        _start(readout, len(sizes))
    shares, left = 1.0 / np.array(sizes), readout._left
    if readout._averages is None:
        return Averages(shares, W, b[np.newaxis], left, empty, nothing)
    means_W, means_b = readout._averages
    return Averages(shares, means_W, means_b, left, readout._mistakes, Parameters(W, b))


def _start(readout: Any, n_means: int) -> None:
    """Start averages at ``coef_``, which counts in them unless nothing has been learned yet."""
    W, b = readout.coef_.T, readout.intercept_
    starts_anew = readout.t_ == 0 or readout._epoch_size > 0
    if readout._fast is None:
        readout._fast = [readout.coef_.copy(order="K"), b.copy()]
    readout._left = np.full((n_means, len(W) + 1), float(starts_anew))
    readout._averages = readout._mistakes = None
    if n_means > 1:
        readout._averages = [np.tile(W, (n_means, 1)), np.tile(b, (n_means, 1))]
        readout._mistakes = np.zeros(n_means + 1)


def shrink_averages(readout: Any, shares: NDArray[Any]) -> None:
    """Multiply the weights of each feature by its share."""
    if readout._fast is not None:
        readout._fast = [readout._fast[0] * shares, readout._fast[1]]
    if readout._averages is not None:
        W, b = readout._averages
        readout._averages = [W * np.tile(shares, len(b))[:, np.newaxis], b]


def check_averages(readout: Any) -> None:
    """Refuse averages, read from a file, that are not such as `averages_of` makes."""
    given = [name for name in AVERAGING if getattr(readout, name) is not None]
    if given not in ([], ["_fast", "_left"], list(AVERAGING)):
        raise ValueError(f"a file does not hold {' and '.join(given)} alone")
    n_means = 2 if "_averages" in given else 1
    W, b = readout.coef_, readout.intercept_
    expected = {
        "_fast": [W, b],
        "_left": np.ones((n_means, W.shape[1] + 1)),
        "_averages": [np.tile(W.T, (n_means, 1)), np.tile(b, (n_means, 1))],
        "_mistakes": np.ones(n_means + 1),
    }
    for name in given:
        check_alike(name, getattr(readout, name), expected[name])
    if "_mistakes" in given and not ((readout._mistakes >= 0) & (readout._mistakes < np.inf)).all():
        raise ValueError("_mistakes must be finite and at least 0")
