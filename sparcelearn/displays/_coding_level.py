"""The share of active features during learning."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone, is_classifier

from ._style import BLUE, RED, Display, finite, legend_above


class CodingLevelDisplay(Display):
    """Coding level, and optionally the score, over training.

    Parameters
    ----------
    coding_level : array-like of shape (n_points,)
        Share of features above threshold.
    score : array-like of shape (n_points,), default=None
        Score at the same points.
    positions : array-like of shape (n_points,), default=None
        Positions of the points; None is 1, 2, ...
    position_name : str, default="epoch"
        Name of the axis of positions.

    Examples
    --------
    >>> from sparcelearn.displays import CodingLevelDisplay
    >>> display = CodingLevelDisplay([0.6, 0.5, 0.45], [0.8, 0.9, 0.92])
    >>> display.plot()  # doctest: +SKIP
    """

    def __init__(
        self,
        coding_level: ArrayLike,
        score: ArrayLike | None = None,
        positions: ArrayLike | None = None,
        position_name: str = "epoch",
    ) -> None:
        self.coding_level = finite("coding_level", coding_level)
        self.score = None if score is None else finite("score", score)
        given = positions is not None
        self.positions = np.asarray(positions) if given else np.arange(len(self.coding_level)) + 1
        self.position_name = position_name

    @classmethod
    def from_estimator(
        cls,
        readout: Any,
        X: ArrayLike,
        y: ArrayLike,
        *,
        X_test: ArrayLike | None = None,
        y_test: ArrayLike | None = None,
        n_epochs: int = 20,
        ax: Any = None,
    ) -> Self:
        """Train a copy of a readout epoch by epoch with ``partial_fit``, and draw the result.

        Parameters
        ----------
        readout : SparceClassifier or SparceRegressor
            Its parameters are used; it is not changed.
        X : array-like of shape (n_samples, n_features)
            Features to learn from.
        y : array-like of shape (n_samples,)
            Targets.
        X_test, y_test : array-like, default=None
            Samples for the score; None leaves it out.
        n_epochs : int, default=20
            Number of passes over the samples.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        CodingLevelDisplay
        """
        learner = clone(readout)
        first = {"classes": np.unique(y)} if is_classifier(learner) else {}
        levels, scores = [], []
        for _ in range(n_epochs):
            learner.partial_fit(X, y, **first)
            levels.append(learner.coding_level_)
            if X_test is not None:
                scores.append(learner.score(X_test, y_test))
        return cls(levels, scores or None).plot(ax)

    def _draw(self, ax: Any) -> None:
        lines = ax.plot(
            self.positions, self.coding_level, "s-", color=RED, ms=4, label="coding level"
        )
        ax.set(xlabel=self.position_name, ylim=(0, 1.05))
        ax.set_ylabel("coding level", color=RED)
        if self.score is not None:
            right = ax.twinx()
            lines += right.plot(self.positions, self.score, "o-", color=BLUE, ms=4, label="score")
            right.set_ylabel("score", color=BLUE)
            right.spines["top"].set_visible(False)
        legend_above(ax, lines)
