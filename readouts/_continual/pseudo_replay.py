"""Replay without stored samples, of pseudo-samples: of normal classes, or labelled as before."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.arrays import read_only
from sparcelearn._core.kernel_modules import load_module
from sparcelearn._core.kernel_text import assemble
from sparcelearn._core.labels import check_classes, check_known, sorted_labels
from sparcelearn._core.validation import StrOptions

from .rehearsal import RehearsingClassifier


@dataclass(eq=False, repr=False)
class PseudoReplayClassifier(RehearsingClassifier):
    """Any online classifier, with generated samples of old classes between new samples.

    The mean and variance of each feature are kept for every class. Between new samples the
    readout learns from pseudo-samples drawn from these::

        gaussian    x_i = mean_ci + sqrt(variance_ci) * normal    c: a random class seen so far
        teacher     x_i = mean_i + sqrt(variance_i) * normal      labelled by the old readout

    "teacher" is pseudo-rehearsal [1]_: means and variances are of all samples before, whatever
    their class, and the labels are what the readout said of such inputs before this call. So
    give it one call for each task: while one call goes on, the teacher stays as it was. No
    sample is kept, and memory does not grow with the stream.

    Parameters
    ----------
    readout : estimator
        Classifier with ``partial_fit``, on rows of features. It is not changed.
    n_replay : int, default=3
        Samples that are generated for every new one.
    generator : {"gaussian", "teacher"}, default="gaussian"
        Where pseudo-samples come from, see above. "teacher" generates none in the first call.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.

    Attributes
    ----------
    readout_ : estimator
        The fitted readout.
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    counts_ : ndarray of shape (n_classes,)
        Samples seen of each class.
    means_ : ndarray of shape (n_classes, n_features)
        Their means.
    squares_ : ndarray of shape (n_classes, n_features)
        Their sums of squared deviations from the means.
    t_ : int
        Samples seen, generated ones not counted.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of features, where X had some.

    See Also
    --------
    ReplayClassifier : With samples kept.

    References
    ----------
    .. [1] A. Robins, "Catastrophic Forgetting, Rehearsal and Pseudorehearsal", Connection
       Science 7(2), 123-146, 1995.

    Examples
    --------
    Digits in the order of their labels, each seen once:

    >>> import numpy as np
    >>> from sklearn.datasets import load_digits
    >>> from sparcelearn.readouts import DeltaClassifier, PseudoReplayClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> order = np.argsort(y[:1200], kind="stable")
    >>> readout = PseudoReplayClassifier(DeltaClassifier(), random_state=0)
    >>> readout = readout.partial_fit(X[order] / 16, y[order], classes=range(10))
    >>> bool(readout.score(X[1200:] / 16, y[1200:]) > 0.8)
    True
    """

    readout: Any
    _: KW_ONLY
    n_replay: int = 3
    generator: str = "gaussian"
    random_state: Any = None

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **RehearsingClassifier._parameter_constraints,
        "generator": [StrOptions({"gaussian", "teacher"})],
    }

    def _rehearse(
        self, X: Any, y: NDArray[Any], classes: Any, first: bool
    ) -> tuple[Any, NDArray[Any], dict[str, Any]]:
        if getattr(X, "ndim", 0) != 2:
            raise ValueError("X must be rows of features, of two dimensions, to be generated from.")
        labels = check_classes(classes) if first else self.classes_
        check_known(sorted_labels("y", y), labels)
        codes = np.searchsorted(labels, y)
        if first:
            state = np.zeros(labels.size), *np.zeros((2, labels.size, X.shape[1]))
        else:
            state = self.counts_.copy(), self.means_.copy(), self.squares_.copy()
        n_rows = len(X) * (1 + int(self.n_replay))
        rows, drawn = np.empty((n_rows, X.shape[1]), X.dtype), np.empty(n_rows, np.int64)
        n = load_module(assemble("sparcelearn.readouts.kernels.replay")).imagine(
            read_only(X), codes, int(self.n_replay), self.t_, self._seed, *state, rows, drawn
        )
        after = dict(zip(("counts_", "means_", "squares_"), state, strict=True))
        if self.generator == "teacher":
            return *self._taught(X, y, first), after
        return rows[:n], labels[drawn[:n]], after

    def _taught(
        self, X: NDArray[Any], y: NDArray[Any], first: bool
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return samples, each followed by random ones that the readout labels as it is now."""
        if first:
            return X, y
        weights = self.counts_ / self.counts_.sum()
        mean = weights @ self.means_
        variance = weights @ (self.means_ - mean) ** 2 + self.squares_.sum(axis=0) / (
            self.counts_.sum()
        )
        n, n_replay = len(X), int(self.n_replay)
        rng = np.random.RandomState([self._seed, self.t_ % 2**32])
        drawn = mean + np.sqrt(variance) * rng.standard_normal((n, n_replay, X.shape[1]))
        drawn = drawn.astype(X.dtype, copy=False)
        labels = np.asarray(self.readout_.predict(drawn.reshape(-1, X.shape[1])))
        rows = np.concatenate([X[:, np.newaxis], drawn], axis=1).reshape(-1, X.shape[1])
        return rows, np.column_stack([y, labels.reshape(n, n_replay)]).ravel()
