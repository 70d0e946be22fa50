"""Scores of each task while later ones are learned."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ._style import Display, finite


class ForgettingDisplay(Display):
    """Scores of all tasks after each task, as a matrix.

    Column by column: a task is learned on the diagonal, and kept or forgotten below it.

    Parameters
    ----------
    scores : array-like of shape (n_tasks, n_tasks)
        As :func:`~sparcelearn.measures.forgetting_matrix` returns them.
    name : str, default="accuracy"
        Name of the score.

    Examples
    --------
    >>> from sparcelearn.displays import ForgettingDisplay
    >>> display = ForgettingDisplay([[0.9, 0.0], [0.3, 0.8]])
    >>> display.plot()  # doctest: +SKIP
    """

    def __init__(self, scores: ArrayLike, name: str = "accuracy") -> None:
        self.scores = finite("scores", scores)
        self.name = name

    def _draw(self, ax: Any) -> None:
        image = ax.imshow(self.scores, cmap="cividis", vmin=min(0.0, self.scores.min()), vmax=1.0)
        for (row, column), score in np.ndenumerate(self.scores):
            colour = "white" if score < 0.6 else "black"
            ax.text(column, row, f"{score:.2f}", ha="center", va="center", color=colour)
        numbers = range(len(self.scores))
        labels = [str(number + 1) for number in numbers]
        ax.set_xticks(numbers, labels)
        ax.set_yticks(numbers, labels)
        ax.set(xlabel="task scored", ylabel="after task")
        self.figure_.colorbar(image, ax=ax, label=self.name)
