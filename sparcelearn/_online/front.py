"""What makes the features of a stream: a reservoir, a stack of them, or a pipeline around one."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.pipeline import Pipeline

from sparcelearn._core.as_fitted import as_fitted
from sparcelearn.reservoir import StackedReservoir
from sparcelearn.reservoir._base import BaseReservoir

__all__ = ["FRONTS", "front_of"]

FRONTS = (BaseReservoir, StackedReservoir, Pipeline)


def front_of(estimator: Any) -> Any:
    """Return what runs a stream: the estimator itself, or a view on a pipeline around it.

    Parameters
    ----------
    estimator : BaseReservoir, StackedReservoir or Pipeline
        A pipeline has one reservoir, and before and after it transformers of rows.

    Returns
    -------
    BaseReservoir, StackedReservoir or PipelineFront

    Raises
    ------
    ValueError
        If a pipeline holds no reservoir, or several.
    """
    return PipelineFront(estimator) if isinstance(estimator, Pipeline) else estimator


class PipelineFront:
    """A pipeline seen as the reservoir in it; changes the estimators of the pipeline.

    Parameters
    ----------
    pipeline : Pipeline
        Fitted or not.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        steps = [step for _, step in pipeline.steps if step not in (None, "passthrough")]
        places = [k for k, step in enumerate(steps) if isinstance(step, FRONTS[:2])]
        if len(places) != 1:
            raise ValueError(
                "reservoir is a pipeline, which must hold one reservoir (or StackedReservoir); "
                f"it holds {len(places)}."
            )
        self.pipeline = pipeline
        self.before, self.after = steps[: places[0]], steps[places[0] + 1 :]
        self.reservoir = steps[places[0]]

    @property
    def carry_state(self) -> bool:
        """Whether samples are successive pieces of one stream."""
        return bool(as_fitted(self.reservoir).carry_state)

    @property
    def n_units(self) -> int:
        """Number of units."""
        return int(as_fitted(self.reservoir).n_units)

    def fit(self, X: ArrayLike) -> Any:
        """Fit all steps, and return to rest."""
        self.pipeline.fit(X)
        self.reservoir.reset_state()
        return self

    def _begin(self, X: ArrayLike) -> Any:
        return self.fit(X)

    def reset_state(self) -> Any:
        """Return the stream to rest."""
        self.reservoir.reset_state()
        return self

    def transform(self, X: ArrayLike) -> Any:
        """Return features, without moving time."""
        return self._respond(X)[0]

    def _respond(self, X: ArrayLike) -> tuple[Any, NDArray[np.int64], dict[str, Any]]:
        features, counts, after = self.reservoir._respond(_through(self.before, X))
        return _through(self.after, features), counts, after

    def _follow(self, X: ArrayLike) -> tuple[Any, NDArray[np.int64], dict[str, Any]]:
        features, counts, after = self.reservoir._follow(_through(self.before, X))
        return _through(self.after, features), counts, after

    def _go_on(self, after: dict[str, Any]) -> None:
        self.reservoir._go_on(after)

    def _ahead(self) -> PipelineFront:
        """Return a copy whose time may move."""
        pipeline, ahead = copy(self.pipeline), self.reservoir._ahead()
        pipeline.steps = [
            (name, ahead if step is self.reservoir else step) for name, step in pipeline.steps
        ]
        return PipelineFront(pipeline)

    def _stepper(self, *, is_final: bool = False) -> PipelineStepper:
        return PipelineStepper(self, self.reservoir._stepper(is_final=is_final))


class PipelineStepper:
    """Moves the reservoir of a pipeline row by row.

    Parameters
    ----------
    front : PipelineFront
        The pipeline.
    inner : Stepper
        That of its reservoir.

    Attributes
    ----------
    row, largest, features, spike_counts, is_final
        As of a reservoir's stepper; ``features`` is a new array after each step.
    """

    def __init__(self, front: PipelineFront, inner: Any) -> None:
        self.inner = inner
        self.before, self.after = map(_without_names, (front.before, front.after))
        self.row = np.zeros(front.pipeline.n_features_in_)
        self.largest = inner.largest
        self.spike_counts = inner.spike_counts
        self.features = _through(self.after, inner.features[np.newaxis])[0]

    def step(self) -> None:
        """Move time past ``row``, and set ``features``."""
        self.inner.row[:] = _through(self.before, self.row[np.newaxis])[0]
        self.inner.step()
        self.features = _through(self.after, self.inner.features[np.newaxis])[0]

    def undo(self) -> None:
        """Take the last step back."""
        self.inner.undo()

    @property
    def is_final(self) -> bool:
        """Whether it serves for the next row, too."""
        return bool(self.inner.is_final)

    @property
    def n_steps(self) -> int:
        """Rows that time was moved past."""
        return int(self.inner.n_steps)


def _through(transformers: list[Any], X: Any) -> Any:
    for transformer in transformers:
        X = transformer.transform(X)
    return X


def _without_names(transformers: list[Any]) -> list[Any]:
    """Return copies that do not ask for names of columns, which single rows lack."""
    copies = [copy(transformer) for transformer in transformers]
    for transformer in copies:
        vars(transformer).pop("feature_names_in_", None)
    return copies
