"""Probability of error: its uncertainty, and its distance from the lowest possible one."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import beta

from sparcelearn._core.validation import HasMethods, Interval, StrOptions, validate_params

__all__ = ["ExcessRisk", "GeneralizationGap", "excess_risk", "generalization_gap", "risk_interval"]

CONFIDENCE = [Interval(Real, 0, 1, closed="neither")]


class GeneralizationGap(NamedTuple):
    """Test error minus training error; see :func:`generalization_gap`.

    Parameters
    ----------
    gap : float
        Test error minus training error.
    low, high : float
        Interval that contains the true gap.
    train_risk, test_risk : float
        Errors as measured.
    """

    gap: float
    low: float
    high: float
    train_risk: float
    test_risk: float


class ExcessRisk(NamedTuple):
    """Error above the lowest possible one; see :func:`excess_risk`.

    Parameters
    ----------
    excess : float
        The classifier's error minus the lowest possible one.
    standard_error : float
        Of the excess.
    risk : float
        The classifier's error, as measured.
    bayes_risk : float
        The lowest possible error.
    """

    excess: float
    standard_error: float
    risk: float
    bayes_risk: float


@validate_params(
    {
        "n_errors": [Interval(Integral, 0, None, closed="left")],
        "n_samples": [Interval(Integral, 1, None, closed="left")],
        "confidence": CONFIDENCE,
        "method": [StrOptions({"clopper-pearson", "hoeffding"})],
    },
    prefer_skip_nested_validation=True,
)
def risk_interval(
    n_errors: int, n_samples: int, confidence: float = 0.95, method: str = "clopper-pearson"
) -> tuple[float, float]:
    """Return an interval that holds the true probability of error.

    For samples that were not used to learn or to choose anything. Clopper and Pearson's interval is
    exact; Hoeffding's bound, ``sqrt(log(2 / (1 - confidence)) / (2 n_samples))`` to both
    sides, is simpler and wider.

    Parameters
    ----------
    n_errors : int
        Samples that were misclassified.
    n_samples : int
        Number of samples.
    confidence : float, default=0.95
        Least probability that the interval contains the true error.
    method : {"clopper-pearson", "hoeffding"}, default="clopper-pearson"
        Which interval.

    Returns
    -------
    low, high : float

    References
    ----------
    C. J. Clopper, E. S. Pearson, "The Use of Confidence or Fiducial Limits Illustrated in
    the Case of the Binomial", Biometrika 26(4), 404-413, 1934.

    Examples
    --------
    >>> from sparcelearn.measures import risk_interval
    >>> [round(limit, 3) for limit in risk_interval(10, 200)]
    [0.024, 0.09]
    >>> [round(limit, 3) for limit in risk_interval(10, 200, method="hoeffding")]
    [0.0, 0.146]
    """
    if n_errors > n_samples:
        raise ValueError(f"n_errors={n_errors} is more than n_samples={n_samples}")
    if method == "hoeffding":
        width = np.sqrt(np.log(2 / (1 - confidence)) / (2 * n_samples))
        risk = n_errors / n_samples
        return float(max(0.0, risk - width)), float(min(1.0, risk + width))
    tail, n_right = (1 - confidence) / 2, n_samples - n_errors
    low = beta.ppf(tail, n_errors, n_right + 1) if n_errors else 0.0
    high = beta.ppf(1 - tail, n_errors + 1, n_right) if n_right else 1.0
    return float(low), float(high)


@validate_params(
    {"classifier": [HasMethods(["predict"])], "confidence": CONFIDENCE},
    prefer_skip_nested_validation=True,
)
def generalization_gap(
    classifier: Any,
    X_train: Any,
    y_train: ArrayLike,
    X_test: Any,
    y_test: ArrayLike,
    confidence: float = 0.95,
) -> GeneralizationGap:
    """Return the difference of the errors on new samples and on training samples.

    The interval is that of the test error (:func:`risk_interval`) minus the training error,
    which is known exactly.

    Parameters
    ----------
    classifier : classifier
        Fitted; it is not changed.
    X_train, y_train : array-like
        Samples it learned from.
    X_test, y_test : array-like
        Samples that were not used to learn or to choose anything.
    confidence : float, default=0.95
        Least probability that the interval contains the true gap.

    Returns
    -------
    GeneralizationGap

    Notes
    -----
    Bounds without test samples, such as that of Vapnik and Chervonenkis,
    ``sqrt(8 / m (h log(2 e m / h) + log(4 / delta)))`` for h weights and m samples, are above 1,
    and so useless, unless m is many times h. The interval here does not depend on h.

    Examples
    --------
    >>> from sparcelearn.datasets import make_gaussian_classes
    >>> from sparcelearn.measures import generalization_gap
    >>> from sparcelearn.readouts import StreamingRidgeClassifier
    >>> X, y = make_gaussian_classes(2060, n_features=50, random_state=0)
    >>> readout = StreamingRidgeClassifier().fit(X[:60], y[:60])
    >>> found = generalization_gap(readout, X[:60], y[:60], X[60:], y[60:])
    >>> bool(0.1 < found.low < found.gap < found.high)
    True
    """
    wrong = [
        np.asarray(classifier.predict(X)) != np.asarray(y)
        for X, y in ((X_train, y_train), (X_test, y_test))
    ]
    train, test = (float(np.mean(w)) for w in wrong)
    low, high = risk_interval(int(wrong[1].sum()), wrong[1].size, confidence)
    return GeneralizationGap(test - train, low - train, high - train, train, test)


@validate_params(
    {
        "classifier": [HasMethods(["predict"])],
        "classes": [HasMethods(["bayes_risk", "sample"])],
        "n_samples": [Interval(Integral, 2, None, closed="left")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def excess_risk(
    classifier: Any, classes: Any, n_samples: int = 20_000, random_state: Any = None
) -> ExcessRisk:
    """Return how far a classifier is above the lowest possible error.

    New samples are drawn from the known distribution. The classifier and the best decision
    are tested on the same samples, so that much of the noise cancels::

        excess = mean(classifier wrong - best decision wrong)

    Parameters
    ----------
    classifier : classifier
        Fitted on samples of these classes; it is not changed.
    classes : GaussianClasses or PoissonClasses
        The distribution, with its best decision: returned by
        :func:`~sparcelearn.datasets.make_gaussian_classes` and
        :func:`~sparcelearn.datasets.make_poisson_classes` with ``return_classes=True``.
    n_samples : int, default=20000
        Number of new samples.
    random_state : int, RandomState instance or None, default=None
        Seed of the samples.

    Returns
    -------
    ExcessRisk
        An excess below 0 by more than a few standard errors means that the samples were used
        for training.

    Examples
    --------
    >>> from sparcelearn.datasets import make_gaussian_classes
    >>> from sparcelearn.measures import excess_risk
    >>> from sparcelearn.readouts import StreamingRidgeClassifier
    >>> X, y, classes = make_gaussian_classes(1000, random_state=0, return_classes=True)
    >>> found = excess_risk(StreamingRidgeClassifier().fit(X, y), classes, random_state=1)
    >>> bool(-0.002 < found.excess < 0.02)
    True
    """
    X, y = classes.sample(n_samples, random_state)
    wrong = np.asarray(classifier.predict(X)) != y
    difference = wrong.astype(float) - (classes.predict(X) != y)
    return ExcessRisk(
        excess=float(difference.mean()),
        standard_error=float(difference.std(ddof=1) / np.sqrt(n_samples)),
        risk=float(wrong.mean()),
        bayes_risk=float(classes.bayes_risk(random_state=random_state)[0]),
    )
