"""The delta rule, plain, normalised or triggered by errors."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from sparcelearn._core.validation import Interval, StrOptions

from .._losses import LOSSES
from .._tasks import ClassifierTask, RegressorTask
from .base import LocalReadout


@dataclass(eq=False, repr=False, kw_only=True)
class DeltaClassifier(ClassifierTask, LocalReadout):
    """Linear classifier that learns by the delta rule, one sample at a time.

    A weight sees its own input and its own output's error [1]_::

        W_ki <- synapse(W_ki, -learning_rate * e_k * x_i)      y = W x + b

    where e is output minus target: ``softmax(y) - t``, ``sigmoid(y) - t`` or ``y - t``.

    Parameters
    ----------
    learning_rate : float, default=0.3
        Step size, per sample. With ``normalized``, the share of an error that an update removes,
        below 2; without, learning diverges above about 2 over the squared length of samples.
    loss : {"softmax", "sigmoid", "squared", "asymmetric"}, default="softmax"
        Cross-entropy of a softmax, cross-entropy of one sigmoid per class (mean over
        classes), or squared error against targets of 1 for the label and -1 for the others
        (mean over classes), of which a tenth counts where an output is beyond its target if it
        is asymmetric. Two classes share one output, under which softmax is the same as sigmoid.
    error_threshold : float, default=0.0
        An output learns only while the magnitude of its error is above this, in the units of
        the error: an error-triggered rule [2]_.
    normalized : bool, default=True
        Whether the step is divided by the squared length of the sample, its constant input
        of 1 to the intercept included (NLMS). The scale of X then does not matter. The length
        is common to all synapses of an output.
    synapse : Synapse or None, default=None
        What becomes of a proposed change of a weight: a model of
        `sparcelearn.readouts.synapses`. None is plain numbers. Intercepts always are.
    learning_rate_schedule : {"linear", "constant"}, default="linear"
        Over `fit`: fall evenly to 0 over ``max_iter`` epochs, or stay. `partial_fit`
        always uses ``learning_rate`` as it is.
    max_iter : int, default=100
        Epochs of `fit`, at most.
    tol : float or None, default=None
        Stop `fit` when an epoch's training loss (with ``early_stopping``, validation score)
        was not better than the best before it by more than this, ``n_iter_no_change``
        times in a row. None runs all epochs, and counts as 0 with ``early_stopping``.
    early_stopping : bool, default=False
        Whether `fit` sets samples aside, scores them after each epoch, stops as ``tol`` says
        and keeps what the best epoch learned.
    validation_fraction : float, default=0.1
        Share of samples set aside by ``early_stopping``.
    n_iter_no_change : int, default=10
        Patience, in epochs.
    fit_intercept : bool, default=True
        Whether outputs have an intercept.
    shuffle : bool, default=True
        Whether `fit` draws a new order of samples for each epoch.
    warm_start : bool, default=False
        Whether `fit` goes on from what the last fit learned, instead of starting anew.
    verbose : int, default=0
        If not 0, `fit` prints a line per epoch.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    coef_ : ndarray of shape (n_outputs, n_features)
        Weights; n_outputs is 1 for two classes, else n_classes.
    intercept_ : ndarray of shape (n_outputs,)
        Intercepts.
    synapse_state_ : ndarray of shape (n_features, n_outputs, n_hidden)
        Hidden variables of the synapses; plain numbers have none.
    update_rate_ : float
        Share of outputs whose error was not 0, over the samples of the last epoch or the
        last chunk of a stream.
    loss_curve_ : list of float
        Mean loss of each epoch of `fit`, every sample's taken before learning from it.
    validation_scores_ : list of float
        Score of the samples set aside, after each epoch; with ``early_stopping`` only.
    n_iter_ : int
        Epochs that the last `fit` ran.
    t_ : int
        Samples seen, counted once per epoch.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of features, where X had some.

    See Also
    --------
    DeltaRegressor : The same for values.
    SparceClassifier : With thresholds on the features, mini-batches and Adam.

    References
    ----------
    .. [1] B. Widrow, M. E. Hoff, "Adaptive Switching Circuits", IRE WESCON Convention Record
       4, 96-104, 1960.
    .. [2] K. Stewart, G. Orchard, S. B. Shrestha, E. Neftci, "Online Few-Shot Gesture Learning
       on a Neuromorphic Processor", IEEE Journal on Emerging and Selected Topics in Circuits
       and Systems 10(4), 512-521, 2020.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sparcelearn.readouts import DeltaClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> X /= 16
    >>> readout = DeltaClassifier().partial_fit(X[:1200], y[:1200], classes=range(10))
    >>> bool(readout.score(X[1200:], y[1200:]) > 0.85)
    True
    >>> lazy = DeltaClassifier(error_threshold=0.1)
    >>> lazy = lazy.partial_fit(X[:1200], y[:1200], classes=range(10))
    >>> bool(lazy.score(X[1200:], y[1200:]) > 0.85), bool(lazy.update_rate_ < 0.4)
    (True, True)
    """

    loss: str = "softmax"
    error_threshold: float = 0.0

    _kernel = "delta"
    _rule_parameter = "error_threshold"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **LocalReadout._parameter_constraints,
        "loss": [StrOptions(set(LOSSES))],
        "error_threshold": [Interval(Real, 0, np.inf, closed="left")],
    }


@dataclass(eq=False, repr=False, kw_only=True)
class DeltaRegressor(RegressorTask, LocalReadout):
    """Linear regression by the delta rule (LMS, and normalised LMS), one sample at a time.

    A weight sees its own input and its own output's error [1]_::

        W_ki <- synapse(W_ki, -learning_rate * e_k * x_i)      y = W x + b,  e = y - t

    Parameters
    ----------
    learning_rate : float, default=0.3
        Step size, per sample. With ``normalized``, the share of an error that an update removes,
        below 2; without, learning diverges above about 2 over the squared length of samples.
    error_threshold : float, default=0.0
        An output learns only while the magnitude of its error is above this, in the units of
        the error: an error-triggered rule [2]_.
    normalized : bool, default=True
        Whether the step is divided by the squared length of the sample, its constant input
        of 1 to the intercept included (NLMS). The scale of X then does not matter. The length
        is common to all synapses of an output.
    synapse : Synapse or None, default=None
        What becomes of a proposed change of a weight: a model of
        `sparcelearn.readouts.synapses`. None is plain numbers. Intercepts always are.
    learning_rate_schedule : {"linear", "constant"}, default="linear"
        Over `fit`: fall evenly to 0 over ``max_iter`` epochs, or stay. `partial_fit`
        always uses ``learning_rate`` as it is.
    max_iter : int, default=100
        Epochs of `fit`, at most.
    tol : float or None, default=None
        Stop `fit` when an epoch's training loss (with ``early_stopping``, validation score)
        was not better than the best before it by more than this, ``n_iter_no_change``
        times in a row. None runs all epochs, and counts as 0 with ``early_stopping``.
    early_stopping : bool, default=False
        Whether `fit` sets samples aside, scores them after each epoch, stops as ``tol`` says
        and keeps what the best epoch learned.
    validation_fraction : float, default=0.1
        Share of samples set aside by ``early_stopping``.
    n_iter_no_change : int, default=10
        Patience, in epochs.
    fit_intercept : bool, default=True
        Whether outputs have an intercept.
    shuffle : bool, default=True
        Whether `fit` draws a new order of samples for each epoch.
    warm_start : bool, default=False
        Whether `fit` goes on from what the last fit learned, instead of starting anew.
    verbose : int, default=0
        If not 0, `fit` prints a line per epoch.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.

    Attributes
    ----------
    coef_ : ndarray of shape (n_outputs, n_features)
        Weights.
    intercept_ : ndarray of shape (n_outputs,)
        Intercepts.
    synapse_state_ : ndarray of shape (n_features, n_outputs, n_hidden)
        Hidden variables of the synapses; plain numbers have none.
    update_rate_ : float
        Share of outputs whose error was not 0, over the samples of the last epoch or the
        last chunk of a stream.
    loss_curve_ : list of float
        Mean loss of each epoch of `fit`, every sample's taken before learning from it.
    validation_scores_ : list of float
        Score of the samples set aside, after each epoch; with ``early_stopping`` only.
    n_iter_ : int
        Epochs that the last `fit` ran.
    t_ : int
        Samples seen, counted once per epoch.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of features, where X had some.

    See Also
    --------
    DeltaClassifier : The same for labels.
    RLSRegressor : Learns in far fewer samples; not local.

    References
    ----------
    .. [1] B. Widrow, M. E. Hoff, "Adaptive Switching Circuits", IRE WESCON Convention Record
       4, 96-104, 1960.
    .. [2] K. Stewart, G. Orchard, S. B. Shrestha, E. Neftci, "Online Few-Shot Gesture Learning
       on a Neuromorphic Processor", IEEE Journal on Emerging and Selected Topics in Circuits
       and Systems 10(4), 512-521, 2020.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.readouts import DeltaRegressor
    >>> X = np.random.default_rng(0).normal(size=(500, 3))
    >>> readout = DeltaRegressor(0.5).partial_fit(X, X @ [1.0, -2.0, 0.5])
    >>> readout.coef_.round(3)
    array([[ 1. , -2. ,  0.5]])
    """

    error_threshold: float = 0.0

    _kernel = "delta"
    _rule_parameter = "error_threshold"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **LocalReadout._parameter_constraints,
        "error_threshold": [Interval(Real, 0, np.inf, closed="left")],
    }
