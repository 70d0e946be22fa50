"""The thresholds of SpaRCe alone, in front of any readout."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.arrays import read_only
from sparcelearn._core.callbacks import CallbackSupportMixin, fit_task, with_callbacks
from sparcelearn._core.checked_rows import checked_rows
from sparcelearn._core.validation import Interval, check_parameters, unchanged_on_error

from .modules import minibatch
from .tracking import calibrate, observe, start_tracking


class Tracking:
    """What `start_tracking` sets."""

    base_thresholds_: NDArray[Any]
    _size_sums: NDArray[Any] | None


@dataclass(eq=False, repr=False)
class SparseCode(
    CallbackSupportMixin, Tracking, OneToOneFeatureMixin, TransformerMixin, BaseEstimator
):
    """Make features sparse by thresholds at percentiles: the code of SpaRCe, without learning.

    Feature i of a sample passes as far as its magnitude exceeds a threshold [1]_::

        x_i = sign(V_i) * max(0, |V_i| - theta_i)      theta_i = percentile of |V_i|

    Parameters
    ----------
    sparsity : float, default=0.5
        Each threshold is at the percentile ``100 * sparsity`` of its own feature's magnitude, so
        that about this share of samples leaves it silent. At least 0 and below 1.
    calibration_samples : int or None, default=None
        Samples that percentiles are taken over. Of `fit` they are drawn at random, None takes
        all. Of a stream they are the first ones, None takes 1000.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.

    Attributes
    ----------
    thresholds_ : ndarray of shape (n_features,)
        Thresholds, in the units of X.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of features, where X had some.

    See Also
    --------
    SparceClassifier, SparceRegressor : Thresholds that learn with the weights.
    RLSRegressor : What to put behind, where features are nearly collinear.

    References
    ----------
    .. [1] L. Manneschi, A. C. Lin, E. Vasilaki, "SpaRCe: Improved Learning of Reservoir
       Computing Systems Through Sparse Representations", IEEE Transactions on Neural
       Networks and Learning Systems 34(2), 824-838, 2023.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from sparcelearn.readouts import RLSRegressor, SparseCode
    >>> X = np.random.default_rng(0).normal(size=(400, 20))
    >>> code = SparseCode(0.8)
    >>> round(float((code.fit_transform(X) != 0).mean()), 2)
    0.2
    >>> model = make_pipeline(SparseCode(0.2), RLSRegressor(1e-6)).fit(X, np.abs(X[:, 0]))
    >>> model.predict(X).shape
    (400,)
    """

    sparsity: float = 0.5
    _: KW_ONLY
    calibration_samples: int | None = None
    random_state: Any = None

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "sparsity": [Interval(Real, 0, 1, closed="left")],
        "calibration_samples": [Interval(Integral, 1, None, closed="left"), None],
        "random_state": ["random_state"],
    }

    @property
    def thresholds_(self) -> NDArray[np.floating]:
        """Thresholds, in the units of X."""
        return self.base_thresholds_

    @unchanged_on_error
    @with_callbacks
    def fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Take exact percentiles.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or ``X`` is not valid.
        """
        task = fit_task(self, X, y)
        check_parameters(self)
        features = checked_rows(self, X, reset=True)
        start_tracking(self, features.shape[1], features.dtype, self.sparsity)
        random_state = check_random_state(self.random_state)
        rows = np.arange(len(features))
        calibrate(self, features, rows, random_state, self.calibration_samples)
        task.end()
        return self

    @unchanged_on_error
    def partial_fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Let running percentiles (P-square algorithm) follow a stream, until they freeze.

        How a stream is cut into calls changes nothing, to the bit. After `fit` they stay.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or ``X`` is not valid.
        """
        check_parameters(self)
        first = not hasattr(self, "base_thresholds_")
        features = checked_rows(self, X, reset=first)
        if first:
            start_tracking(self, features.shape[1], features.dtype, self.sparsity)
        for row in range(len(features)):  # each by itself, so that cuts change nothing
            if self._size_sums is None:
                break
            observe(self, features, np.array([row]), self.calibration_samples)
        return self

    def transform(self, X: ArrayLike) -> NDArray[np.floating]:
        """Return the code.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.

        Returns
        -------
        x : ndarray of shape (n_samples, n_features)
            In float32 if X is, else in float64.
        """
        check_is_fitted(self)
        features = checked_rows(self, X, reset=False)
        out: NDArray[np.floating] = np.empty_like(features)
        minibatch().sparsify(read_only(features), self.thresholds_, out)
        return out

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
