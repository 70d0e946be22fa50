"""Exclusive or of two cues that are separated in time."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from ._checks import AT_LEAST_0, COUNT, SEED, checked, whole


@checked(
    {
        "n_samples": COUNT,
        "pulse": whole(1),
        "gap": whole(0),
        "tail": whole(0),
        "noise": AT_LEAST_0,
        "random_state": SEED,
    }
)
def make_temporal_xor(
    n_samples: int = 400,
    *,
    pulse: int = 3,
    gap: int = 5,
    tail: int = 2,
    noise: float = 0.1,
    random_state: int | RandomState | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Draw sequences of two cues, up or down; the label says whether they differ.

    One cue alone gives no information, so the first must be remembered and combined with
    the second.

    Parameters
    ----------
    n_samples : int, default=400
        Number of sequences.
    pulse : int, default=3
        Steps for which a cue of -1 or 1 lasts.
    gap, tail : int, default=5 and 2
        Steps of 0 between the cues, and after the second.
    noise : float, default=0.1
        Standard deviation of normal noise on every step.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    X : ndarray of shape (n_samples, 2 * pulse + gap + tail, 1)
        The sequences.
    y : ndarray of shape (n_samples,)
        1 where the cues differ, else 0.

    Examples
    --------
    >>> from sparcelearn.datasets import make_temporal_xor
    >>> X, y = make_temporal_xor(4, noise=0.0, random_state=0)
    >>> X[0].ravel().astype(int), int(y[0])
    (array([-1, -1, -1,  0,  0,  0,  0,  0,  1,  1,  1,  0,  0]), 1)
    """
    rng = check_random_state(random_state)
    cues = rng.randint(0, 2, (n_samples, 2))
    X = noise * rng.standard_normal((n_samples, 2 * pulse + gap + tail, 1))
    X[:, :pulse] += 2 * cues[:, :1, np.newaxis] - 1
    X[:, pulse + gap : 2 * pulse + gap] += 2 * cues[:, 1:, np.newaxis] - 1
    return X, (cues[:, 0] ^ cues[:, 1]).astype(np.int64)
