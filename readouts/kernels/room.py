"""Where SpaRCe's mini-batches work, block by block.

D features, K outputs.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .layout import Array


class Room(NamedTuple):
    """Arrays to work in, of the type of the weights.

    Parameters
    ----------
    x, h : ndarray of shape (BLOCK,)
        Thresholded features of one sample in a block, and their signs; 0 where silent.
    back : ndarray of shape (BLOCK,)
        Derivative of the loss with respect to x.
    g, g_b, g_delta : ndarray of shape (K, BLOCK), (K,) and (BLOCK,)
        Gradients, those of W and delta for one block.
    pushes : ndarray of shape (K, BLOCK)
        Sums of errors over the samples in which a feature is active, with its sign.
    touched, step : ndarray of shape (BLOCK,)
        1 where some sample is active, else 0, and Adam's step there.
    lanes : ndarray of shape (K, LANES)
        Sums that run side by side.
    Y, E : ndarray of shape (batch_size, K)
        Outputs and errors.
    """

    x: Array
    h: Array
    back: Array
    g: Array
    g_b: Array
    g_delta: Array
    pushes: Array
    touched: Array
    step: Array
    lanes: Array
    Y: Array
    E: Array


def new_room(batch_size: int, K: int, dtype: Any) -> Room:
    """Return arrays for mini-batches of that many samples."""
    x, h, back, g_delta, touched, step = np.empty((6, BLOCK), dtype)
    g, pushes = np.empty((2, K, BLOCK), dtype)
    g_b, lanes = np.empty(K, dtype), np.empty((K, LANES), dtype)
    Y, E = np.empty((2, batch_size, K), dtype)
    return Room(x, h, back, g, g_b, g_delta, pushes, touched, step, lanes, Y, E)


# --- the text below this line goes into every generated module ---

BLOCK = 512  # features that are visited at a time: K rows of them stay in the nearest cache
LANES = 64  # sums that run side by side in a scalar product
