"""Readouts to compare, each with the same number of settings to choose from.

Features are divided by one number (their standard deviation over the training data), so that
one grid of step sizes is suitable for all reservoirs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.linear_model import RidgeClassifier, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.utils import gen_batches

from sparcelearn.readouts import SparceClassifier

LEVELS = (0.2, 0.4, 0.6, 0.8)
Steps = tuple[tuple[float, float], ...]
STEPS: Steps = ((1e-3, 0.1), (5e-3, 0.1))
RATES = (2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2)


class TopK(TransformerMixin, BaseEstimator):
    """Keep the largest features of each sample, by size, and set the others to 0."""

    def __init__(self, share: float = 0.4) -> None:
        self.share = share

    def fit(self, X: ArrayLike, y: Any = None) -> TopK:
        """Learn nothing."""
        return self

    def transform(self, X: NDArray) -> NDArray:
        """Return features, most of them 0."""
        k = max(1, round(self.share * X.shape[1]))
        kept = np.empty_like(X)
        for some in gen_batches(len(X), 1_000):  # all at once would be X several times over
            size = np.abs(X[some])
            kept[some] = np.where(size >= np.partition(size, -k, axis=1)[:, -k, None], X[some], 0)
        return kept


class RandomPruning(TransformerMixin, BaseEstimator):
    """Keep a random part of the features: as few active ones as a sparse code has."""

    def __init__(self, share: float = 0.4, random_state: int = 0) -> None:
        self.share = share
        self.random_state = random_state

    def fit(self, X: NDArray, y: Any = None) -> RandomPruning:
        """Draw which."""
        rng = np.random.default_rng(self.random_state)
        n = max(1, round(self.share * X.shape[1]))
        self.kept_ = np.sort(rng.choice(X.shape[1], n, replace=False))
        return self

    def transform(self, X: NDArray) -> NDArray:
        """Return those."""
        return np.ascontiguousarray(X[:, self.kept_])


class RidgeByDescent(ClassifierMixin, BaseEstimator):
    """Ridge on labels of 1 and -1, all classes at once by conjugate gradients.

    ``alpha`` counts per sample. For matrices whose squares are too large: X is only
    multiplied, in its dtype.
    """

    def __init__(self, alpha: float = 1.0, max_iter: int = 60, tol: float = 1e-4) -> None:
        self.alpha = alpha
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, X: NDArray, y: NDArray) -> RidgeByDescent:
        """Solve (X' X + n alpha) W = X' Y; the intercept contains the means."""
        self.classes_, labels = np.unique(y, return_inverse=True)
        Y = np.where(labels[:, np.newaxis] == np.arange(len(self.classes_)), 1, -1)
        self.mean_ = X.mean(axis=0, dtype=np.float64).astype(X.dtype)
        residual = X.T @ (Y - Y.mean(axis=0)).astype(X.dtype)
        W, step = np.zeros_like(residual), residual.copy()
        size = start = np.sum(residual**2, axis=0)
        for _ in range(self.max_iter):
            if np.all(size <= self.tol**2 * start):
                break
            moved = X @ step
            moved -= moved.mean(axis=0, dtype=np.float64)  # exactly: else steps may diverge
            curved = X.T @ moved + self.alpha * len(X) * step  # moved has mean 0: X as if centred
            rate = size / np.sum(step * curved, axis=0)
            W += rate * step
            residual -= rate * curved
            size, last = np.sum(residual**2, axis=0), size
            step = residual + size / last * step
        self.coef_, self.intercept_ = W, Y.mean(axis=0) - self.mean_ @ W
        return self

    def predict(self, X: NDArray) -> NDArray:
        """Return the class of the largest output."""
        return self.classes_[np.argmax(X @ self.coef_ + self.intercept_, axis=1)]


def arms(
    max_iter: int, n_samples: int, n_features: int, seed: int, steps: Steps = STEPS
) -> dict[str, list[Any]]:
    """Return the estimators that each arm chooses from: six settings each.

    ``n_samples`` and ``n_features`` decide how ridge is solved; ``steps`` are the two pairs of
    learning rate and threshold rate that learned thresholds choose from.
    """
    online = {"max_iter": max_iter, "random_state": seed, "solver": "adam", "alpha": 0.0}
    online |= {
        "loss": "sigmoid",
        "batch_size": 20,
        "learning_rate_schedule": "linear",
        "average": None,
    }
    sparse = [(level, rate) for level in LEVELS[1:] for rate in (1e-3, 5e-3)]

    def plain(rate: float) -> SparceClassifier:
        return SparceClassifier(None, learning_rate=rate, **online)

    solver = "svd" if n_samples < n_features else "cholesky"
    return {
        "SpaRCe": [
            SparceClassifier(n, learning_rate=r, threshold_rate=t, **online)
            for n in LEVELS[1:] for r, t in steps
        ],
        "fixed thresholds": [
            SparceClassifier(n, learning_rate=r, learn_thresholds=False, **online)
            for n, r in sparse
        ],
        "no thresholds": [plain(rate) for rate in RATES],
        "ridge": [RidgeClassifier(a, solver=solver) for a in np.logspace(-1, 5, 6) * n_samples],
        "L1": [
            SGDClassifier(
                loss="log_loss", penalty="l1", alpha=a, max_iter=max_iter, tol=None,
                random_state=seed,
            )
            for a in np.logspace(-6, -3.5, 6)
        ],
        "top-k activity": [make_pipeline(TopK(1 - n), plain(r)) for n, r in sparse],
        "random pruning": [make_pipeline(RandomPruning(1 - n, seed), plain(r)) for n, r in sparse],
    }  # fmt: skip
