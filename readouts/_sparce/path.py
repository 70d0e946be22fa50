"""The path of levels of sparsity: readouts at all levels, on features read once."""

from __future__ import annotations

import math
from copy import copy
from dataclasses import KW_ONLY, dataclass
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import ArrayLike, NDArray
from sklearn.base import (
    BaseEstimator,
    MetaEstimatorMixin,
    clone,
    is_classifier,
)
from sklearn.metrics import check_scoring, get_scorer_names
from sklearn.model_selection import (
    KFold,
    ShuffleSplit,
    StratifiedKFold,
    StratifiedShuffleSplit,
    check_cv,
)
from sklearn.utils import check_random_state
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.callbacks import CallbackSupportMixin, FitTask, fit_task, with_callbacks
from sparcelearn._core.validation import Interval, StrOptions, check_parameters, unchanged_on_error

from .._epochs import Epochs
from .percentiles import magnitude_quantiles
from .rule import SparceReadout

VALIDATION_FRACTION = 0.2
FEW_SAMPLES, N_FOLDS = 500, 5  # so few are looked at in turn, for as long as they are learned
PART_OF_EPOCHS = 8  # chooses as well as all of them do, at a third of the cost (docs/sparce.rst)


def offers(method: str) -> Any:
    def check(self: Any) -> bool:
        getattr(self.estimator_ if hasattr(self, "estimator_") else self._template(), method)
        return True

    return available_if(check)


@dataclass(eq=False, repr=False)
class SparsePath(CallbackSupportMixin, MetaEstimatorMixin, BaseEstimator):
    """What the CV readouts share: the path, the choice, and the readout fitted to all data."""

    estimator: Any = None
    _: KW_ONLY
    sparsities: ArrayLike = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95)
    max_iter: int | None = None
    cv: Any = None
    scoring: Any = None
    n_jobs: int | None = None

    _default: ClassVar[type[SparceReadout]]
    _parameter_constraints: ClassVar[dict[str, list]] = {
        "estimator": [SparceReadout, None],
        "sparsities": ["array-like"],
        "max_iter": [Interval(Integral, 1, None, closed="left"), None],
        "cv": ["cv_object"],
        "scoring": [StrOptions(set(get_scorer_names())), callable, None],
        "n_jobs": [Integral, None],
    }

    @unchanged_on_error
    @with_callbacks
    def fit(self, X: ArrayLike, y: ArrayLike) -> Any:
        """Learn at every level on every training part, choose, and learn from all samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features. A float32 or float64 array in C order is read in place.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Labels or target values.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If a parameter, ``X`` or ``y`` is not valid. The estimator then stays as it was.
        """
        check_parameters(self)
        levels = self._levels()
        template = self._template()
        check_parameters(template)
        features, labels = template._check(X, y, reset=True)
        part_of_epochs = 1 if len(labels) < FEW_SAMPLES else PART_OF_EPOCHS
        n_epochs = self.max_iter or math.ceil(template.max_iter / part_of_epochs)
        targets = template._encode(labels)
        seed = _seed(template.random_state)
        scorer = check_scoring(template, self.scoring)

        splits = self._splits(features, labels, seed)
        task = fit_task(self, X, y, len(splits) * len(levels) + 1)

        def learn(part: FitTask, level: float, q: NDArray, rows: NDArray, held_out: NDArray) -> Any:
            part.begin()
            readout = copy(template).set_params(sparsity=level, max_iter=n_epochs)
            random_state = check_random_state(seed)
            readout._start(features, targets.shape[1], random_state)
            readout._freeze(q)
            readout.t_, readout.loss_curve_ = 0, []
            Epochs.of(readout).run(readout, features, targets, rows, None, random_state)
            score = scorer(readout, features[held_out], labels[held_out])
            part.end(fitted=None)
            return score, readout.coding_level_

        results = []
        for rows, held_out in splits:
            quantiles = magnitude_quantiles(features, _calibrators(template, rows, seed), levels)
            results += Parallel(n_jobs=self.n_jobs, require="sharedmem")(
                delayed(learn)(task.part("level"), float(level), q, rows, held_out)
                for level, q in zip(levels, quantiles, strict=True)
            )
        scores, coding_levels = np.array(results).reshape(-1, len(levels), 2).transpose(2, 0, 1)
        self.sparsity_path_ = {
            "sparsity": levels,
            "scores": scores.T,
            "mean_score": scores.mean(axis=0),
            "std_score": scores.std(axis=0),
            "coding_level": coding_levels.mean(axis=0),
        }
        means = scores.mean(axis=0)
        best = levels[means == means.max()]  # few samples leave several equally good
        self.sparsity_ = float(best[len(best) // 2])
        self.estimator_ = self._template().set_params(sparsity=self.sparsity_)
        with task.handed_to(self.estimator_, "refit"):
            self.estimator_.fit(X, y)
        for name in ("classes_", "n_iter_", "n_features_in_", "feature_names_in_"):
            self.__dict__.pop(name, None)
            if hasattr(self.estimator_, name):
                setattr(self, name, getattr(self.estimator_, name))
        task.end()
        return self

    def _template(self) -> Any:
        return self._default() if self.estimator is None else clone(self.estimator)

    def _levels(self) -> NDArray[np.float64]:
        levels = np.asarray(self.sparsities, dtype=np.float64)
        if levels.ndim != 1 or levels.size == 0 or not np.all((levels >= 0) & (levels < 1)):
            raise ValueError(
                "sparsities must be a list of levels from 0 to below 1, at least one; "
                f"got {self.sparsities!r}"
            )
        return np.unique(levels)

    def _splits(self, X: NDArray, y: NDArray, seed: int) -> list[tuple[NDArray, NDArray]]:
        """Return the rows to learn from and to validate on, once or for each fold."""
        if self.cv is not None:
            return list(check_cv(self.cv, y, classifier=is_classifier(self)).split(X, y))
        if is_classifier(self) and len(y) < FEW_SAMPLES:  # a fifth of them would say little
            n_folds = min(N_FOLDS, int(np.unique(y, return_counts=True)[1].min()))
            folds = StratifiedKFold if n_folds > 1 else KFold
            return list(folds(max(n_folds, 2), shuffle=True, random_state=seed).split(X, y))
        splitter = StratifiedShuffleSplit if is_classifier(self) else ShuffleSplit
        return list(splitter(1, test_size=VALIDATION_FRACTION, random_state=seed).split(X, y))

    def predict(self, X: ArrayLike) -> NDArray:
        """Predict with the readout at the chosen level.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Labels or values.
        """
        check_is_fitted(self)
        return self.estimator_.predict(X)

    def sparse_code(self, X: ArrayLike) -> NDArray:
        """Return the thresholded features, what the weights see.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.

        Returns
        -------
        x : ndarray of shape (n_samples, n_features)
            ``sign(X) * max(0, |X| - thresholds)``.
        """
        check_is_fitted(self)
        return self.estimator_.sparse_code(X)


def _seed(random_state: Any) -> Any:
    """Return what every level starts from alike: the seed, or one drawn now."""
    if isinstance(random_state, Integral):
        return random_state
    return check_random_state(random_state).randint(2**31)


def _calibrators(readout: SparceReadout, rows: NDArray, seed: int) -> NDArray:
    """Return the rows that percentiles are taken over."""
    wanted = readout.calibration_samples
    if wanted is None or wanted >= len(rows):
        return rows
    return check_random_state(seed).choice(rows, wanted, replace=False)
