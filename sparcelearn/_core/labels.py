"""Labels of classes, as users give them: text or whole numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["check_classes", "check_known", "classes_of_call", "sorted_labels"]


def sorted_labels(name: str, labels: Any) -> NDArray[Any]:
    """Return labels, sorted and each once; text beside numbers, and none at all, is refused."""
    values = labels if hasattr(labels, "dtype") else np.array(labels, dtype=object)
    if values.ndim == 1 and values.dtype == object:
        kinds = sorted({_kind_of_label(label) for label in values})
        if len(kinds) > 1 or kinds == ["None"]:
            raise TypeError(
                f"{name} must be of text alone or of numbers alone, got {' and '.join(kinds)}"
            )
    return np.unique(np.asarray(labels))


def _kind_of_label(label: Any) -> str:
    """Return what a label is, as messages call it."""
    if label is None or (isinstance(label, float) and math.isnan(label)):
        return str(label)
    return "text" if isinstance(label, str) else "numbers"


def check_classes(classes: ArrayLike) -> NDArray[Any]:
    """Return a list of labels, sorted and each once."""
    labels = sorted_labels("classes", classes)
    if np.ndim(classes) != 1:
        raise ValueError(f"classes must have one dimension, got shape {np.shape(classes)}")
    kind = labels.dtype.kind
    if kind == "c" or (kind == "f" and not all(map(float.is_integer, labels.tolist()))):
        raise ValueError(
            "Unknown label type: classes must be whole numbers or text, not continuous; got "
            f"{', '.join(map(str, labels[:5].tolist()))}{', ...' * (labels.size > 5)}"
        )
    return labels


def classes_of_call(known: NDArray[Any] | None, classes: ArrayLike | None) -> NDArray[Any]:
    """Return the classes of a stream, which its first call must tell, and no other may change.

    Parameters
    ----------
    known : ndarray of shape (n_classes,), or None
        Those of earlier calls.
    classes : array-like of shape (n_classes,), or None
        Those of this call.
    """
    if classes is None:
        if known is None:
            raise ValueError("classes must be passed on the first call to partial_fit")
        return known
    labels = check_classes(classes)
    if known is not None and not np.array_equal(known, labels):
        raise ValueError(f"classes={labels} differ from those of the first call, {known}")
    return labels


def check_known(labels: NDArray[Any], classes: NDArray[Any]) -> None:
    """Refuse labels, each given once, of which some are not among the classes."""
    known = set(classes.tolist())
    unknown = [label for label in labels.tolist() if label not in known]
    if unknown:
        raise ValueError(
            f"y has labels {unknown} that are not among classes {classes}"
            f"{_hint_at_type(unknown, classes)}"
        )


def _hint_at_type(unknown: list[Any], classes: NDArray[Any]) -> str:
    """Return a hint where labels are known ones of another type, such as ``1.0`` and ``"1"``."""

    def number(label: Any) -> float | None:
        try:
            return float(label)
        except (TypeError, ValueError):
            return None

    known = {number(label) for label in classes.tolist()}
    is_alike = all(number(label) is not None and number(label) in known for label in unknown)
    return ": the same numbers, of another type or written otherwise" if is_alike else ""
