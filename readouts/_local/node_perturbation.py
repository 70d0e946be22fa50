"""Node perturbation: learning from one number that tells how well it went."""

from __future__ import annotations

from dataclasses import dataclass, field
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from sparcelearn._core.validation import Interval, StrOptions

from .._losses import LOSSES
from .._tasks import ClassifierTask, RegressorTask
from .base import LocalReadout


@dataclass(eq=False, repr=False, kw_only=True)
class NodePerturbationClassifier(ClassifierTask, LocalReadout):
    """Linear classifier that learns from a global loss and its own noise.

    The loss L is computed twice, the second time with normal noise xi of standard deviation s
    on the outputs. Every weight is told how L changed, and knows its own input and its own
    output's noise [1]_::

        W_ki <- synapse(W_ki, -learning_rate * (L(y + xi) - L(y)) * xi_k * x_i / s^2)

    On average over the noise this is the delta rule, up to terms of s^2; its variance grows
    with the number of outputs. No output needs to be told its own error.

    Parameters
    ----------
    learning_rate : float, default=0.01
        Step size, per sample.
    normalized : bool, default=False
        Whether the step is divided by the squared length of the sample, its constant input
        of 1 to the intercept included (NLMS). The scale of X then does not matter. The length
        is common to all synapses of an output.
    loss : {"softmax", "sigmoid", "squared", "asymmetric"}, default="softmax"
        Cross-entropy of a softmax, cross-entropy of one sigmoid per class (mean over
        classes), or squared error against targets of 1 for the label and -1 for the others
        (mean over classes), of which a tenth counts where an output is beyond its target if it
        is asymmetric. Two classes share one output, under which softmax is the same as sigmoid.
    noise_scale : float, default=0.1
        Standard deviation of the noise on outputs, in their units.
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
    DeltaClassifier : What it does on average, without noise.

    References
    ----------
    .. [1] X. Xie, H. S. Seung, "Learning in neural networks by reinforcement of irregular
       spiking", Physical Review E 69, 041909, 2004.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sparcelearn.readouts import NodePerturbationClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> readout = NodePerturbationClassifier(random_state=0).fit(X - X.mean(axis=0), y)
    >>> bool(readout.score(X - X.mean(axis=0), y) > 0.9)
    True
    """

    learning_rate: float = field(default=0.01, kw_only=False)
    normalized: bool = False
    loss: str = "softmax"
    noise_scale: float = 0.1

    _kernel = "node_perturbation"
    _rule_parameter = "noise_scale"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **LocalReadout._parameter_constraints,
        "loss": [StrOptions(set(LOSSES))],
        "noise_scale": [Interval(Real, 0, np.inf, closed="neither")],
    }


@dataclass(eq=False, repr=False, kw_only=True)
class NodePerturbationRegressor(RegressorTask, LocalReadout):
    """Linear regression that learns from a global loss and its own noise.

    The loss L is computed twice, the second time with normal noise xi of standard deviation s
    on the outputs. Every weight is told how L changed, and knows its own input and its own
    output's noise [1]_::

        W_ki <- synapse(W_ki, -learning_rate * (L(y + xi) - L(y)) * xi_k * x_i / s^2)

    On average over the noise this is the delta rule, up to terms of s^2; its variance grows
    with the number of outputs. No output needs to be told its own error.

    The loss L is half the squared error, summed over outputs.

    Parameters
    ----------
    learning_rate : float, default=0.01
        Step size, per sample.
    noise_scale : float, default=0.1
        Standard deviation of the noise on outputs, in their units.
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
    DeltaRegressor : What it does on average, without noise.

    References
    ----------
    .. [1] X. Xie, H. S. Seung, "Learning in neural networks by reinforcement of irregular
       spiking", Physical Review E 69, 041909, 2004.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.readouts import NodePerturbationRegressor
    >>> X = np.random.default_rng(0).normal(size=(500, 3))
    >>> readout = NodePerturbationRegressor(random_state=0).fit(X, X @ [1.0, -2.0, 0.5])
    >>> readout.coef_.round(2)
    array([[ 1. , -2. ,  0.5]])
    """

    learning_rate: float = field(default=0.01, kw_only=False)
    noise_scale: float = 0.1

    _kernel = "node_perturbation"
    _rule_parameter = "noise_scale"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **LocalReadout._parameter_constraints,
        "noise_scale": [Interval(Real, 0, np.inf, closed="neither")],
    }
