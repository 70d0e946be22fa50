"""Where SpaRCe's mini-batches work.

D features, K outputs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sparcelearn._core.vectors import LANES

from .layout import Array


class Room(NamedTuple):
    """Arrays to work in, of the type of the weights unless said otherwise.

    Parameters
    ----------
    active : ndarray of shape (D,), dtype uint32
        Active features of one sample.
    x : ndarray of shape (D,)
        Their thresholded values.
    lengths : ndarray of shape (batch_size,), dtype float64
        Squared length of each sample, for normalised steps.
    counts : ndarray of shape (D,), dtype int64
        In how many samples that are learned from a feature is active.
    samples : ndarray of shape (D, batch_size), dtype uint32
        Which samples those are.
    values : ndarray of shape (D, batch_size)
        Thresholded values of the feature there.
    is_active : ndarray of shape (D,), dtype bool
        Which features of one sample are active.
    Y, E : ndarray of shape (batch_size, K)
        Outputs and errors.
    answers : ndarray of shape (batch_size, H + 1, K)
        Outputs by each of H means of the weights and by the weights, where these are mixed.
    g_b : ndarray of shape (K,)
        Gradients of b.
    touched : ndarray of shape (D,), dtype uint32
        The features that move, in the first few entries.
    back : ndarray of shape (D,)
        Derivative of the loss with respect to the threshold of each, with the other sign.
    inverse : ndarray of shape (D,)
        One over the sizes of features for normalised steps, else 1.
    steps : ndarray of shape (D,), dtype float64
        A step for each of the features that move.
    numbers : ndarray of shape (LANES**2 + 2 * K,)
        For functions of active features.
    """

    active: Array
    x: Array
    lengths: Array
    counts: Array
    samples: Array
    values: Array
    is_active: Array
    Y: Array
    E: Array
    answers: Array
    g_b: Array
    touched: Array
    back: Array
    inverse: Array
    steps: Array
    numbers: Array


def new_room(batch_size: int, inverse: Array, K: int, n_answers: int = 0) -> Room:
    """Return arrays for mini-batches of that many samples."""
    D, dtype = inverse.size, inverse.dtype
    Y, E = np.empty((2, batch_size, K), dtype)
    return Room(
        active=np.empty(D, np.uint32),
        x=np.empty(D, dtype),
        lengths=np.zeros(batch_size),
        counts=np.zeros(D, np.int64),
        samples=np.empty((D, batch_size), np.uint32),  # of which the first places are used
        values=np.empty((D, batch_size), dtype),
        is_active=np.empty(D, bool),
        Y=Y,
        E=E,
        answers=np.empty((batch_size, n_answers, K), dtype),
        g_b=np.empty(K, dtype),
        touched=np.empty(D, np.uint32),
        back=np.empty(D, dtype),
        inverse=inverse,
        steps=np.empty(D),
        numbers=np.empty(LANES**2 + 2 * K, dtype),
    )
