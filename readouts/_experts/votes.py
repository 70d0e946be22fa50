"""Who was wrong lately, and how much the vote of each counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

__all__ = ["recent_mistakes", "shares_of_votes", "weights_of"]

NO_ANSWER = -1


def recent_mistakes(
    before: NDArray[np.float64], was_wrong: NDArray[np.bool_], window: float
) -> NDArray[np.float64]:
    """Return the mistakes of each expert, old ones faded.

    Parameters
    ----------
    before : ndarray of shape (n_experts,)
        Recent mistakes so far.
    was_wrong : ndarray of shape (n_samples, n_experts)
        Who was wrong at each sample.
    window : float
        Over how many samples mistakes count.
    """
    if not len(was_wrong):
        return before
    kept = 1.0 - 1.0 / window
    counts, _ = lfilter([1.0], [1.0, -kept], was_wrong, axis=0, zi=kept * before[np.newaxis])
    return counts[-1]


def weights_of(mistakes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return weights of experts, which sum to 1, from their recent mistakes."""
    weights = np.exp(mistakes.min() - mistakes)
    return weights / weights.sum()


def shares_of_votes(
    said: list[NDArray[np.int64]], weights: NDArray[np.float64], n_classes: int
) -> NDArray[np.float64]:
    """Return the share of each class at each sample; 0 of all where no expert said anything.

    Parameters
    ----------
    said : list of ndarray of shape (n_samples,)
        What each expert says: places of labels among the classes, or -1 for nothing.
    weights : ndarray of shape (n_experts,)
        What their votes count.
    n_classes : int
        Number of classes.

    Returns
    -------
    ndarray of shape (n_samples, n_classes)
    """
    votes = np.zeros((len(said[0]), n_classes))
    for places, weight in zip(said, weights, strict=True):
        voters = np.flatnonzero(places != NO_ANSWER)
        votes[voters, places[voters]] += weight
    total = votes.sum(axis=1, keepdims=True)
    return np.divide(votes, total, out=votes, where=total > 0)
