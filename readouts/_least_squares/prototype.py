"""The nearest class mean, from sums over samples."""

from __future__ import annotations

from typing import Any, ClassVar

from .._tasks import ClassifierTask
from .class_means import ClassMeans
from .statistics import Statistics
from .sums import SummingReadout


class PrototypeClassifier(ClassifierTask, SummingReadout):
    """Classifier by the nearest class mean, from sums that can be merged and undone.

    A class is the mean of its samples, and the nearest mean wins::

        m_k = mean of the x with label k       y_k = m_k x - |m_k|^2 / 2

    An output's weights are the mean itself. A sample moves only those of its own class,
    ``m_k <- m_k + (x - m_k) / n_k``. The rule is local, needs one pass in any order, forgets
    no class, and works well from a single sample per class.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    coef_ : ndarray of shape (n_classes, n_features)
        Class means, for two classes too; 0 for a class that no sample had yet, which is
        never predicted.
    intercept_ : ndarray of shape (n_classes,)
        Intercepts.
    statistics_ : dict
        The sums: ``weight``, ``x_mean``, ``y_mean`` (shares of classes), ``xy``; ``xx`` is
        empty.
    t_ : int
        Samples learned from and not forgotten.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of features, where X had some.

    See Also
    --------
    StreamingLDAClassifier : With distances in units of the spread within classes.

    Notes
    -----
    ``predict_proba`` takes classes to be equally frequent, and normal around their means with
    variance 1.

    References
    ----------
    .. [1] T. Mensink, J. Verbeek, F. Perronnin, G. Csurka, "Distance-Based Image
       Classification: Generalizing to New Classes at Near-Zero Cost", IEEE Transactions on
       Pattern Analysis and Machine Intelligence 35(11), 2624-2637, 2013.

    Examples
    --------
    Digits in the order of their labels, each seen once:

    >>> import numpy as np
    >>> from sklearn.datasets import load_digits
    >>> from sparcelearn.readouts import PrototypeClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> readout = PrototypeClassifier()
    >>> for label in range(10):
    ...     rows = np.flatnonzero(y[:1200] == label)
    ...     readout = readout.partial_fit(X[rows], y[rows], classes=range(10))
    >>> bool(readout.score(X[1200:], y[1200:]) > 0.85)
    True
    """

    loss: ClassVar[str] = "softmax"  # outputs are log probabilities, up to a constant
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {}
    _one_output_per_class = True
    _sums_products = False

    def __init__(self) -> None:
        pass

    def _solve(self) -> None:
        classes = ClassMeans.of(Statistics(**self.statistics_))
        self.coef_, self.intercept_ = classes.linear(classes.means)
