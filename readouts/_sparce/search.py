"""The level of sparsity found by validation: a whole path of levels on features read once."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike, NDArray
from sklearn.base import (
    ClassifierMixin,
    RegressorMixin,
)
from sklearn.utils.validation import check_is_fitted

from .classifier import SparceClassifier
from .path import SparsePath, offers
from .regressor import SparceRegressor


class SparceClassifierCV(ClassifierMixin, SparsePath):
    """SpaRCe classifier that finds its level of sparsity by validation.

    Readouts at all levels learn from the same samples of one array of features, whose
    percentiles are taken once for all of them; the best level then learns from all samples.

    Parameters
    ----------
    estimator : SparceClassifier, default=None
        The readout, whose own ``sparsity`` does not matter. None is ``SparceClassifier()``.
        With its ``early_stopping``, only the last fit stops early.
    sparsities : array-like of shape (n_levels,), default=(0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95)
        Levels to try, from 0 to below 1; None is no thresholds at all.
    max_iter : int or None, default=None
        Epochs at each level tried; None is an eighth of those of ``estimator``, but enough to
        learn 25,000 samples, and at most all. The level chosen then learns for all of them.
    cv : int, splitter, iterable or None, default=None
        Folds, as in scikit-learn's searches. None sets a fifth of the samples aside, once,
        stratified; below 500 samples, each of five fifths in turn, and as few samples say
        little, the score of a level then counts half for its neighbours.
    scoring : str, callable or None, default=None
        What is best; None is accuracy.
    n_jobs : int or None, default=None
        Threads, each with a level. Results do not depend on it.
    verbose : int, default=0
        If not 0, `fit` prints the scores of each split.

    Attributes
    ----------
    sparsity_ : float or None
        The level chosen; of equally good ones the middle one.
    sparsity_path_ : dict of ndarray
        ``"sparsity"`` (n_levels,), ``"scores"`` (n_levels, n_splits), ``"mean_score"``,
        ``"std_score"`` and ``"coding_level"`` (n_levels,). NaN is a level of None.
    estimator_ : SparceClassifier
        The readout at that level, fitted to all samples.
    n_iter_ : int
        Epochs of that fit.
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    n_features_in_ : int
        Number of features.

    See Also
    --------
    SparceClassifier : One level.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sparcelearn.readouts import SparceClassifier, SparceClassifierCV
    >>> X, y = load_digits(return_X_y=True)
    >>> search = SparceClassifierCV(
    ...     SparceClassifier(max_iter=5, random_state=0), sparsities=[0.2, 0.5, 0.8]
    ... ).fit(X / 16, y)
    >>> search.sparsity_path_["scores"].shape
    (3, 1)
    """

    _default = SparceClassifier

    @offers("decision_function")
    def decision_function(self, X: ArrayLike) -> NDArray[Any]:
        """Return the outputs at the chosen level.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.

        Returns
        -------
        outputs : ndarray of shape (n_samples,) or (n_samples, n_classes)
        """
        check_is_fitted(self)
        return self.estimator_.decision_function(X)

    @offers("predict_proba")
    def predict_proba(self, X: ArrayLike) -> NDArray[Any]:
        """Return class probabilities at the chosen level.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
        """
        check_is_fitted(self)
        return self.estimator_.predict_proba(X)


class SparceRegressorCV(RegressorMixin, SparsePath):
    """SpaRCe regressor that finds its level of sparsity by validation.

    Readouts at all levels learn from the same samples of one array of features, whose
    percentiles are taken once for all of them; the best level then learns from all samples.

    Parameters
    ----------
    estimator : SparceRegressor, default=None
        The readout, whose own ``sparsity`` does not matter. None is ``SparceRegressor()``.
        With its ``early_stopping``, only the last fit stops early.
    sparsities : array-like of shape (n_levels,), default=(0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95)
        Levels to try, from 0 to below 1; None is no thresholds at all.
    max_iter : int or None, default=None
        Epochs at each level tried; None is an eighth of those of ``estimator``, but enough to
        learn 25,000 samples, and at most all. The level chosen then learns for all of them.
    cv : int, splitter, iterable or None, default=None
        Folds, as in scikit-learn's searches. None sets a fifth of the samples aside, once.
        For time series give a ``TimeSeriesSplit``.
    scoring : str, callable or None, default=None
        What is best; None is the coefficient of determination.
    n_jobs : int or None, default=None
        Threads, each with a level. Results do not depend on it.
    verbose : int, default=0
        If not 0, `fit` prints the scores of each split.

    Attributes
    ----------
    sparsity_ : float or None
        The level chosen; of equally good ones the middle one.
    sparsity_path_ : dict of ndarray
        ``"sparsity"`` (n_levels,), ``"scores"`` (n_levels, n_splits), ``"mean_score"``,
        ``"std_score"`` and ``"coding_level"`` (n_levels,). NaN is a level of None.
    estimator_ : SparceRegressor
        The readout at that level, fitted to all samples.
    n_iter_ : int
        Epochs of that fit.
    n_features_in_ : int
        Number of features.

    See Also
    --------
    SparceRegressor : One level.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.readouts import SparceRegressor, SparceRegressorCV
    >>> X = np.random.default_rng(0).normal(size=(200, 5))
    >>> search = SparceRegressorCV(
    ...     SparceRegressor(max_iter=5, random_state=0), sparsities=[0.0, 0.5]
    ... ).fit(X, X[:, 0])
    >>> search.sparsity_path_["sparsity"].tolist()
    [0.0, 0.5]
    """

    _default = SparceRegressor

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
