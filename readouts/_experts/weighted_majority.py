"""A weighted majority of classifiers that learn side by side."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassifierMixin, clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted, column_or_1d

from sparcelearn._core.arrays import check_alike
from sparcelearn._core.as_fitted import keep_parameters
from sparcelearn._core.callbacks import CallbackSupportMixin, fit_task, with_callbacks
from sparcelearn._core.labels import check_classes, check_known, classes_of_call, sorted_labels
from sparcelearn._core.nested import NamedPartsMixin
from sparcelearn._core.validation import Interval, check_parameters, unchanged_on_error

from .._samples import checked_samples
from .predict_then_learn import answers, check_experts, predict_then_learn
from .votes import recent_mistakes, shares_of_votes, weights_of

__all__ = ["WeightedMajorityClassifier"]


class WeightedMajorityClassifier(CallbackSupportMixin, ClassifierMixin, NamedPartsMixin):
    r"""Classifiers side by side on a stream, which vote by how few mistakes each made lately.

    Which model suits a stream cannot be found by cross-validation before it comes, and may change
    on the way. Here several learn at once, and vote [1]_. Each predicts every sample before it
    learns from it, and the mistakes of model i are counted in m_i. Old ones fade (after `window`
    samples to 37 %), so that another model can take over [2]_:

    .. math::
        m_i \leftarrow (1 - 1 / \text{window}) \, m_i + [\text{i was wrong}], \qquad
        \text{votes}(c) = \sum_{i \text{ says } c} e^{\min(m) - m_i}

    A model that made five mistakes more than the best one has less than a hundredth of its weight.
    So the mix is soon about as good as the best, also where that changes.

    Parameters
    ----------
    estimators : list of (str, estimator)
        Names and classifiers with ``partial_fit`` and ``predict``, which are cloned. In a
        `Pipeline` every transformer needs ``partial_fit``, too, and learns before it transforms.
    window : float, default=200
        Over how many samples mistakes count. With ``np.inf`` none is ever forgotten.

    Attributes
    ----------
    estimators_ : list of (str, estimator)
        The classifiers, fitted.
    mistakes_ : ndarray of shape (n_estimators,)
        Recent mistakes of each.
    weights_ : ndarray of shape (n_estimators,)
        The weights of their votes, which sum to 1.
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    t_ : int
        Samples learned from.
    n_features_in_ : int
        Number of features; of sequences, the length of the second axis.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of features, where X had some.

    See Also
    --------
    SparceClassifier : Mixes averages of its own weights likewise.

    Notes
    -----
    However a stream is cut into calls, the result is the same, to the bit, if it is for each model
    alone. One long call is faster: readouts and `ReservoirClassifier` check its samples only once.

    The first sample counts for no one. In its washout a model predicts nothing, which counts as a
    mistake. `fit` is `partial_fit` from the beginning: reservoirs are calibrated as samples come.
    Put a scaler before a `ReservoirClassifier`, not within: there it is fitted to the first piece
    of a stream, once. `set_params` changes what the next `fit` begins with, and `window` at once.

    References
    ----------
    .. [1] N. Littlestone, M. K. Warmuth, "The Weighted Majority Algorithm", Information and
       Computation 108(2), 212-261, 1994.
    .. [2] J. Z. Kolter, M. A. Maloof, "Dynamic Weighted Majority: An Ensemble Method for Drifting
       Concepts", Journal of Machine Learning Research 8, 2755-2790, 2007.

    Examples
    --------
    Two classes are divided by a plane, and from the middle on by the sign of a product, which no
    linear model has:

    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sparcelearn import ReservoirClassifier
    >>> from sparcelearn.readouts import SparceClassifier, WeightedMajorityClassifier
    >>> from sparcelearn.reservoir import SpikingReservoir
    >>> X = np.random.default_rng(0).normal(size=(2000, 4))
    >>> y = np.append(X[:1000].sum(axis=1) > 0, X[1000:, 0] * X[1000:, 1] > 0).astype(int)
    >>> reservoir = ReservoirClassifier(SpikingReservoir(100, random_state=0))
    >>> linear = make_pipeline(StandardScaler(), SparceClassifier(None, loss="softmax"))
    >>> model = WeightedMajorityClassifier([("reservoir", reservoir), ("linear", linear)])
    >>> model = model.partial_fit(X[:1000], y[:1000], classes=[0, 1])
    >>> print(model.weights_.round(2))
    [0. 1.]
    >>> print(model.partial_fit(X[1000:], y[1000:]).weights_.round(2))
    [1. 0.]
    """

    _parts = "estimators"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "estimators": [list],
        "window": [Interval(Real, 1, np.inf, closed="both")],
    }

    def __init__(self, estimators: list[Any], *, window: float = 200) -> None:
        self.estimators = estimators
        self.window = window

    @unchanged_on_error
    @with_callbacks
    def fit(self, X: Any, y: ArrayLike) -> Self:
        """Learn from scratch, in one pass over the samples in their order.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, n_timesteps, n_channels), \
                or SpikeTrains
            Samples, as the estimators take them.
        y : array-like of shape (n_samples,)
            Labels.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If a parameter or an argument is not valid. The estimator then stays as it was.
        """
        task = fit_task(self, X, y)
        self._begin()
        samples, labels = checked_samples(self, X, y, reset=True)
        self.classes_ = check_classes(labels)
        self._learn(samples, labels)
        task.end()
        return self

    @unchanged_on_error
    def partial_fit(self, X: Any, y: ArrayLike, classes: ArrayLike | None = None) -> Self:
        """Predict each sample, count who was wrong, and learn from it, in order.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, n_timesteps, n_channels), \
                or SpikeTrains
            Samples, as the estimators take them.
        y : array-like of shape (n_samples,)
            Labels.
        classes : array-like of shape (n_classes,), default=None
            All labels that will ever come; needed on the first call only.

        Returns
        -------
        self : object
            The estimator, further trained.

        Raises
        ------
        ValueError
            If an argument is not valid. The estimator then stays as it was.
        """
        labels = classes_of_call(getattr(self, "classes_", None), classes)
        if first := not hasattr(self, "estimators_"):
            self._begin()
            self.classes_ = labels
        else:
            check_parameters(self)
        self._learn(*checked_samples(self, X, y, reset=first))
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the labels that most of the weight votes for; where shares are equal, the first.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, n_timesteps, n_channels), \
                or SpikeTrains
            Samples, as the estimators take them.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            Labels.
        """
        shares = self.predict_proba(X)
        return self.classes_[shares.argmax(axis=1)]

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the share of the votes that each label has.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, n_timesteps, n_channels), \
                or SpikeTrains
            Samples, as the estimators take them.

        Returns
        -------
        p : ndarray of shape (n_samples, n_classes)
            Shares, which sum to 1 for each sample. They say how many estimators agree, by weight,
            not how likely a label is.
        """
        check_is_fitted(self, "estimators_")
        samples = checked_samples(self, X, reset=False)
        said = [answers(model, samples, self.classes_) for _, model in self.estimators_]
        shares = shares_of_votes(said, self.weights_, len(self.classes_))
        if not shares.any(axis=1).all():
            raise NotFittedError("No estimator has learned anything but a washout yet.")
        return shares

    @property
    def weights_(self) -> NDArray[np.float64]:
        """The weights of the estimators' votes, which sum to 1."""
        return weights_of(self.mistakes_)

    def _begin(self) -> None:
        """Make new estimators, which have made no mistake yet."""
        check_parameters(self)
        check_experts(self.estimators)
        self._validate_names([name for name, _ in self.estimators])
        keep_parameters(self)
        self.estimators_ = [(name, clone(model)) for name, model in self.estimators]
        self.mistakes_ = np.zeros(len(self.estimators_))
        self.t_ = 0

    def _check_loaded(self) -> None:
        """Raise ValueError or TypeError where a file holds what no stream leaves."""
        check_parameters(self)
        check_experts(self.estimators_)
        check_alike("mistakes_", self.mistakes_, np.zeros(len(self.estimators_)))
        if not ((self.mistakes_ >= 0) & np.isfinite(self.mistakes_)).all():
            raise ValueError(f"mistakes_={self.mistakes_} must be finite and at least 0")
        if type(self.t_) is not int or self.t_ < 1:
            raise ValueError(f"t_={self.t_!r} is no number of samples")
        known = check_classes(self.classes_)
        everyones = [
            self.classes_,
            *(getattr(model, "classes_", []) for _, model in self.estimators_),
        ]
        if not all(np.array_equal(known, each) for each in everyones):
            raise ValueError(f"classes_={self.classes_} are not sorted, or not those of all")

    def _learn(self, X: Any, y: NDArray[Any]) -> None:
        """Let each estimator predict and learn, and count its mistakes."""
        labels = column_or_1d(y, warn=True)
        check_known(sorted_labels("y", labels), self.classes_)
        codes, known = np.searchsorted(self.classes_, labels), self.classes_
        models = [model for _, model in self.estimators_]
        said = [predict_then_learn(model, X, labels, known) for model in models]
        was_wrong = codes[:, np.newaxis] != np.array(said).T
        if self.t_ == 0:
            was_wrong[0] = False  # no one had learned anything
        self.mistakes_ = recent_mistakes(self.mistakes_, was_wrong, self.window)
        self.t_ += len(codes)
