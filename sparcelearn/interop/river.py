"""Online estimators as models of river: one row of a stream a call, by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from river import base

from sparcelearn._core.names import values_by_name
from sparcelearn._online.classifier import ReservoirClassifier
from sparcelearn._online.regressor import ReservoirRegressor

__all__ = ["StreamClassifier", "StreamRegressor"]


class _StreamModel(base.Estimator):
    """What both do: rows by name, and time that moves with ``learn_one`` alone."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self._running = deepcopy(model)
        self._names: list[Any] | None = None

    def _is_fresh(self) -> bool:
        return not hasattr(self._running, "reservoir_")

    def _row(self, x: dict[Any, Any]) -> Any:
        """Return the values of a row; columns are in the order of their names."""
        if self._names is None:
            self._names = list(getattr(self._running, "feature_names_in_", sorted(x, key=str)))
        return values_by_name(x, self._names)

    def _learn(self, x: dict[Any, Any], y: Any, **classes: Any) -> None:
        row = self._row(x)
        if self._is_fresh():
            self._running.partial_fit([row], [y], **classes)
        else:
            self._running.learn(row, y)

    def _unit_test_skips(self) -> set[str]:
        """Return river's checks of streams whose columns come and go: these are refused."""
        return {
            "check_emerging_features",
            "check_disappearing_features",
            "check_radically_disappearing_features",
        }


class StreamClassifier(_StreamModel, base.Classifier):
    """A `ReservoirClassifier` as a classifier of river.

    ``learn_one`` moves time by one row and learns; ``predict_one`` leaves time where it is. Columns
    are sorted by name at the first row; a later row that lacks one, or has another, is refused.

    Parameters
    ----------
    model : ReservoirClassifier
        A reservoir with ``carry_state=True`` and a readout; copied. One that was fitted goes on.
    classes : sequence
        All labels that can occur.

    Examples
    --------
    >>> from sparcelearn import ReservoirClassifier
    >>> from sparcelearn.interop.river import StreamClassifier
    >>> from sparcelearn.reservoir import EchoStateReservoir
    >>> reservoir = EchoStateReservoir(50, carry_state=True, random_state=0)
    >>> model = StreamClassifier(ReservoirClassifier(reservoir, random_state=0), [False, True])
    >>> for k in range(200):
    ...     model.learn_one({"a": float(k % 2), "b": 0.5}, k % 2 == 1)
    >>> bool(model.predict_one({"b": 0.5, "a": 0.0}))
    False
    """

    def __init__(self, model: ReservoirClassifier, classes: Sequence[Any]) -> None:
        super().__init__(model)
        self.classes = classes

    @property
    def _multiclass(self) -> bool:
        return len(self.classes) > 2

    def learn_one(self, x: dict[Any, Any], y: Any) -> None:
        """Move time by one row, and learn its label."""
        self._learn(x, y, classes=self.classes)

    def predict_one(self, x: dict[Any, Any], **kwargs: Any) -> Any:
        """Return the label of a row as if it came next; None before anything was learned."""
        return None if self._is_fresh() else self._running.peek(self._row(x))

    def predict_proba_one(self, x: dict[Any, Any], **kwargs: Any) -> dict[Any, float]:
        """Return the probability of each label, of a row as if it came next."""
        if self._is_fresh():
            return dict.fromkeys(self.classes, 1 / len(self.classes))
        probabilities = self._running.predict_proba([self._row(x)])[0]
        return dict(zip(self._running.classes_.tolist(), probabilities.tolist(), strict=True))

    @classmethod
    def _unit_test_params(cls) -> Iterator[dict[str, Any]]:
        yield {"model": _small(ReservoirClassifier), "classes": [False, True]}


class StreamRegressor(_StreamModel, base.Regressor):
    """A `ReservoirRegressor` as a regressor of river.

    ``learn_one`` moves time by one row and learns; ``predict_one`` leaves time where it is. Columns
    are sorted by name at the first row; a later row that lacks one, or has another, is refused.

    Parameters
    ----------
    model : ReservoirRegressor
        A reservoir with ``carry_state=True`` and a readout; copied. One that was fitted goes on.

    Examples
    --------
    >>> from sparcelearn import ReservoirRegressor
    >>> from sparcelearn.interop.river import StreamRegressor
    >>> from sparcelearn.reservoir import EchoStateReservoir
    >>> reservoir = EchoStateReservoir(50, carry_state=True, random_state=0)
    >>> model = StreamRegressor(ReservoirRegressor(reservoir, random_state=0))
    >>> for k in range(300):
    ...     model.learn_one({"a": float(k % 2)}, 2.0 * (k % 2))
    >>> abs(model.predict_one({"a": 0.0})) < 0.3
    True
    """

    def __init__(self, model: ReservoirRegressor) -> None:
        super().__init__(model)

    def learn_one(self, x: dict[Any, Any], y: Any) -> None:
        """Move time by one row, and learn its value."""
        self._learn(x, y)

    def predict_one(self, x: dict[Any, Any]) -> float:
        """Return the value of a row as if it came next; 0 before anything was learned."""
        predicted = None if self._is_fresh() else self._running.peek(self._row(x))
        return 0.0 if predicted is None else float(predicted)

    @classmethod
    def _unit_test_params(cls) -> Iterator[dict[str, Any]]:
        yield {"model": _small(ReservoirRegressor)}


def _small(kind: Any) -> Any:
    from sparcelearn.reservoir import EchoStateReservoir

    return kind(EchoStateReservoir(20, carry_state=True, random_state=0), random_state=0)
