"""The path of levels of sparsity: readouts at all levels, on features read once."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import copy
from dataclasses import KW_ONLY, dataclass
from numbers import Integral
from typing import Any, ClassVar, TypeVar

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
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.available import available_if
from sparcelearn._core.callbacks import CallbackSupportMixin, FitTask, fit_task, with_callbacks
from sparcelearn._core.validation import Interval, StrOptions, check_parameters, unchanged_on_error

from .._epochs import Epochs
from .._weights import without_weightless
from .percentiles import active_sizes, magnitude_quantiles, mean_square
from .rule import SparceReadout
from .tracking import freeze

VALIDATION_FRACTION = 0.2
FEW_SAMPLES, N_FOLDS = 500, 5  # so few are looked at in turn
# How long a level is tried: low ones are slow at first, and after fewer updates look worse.
PART_OF_EPOCHS, N_TRIED = 8, 25_000

Method = TypeVar("Method", bound=Callable[..., Any])


def offers(method: str) -> Callable[[Method], Method]:
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
    verbose: int = 0

    _default: ClassVar[type[SparceReadout]]
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "estimator": [SparceReadout, None],
        "sparsities": ["array-like"],
        "max_iter": [Interval(Integral, 1, None, closed="left"), None],
        "cv": ["cv_object"],
        "scoring": [StrOptions(set(get_scorer_names())), callable, None],
        "n_jobs": [Integral, None],
        "verbose": ["verbose"],
    }

    @unchanged_on_error
    @with_callbacks
    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Any:
        """Learn at every level on every training part, choose, and learn from all samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features. A float32 or float64 array in C order is read in place.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Labels or target values.
        sample_weight : array-like of shape (n_samples,), default=None
            Multiplies each sample's loss, and counts in the score. A weight of 0 is as if the
            sample were not there.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If a parameter or an argument is not valid. The estimator then stays as it was.
        """
        check_parameters(self)
        levels = self._levels()
        template = self._template()
        check_parameters(template)
        X, y, weights = without_weightless(X, y, sample_weight)
        features, labels = template._check(X, y, reset=True)
        n_epochs = self.max_iter or epochs_tried(template.max_iter, len(labels))
        targets = template._encode(labels)
        seed = _seed(template.random_state)
        scorer = check_scoring(template, self.scoring)

        splits = self._splits(features, labels, seed)
        task = fit_task(self, X, y, len(splits) * len(levels) + 1)

        def learn(
            part: FitTask, level: float | None, q: NDArray[Any], seen: Any, rows: Any, held_out: Any
        ) -> tuple[float, float]:
            part.begin()
            readout = copy(template).set_params(sparsity=level, max_iter=n_epochs, verbose=0)
            random_state = check_random_state(seed)
            readout._start(features, targets.shape[1], random_state)
            freeze(readout, active_sizes(features, seen, q), q)
            readout._target_power = mean_square(targets[rows])
            readout.t_, readout.loss_curve_ = 0, []
            epochs = Epochs.of(readout)
            epochs.run(readout, features, targets, weights, rows, None, random_state)
            score = scorer(readout, features[held_out], labels[held_out], **counted(held_out))
            part.end(fitted=None)
            return score, readout.coding_level_

        def counted(rows: NDArray[Any]) -> dict[str, NDArray[Any]]:
            return {} if sample_weight is None else {"sample_weight": weights[rows]}

        results = []
        for number, (rows, held_out) in enumerate(splits):
            calibrators = _calibrators(template, rows, seed)
            numbers = np.array([level for level in levels if level is not None])
            quantiles = magnitude_quantiles(features, calibrators, numbers)
            if None in levels:
                quantiles = np.vstack([np.zeros((1, features.shape[1])), quantiles])
            results += Parallel(n_jobs=self.n_jobs, require="sharedmem")(
                delayed(learn)(task.part("level"), level, q, calibrators, rows, held_out)
                for level, q in zip(levels, quantiles, strict=True)
            )
            if self.verbose:
                found = zip(levels, results[-len(levels) :], strict=True)
                scored = ", ".join(f"{level}: {score:.4f}" for level, (score, _) in found)
                print(f"split {number + 1} of {len(splits)}: {scored}")
        scores, coding_levels = np.array(results).reshape(-1, len(levels), 2).transpose(2, 0, 1)
        means = scores.mean(axis=0)
        self.sparsity_path_ = {
            "sparsity": np.array(levels, dtype=np.float64),
            "scores": scores.T,
            "mean_score": means,
            "std_score": scores.std(axis=0),
            "coding_level": coding_levels.mean(axis=0),
        }
        ranked = smoothed(means) if self._is_short_of_samples(features) else means
        best = np.flatnonzero(ranked == ranked.max())  # several may be equally good
        self.sparsity_ = levels[best[len(best) // 2]]
        self.estimator_ = self._template().set_params(sparsity=self.sparsity_)
        with task.handed_to(self.estimator_, "refit"):
            self.estimator_.fit(X, y, weights if sample_weight is not None else None)
        for name in ("classes_", "n_iter_", "n_features_in_", "feature_names_in_"):
            self.__dict__.pop(name, None)
            if hasattr(self.estimator_, name):
                setattr(self, name, getattr(self.estimator_, name))
        task.end()
        return self

    def _template(self) -> Any:
        return self._default() if self.estimator is None else clone(self.estimator)

    def _levels(self) -> list[float | None]:
        """Return the levels, None first, each once."""
        fault = (
            "sparsities must be a list of levels from 0 to below 1, or None for no thresholds, at "
            f"least one; got {self.sparsities!r}"
        )
        try:
            given: list[Any] = list(self.sparsities)  # type: ignore[arg-type]
            numbers = np.unique([float(level) for level in given if level is not None])
        except (TypeError, ValueError):
            raise ValueError(fault) from None
        if not given or not np.all((numbers >= 0) & (numbers < 1)):
            raise ValueError(fault)
        return [None] * (None in given) + numbers.tolist()

    def _is_short_of_samples(self, X: NDArray[Any]) -> bool:
        return self.cv is None and is_classifier(self) and len(X) < FEW_SAMPLES

    def _splits(
        self, X: NDArray[Any], y: NDArray[Any], seed: int
    ) -> list[tuple[NDArray[Any], NDArray[Any]]]:
        """Return the rows to learn from and to validate on, once or for each fold."""
        if self.cv is not None:
            return list(check_cv(self.cv, y, classifier=is_classifier(self)).split(X, y))
        if self._is_short_of_samples(X):  # a fifth of them would say little
            n_folds = min(N_FOLDS, int(np.unique(y, return_counts=True)[1].min()))
            folds = StratifiedKFold if n_folds > 1 else KFold
            return list(folds(max(n_folds, 2), shuffle=True, random_state=seed).split(X, y))
        splitter = StratifiedShuffleSplit if is_classifier(self) else ShuffleSplit
        return list(splitter(1, test_size=VALIDATION_FRACTION, random_state=seed).split(X, y))

    def predict(self, X: ArrayLike) -> NDArray[Any]:
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

    def sparse_code(self, X: ArrayLike) -> NDArray[Any]:
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


def epochs_tried(max_iter: int, n_samples: int) -> int:
    """Return an eighth of the epochs, but enough to learn ``N_TRIED`` samples; at most all."""
    wanted = max(max_iter / PART_OF_EPOCHS, N_TRIED / n_samples)
    return min(max_iter, math.ceil(wanted))


def smoothed(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return scores of rising levels, each averaged with its neighbours, which count half."""
    shares = np.convolve(np.ones_like(scores), [0.5, 1.0, 0.5])[1:-1]
    return np.convolve(scores, [0.5, 1.0, 0.5])[1:-1] / shares


def _seed(random_state: Any) -> Any:
    """Return what every level starts from alike: the seed, or one drawn now."""
    if isinstance(random_state, Integral):
        return random_state
    return check_random_state(random_state).randint(2**31)


def _calibrators(readout: SparceReadout, rows: NDArray[Any], seed: int) -> NDArray[Any]:
    """Return the rows that percentiles are taken over."""
    wanted = readout.calibration_samples
    if wanted is None or wanted >= len(rows):
        return rows
    return check_random_state(seed).choice(rows, wanted, replace=False)
