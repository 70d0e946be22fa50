"""Score over sparsity."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from ._style import BLUE, GREY, RED, Display, legend_above


class SparsityPathDisplay(Display):
    """Score and learned coding level over the sparsity at the start.

    Parameters
    ----------
    sparsity : array-like of shape (n_levels,)
        Levels.
    scores : array-like of shape (n_levels,) or (n_levels, n_repeats)
        Scores at each level.
    coding_level : array-like of shape (n_levels,), default=None
        Share of features that stay active; None leaves it out.
    baseline : float, default=None
        Score without thresholds.
    score_name : str, default="score"
        Name of the score.

    Examples
    --------
    >>> from sparcelearn.displays import SparsityPathDisplay
    >>> display = SparsityPathDisplay([0.0, 0.4, 0.8], [0.94, 0.96, 0.95], baseline=0.93)
    >>> display.plot()  # doctest: +SKIP
    """

    def __init__(
        self,
        sparsity: ArrayLike,
        scores: ArrayLike,
        coding_level: ArrayLike | None = None,
        baseline: float | None = None,
        score_name: str = "score",
    ) -> None:
        self.sparsity = np.asarray(sparsity)
        self.scores = np.asarray(scores).reshape(len(self.sparsity), -1)
        self.coding_level = coding_level
        self.baseline = baseline
        self.score_name = score_name

    @classmethod
    def from_estimator(cls, search: Any, *, baseline: float | None = None, ax: Any = None) -> Self:
        """Draw the result of a search over levels.

        Parameters
        ----------
        search : SparceClassifierCV, SparceRegressorCV, or a search of scikit-learn
            Fitted. A search of scikit-learn must be over ``sparsity`` alone; in a pipeline, too.
        baseline : float, default=None
            Score without thresholds.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        SparsityPathDisplay
        """
        if hasattr(search, "sparsity_path_"):
            path = search.sparsity_path_
            args = path["sparsity"], path["scores"], path["coding_level"]
            return cls(*args, baseline=baseline, score_name="validation score").plot(ax)
        results = search.cv_results_
        name = next(iter(results["params"][0]))
        if any(set(p) != {name} for p in results["params"]) or not name.endswith("sparsity"):
            raise ValueError(f"The search must be over sparsity alone, not {results['params'][0]}.")
        folds = [key for key in results if key.startswith("split") and "test_score" in key]
        scores = np.stack([results[key] for key in sorted(folds)], axis=1)
        levels = [p[name] for p in results["params"]]
        return cls(levels, scores, baseline=baseline, score_name="validation score").plot(ax)

    def _draw(self, ax: Any) -> None:
        mean = self.scores.mean(axis=1)
        if self.scores.shape[1] > 1:
            spread = self.scores.std(axis=1, ddof=1)
            ax.fill_between(self.sparsity, mean - spread, mean + spread, color=BLUE, alpha=0.2)
        lines = ax.plot(self.sparsity, mean, "o-", color=BLUE, label=self.score_name)
        if self.baseline is not None:
            lines.append(ax.axhline(self.baseline, color=GREY, ls=":", label="no thresholds"))
        ax.set(xlabel="sparsity at the start", ylabel=self.score_name)
        if self.coding_level is not None:
            right = ax.twinx()
            lines += right.plot(
                self.sparsity, self.coding_level, "s--", color=RED, label="coding level"
            )
            right.set_ylabel("coding level", color=RED)
            right.set_ylim(0, 1.05)
            right.spines["top"].set_visible(False)
        legend_above(ax, lines)
