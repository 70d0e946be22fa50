"""A stream whose classes move."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import RandomState
from sklearn.utils import check_random_state

from ._checks import COUNT, POSITIVE, SEED, StrOptions, checked, whole

KINDS = ("abrupt", "gradual", "incremental", "recurring")


@checked(
    {
        "n_samples": COUNT,
        "drift": [StrOptions(set(KINDS))],
        "n_concepts": COUNT,
        "width": whole(1),
        "n_classes": COUNT,
        "n_features": COUNT,
        "separation": POSITIVE,
        "random_state": SEED,
        "return_concept": ["boolean"],
    }
)
def make_drifting_stream(
    n_samples: int = 4000,
    *,
    drift: str = "abrupt",
    n_concepts: int = 2,
    width: int = 500,
    n_classes: int = 3,
    n_features: int = 10,
    separation: float = 6.0,
    random_state: int | RandomState | None = None,
    return_concept: bool = False,
) -> Any:
    """Draw a stream of normally distributed classes whose centres change.

    A concept is a set of centres, one for each class. Concepts follow one another at
    equal distances along the stream.

    Parameters
    ----------
    n_samples : int, default=4000
        Length of the stream.
    drift : {"abrupt", "gradual", "incremental", "recurring"}, default="abrupt"
        ``"abrupt"``: from one row to the next. ``"gradual"``: within ``width`` rows the
        new concept becomes more and more likely than the old. ``"incremental"``: within
        ``width`` rows the centres move from the old to the new. ``"recurring"``: abrupt,
        but the first two concepts alternate.
    n_concepts : int, default=2
        Number of parts of the stream; each part but the first starts with a change.
    width : int, default=500
        Length of a gradual or incremental change, in rows.
    n_classes, n_features : int, default=3 and 10
        Number of classes and of channels.
    separation : float, default=6.0
        Root mean square distance of two centres, in standard deviations.
    random_state : int, RandomState instance or None, default=None
        Seed.
    return_concept : bool, default=False
        Whether to return the concept of each row as well.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
        The stream.
    y : ndarray of shape (n_samples,)
        The class of each row.
    concept : ndarray of shape (n_samples,)
        Number of the concept, from 0; fractional while centres move. Only with
        ``return_concept``.

    References
    ----------
    J. Gama, I. Zliobaite, A. Bifet, M. Pechenizkiy, A. Bouchachia, "A survey on concept
    drift adaptation", ACM Computing Surveys 46(4), 44, 2014.

    Examples
    --------
    >>> from sparcelearn.datasets import make_drifting_stream
    >>> X, y, concept = make_drifting_stream(100, random_state=0, return_concept=True)
    >>> concept[[0, 49, 50, 99]]
    array([0., 0., 1., 1.])
    """
    rng = check_random_state(random_state)
    n_drawn = min(n_concepts, 2) if drift == "recurring" else n_concepts
    scale = separation / np.sqrt(2 * n_features)
    centers = scale * rng.standard_normal((n_drawn, n_classes, n_features))

    rows = np.arange(n_samples)
    changes = (n_samples * np.arange(1, n_concepts)) // n_concepts
    if drift in ("abrupt", "recurring"):
        concept = np.searchsorted(changes, rows, side="right") % n_drawn * 1.0
    else:
        progress = np.clip((rows - changes[:, np.newaxis]) / width + 0.5, 0, 1)
        if drift == "gradual":
            progress = rng.uniform(size=progress.shape) < progress
        concept = progress.sum(axis=0, dtype=np.float64)

    y = rng.randint(0, n_classes, n_samples)
    old = np.floor(concept).astype(int)
    share = (concept - old)[:, np.newaxis]
    new = np.minimum(old + 1, n_drawn - 1)
    X = (1 - share) * centers[old, y] + share * centers[new, y]
    X += rng.standard_normal(X.shape)
    return (X, y, concept) if return_concept else (X, y)
