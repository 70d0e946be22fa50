"""SpaRCe for classification."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.arrays import check_alike
from sparcelearn._core.validation import Interval, StrOptions

from .._losses import LOSSES
from .._tasks import ClassifierTask
from .rule import SparceReadout


@dataclass(eq=False, repr=False, kw_only=True)
class SparceClassifier(ClassifierTask, SparceReadout):
    """Linear classifier on thresholded features, with learned thresholds (SpaRCe).

    Feature i of a sample passes as far as its magnitude exceeds a threshold [1]_::

        x_i = sign(V_i) * max(0, |V_i| - theta_i)        y = W x + b

    Thresholds start at a percentile of the feature's magnitude, which makes the code
    sparse, and learn with the weights, by the gradient of the same loss::

        d loss / d W_ki    =  e_k * x_i                  e_k = d loss / d y_k
        d loss / d theta_i = -sign(V_i) * sum_k e_k * W_ki     where |V_i| > theta_i

    Learning is online and local: a sample is predicted, learned from and forgotten.

    ============================ ================ =====================================
    here                         in the paper     meaning
    ============================ ================ =====================================
    ``X[s]``                     V                features of a sample, any units
    ``base_thresholds_``         P_n(abs V)       percentiles n = 100 * sparsity
    ``learned_thresholds_``      theta tilde      learned part of the thresholds
    ``thresholds_``              theta            their sum, in the units of X
    ``sparse_code(X)``           x                thresholded features
    ``coef_``                    W                weights
    ``learning_rate``            eta_W            step of the weights
    ============================ ================ =====================================

    Parameters
    ----------
    sparsity : float or None, default=0.3
        Where thresholds start: each at the percentile ``100 * sparsity`` of its own
        feature's magnitude, so that about this share of samples leaves it silent. At
        least 0 and below 1. None means no thresholds at all, neither started nor
        learned: the plain online readout.
    loss : {"asymmetric", "squared", "sigmoid", "softmax"}, default="asymmetric"
        Squared error against targets of 1 for the label and -1 for the others (mean over
        classes), of which a tenth counts where an output is beyond its target if it is
        asymmetric [3]_: an output of 2 for the label is no mistake. Or cross-entropy of one
        sigmoid per class (mean over classes, as the authors used), or of a softmax. Two classes
        share one output, under which softmax is the same as sigmoid.
    learning_rate_schedule : {"linear", "constant"}, default="constant"
        Over `fit`: fall evenly to 0 over ``max_iter`` epochs, or stay. `partial_fit`
        always uses ``learning_rate`` as it is.
    average : "adaptive", int or None, default="adaptive"
        Updates, about, over which weights and intercepts are averaged; those averages predict,
        and each counts the updates of its own feature alone. In `fit` they are the updates of an
        epoch instead. In `partial_fit`, ``"adaptive"`` averages over 10 and over 1,000 updates,
        and predicts by a mix of the two and of the current weights, in which those count most
        that made the fewest mistakes in the last 200 samples, about. Where classes come one after
        another, that goes by the classes of the moment; as many updates as each has samples keep
        more of the others. None averages nothing.
    class_memory : int or None, default=None
        Samples, about, over which it is followed how often classes come; at least 2. Samples then
        push outputs of other classes down only as far as these came lately (below), so that what
        was learned of classes that no longer come stays: 3 to 10 where some classes come after
        others, at least two at a time. With two classes in all, which share one output, it
        changes nothing. None pushes all down alike.
    learning_rate : float or None, default=None
        Step size, per update. Of normalised steps it is the share of an error that an update
        removes, below 2. None is 1 in `fit` with at least as many features as samples, else 0.3;
        in `partial_fit` 0.5, or 0.3 if nothing is averaged; and with other solvers 0.002, in the
        units that gradients give.
    threshold_rate : float or None, default=None
        Step size of the thresholds as a multiple of that of the weights. Of normalised steps it is
        in units of the size of each feature, below 0.5 or so; None is 0.05. With other solvers
        than ``"nlms"`` it is in the units of X: thresholds of features of size 100 want a larger
        one than of size 1; None is 0.1.
    learn_thresholds : bool, default=True
        Whether thresholds learn or stay where they start.
    solver : {"nlms", "adam", "sgd"}, default="nlms"
        Normalised steps (below), Adam (beta 0.9 and 0.999, epsilon 1e-8, bias-corrected) or plain
        gradient descent. All move active features only, so an update is the faster the sparser
        the code: Adam's moments of a feature see only the mini-batches in which it was active.
    alpha : float, default=0.01
        Penalty on squared weights: at each update the weights of active features lose the share
        ``rate * alpha * batch_size / n``, where rate is the step size and n the number of
        samples in `fit`, or those that came so far in a stream. With normalised steps it is in
        units of the mean squared length of x; of ridge regression it would be the penalty
        divided by that.
    batch_size : int, default=1
        Samples per update. The last mini-batch of an epoch, and of each call of
        `partial_fit`, may be smaller. At 1 the cutting of a stream into calls changes
        nothing, to the bit.
    max_iter : int, default=50
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
    calibration_samples : int or None, default=None
        Samples that percentiles and sizes are taken over. In `fit` they are drawn at random,
        None takes all. On a stream they are the first ones, None takes 1000.
    init_scale : float or None, default=None
        Weights start uniform in [0, 1) and the learned part of thresholds standard
        normal, both times this. None is 0; the authors used 1 / n_units.
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
    base_thresholds_ : ndarray of shape (n_features,)
        Percentiles of feature magnitudes, in the units of X.
    scale_ : ndarray of shape (n_features,)
        Root mean square of what passes the percentile, in the units of X; at least a thousandth of
        that percentile, and 1 for what never passes one of 0.
    learned_thresholds_ : ndarray of shape (n_features,)
        What learning added to them.
    thresholds_ : ndarray of shape (n_features,)
        Their sum. A feature whose threshold falls below 0 is never silent, except at 0.
    coding_level_ : float
        Of all features that were not 0, the share that was above threshold, counted while
        learning from the last epoch or the last chunk of a stream.
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
    SparceRegressor : The same for values.

    Notes
    -----
    A normalised step (NLMS) measures every feature in units of s_i, the root mean square of its x_i
    where that is not 0, and divides by the squared length of the sample; 1 is that of the constant
    input to the intercept::

        W_ki    <- W_ki - rate * e_k * x_i / s_i^2 / L
        theta_i <- theta_i - rate * r * s_i^2 * (d loss / d theta_i) / L
        L = 1 + sum_j (x_j / s_j)^2

    so neither the scale of X nor the number of features matters to the rate, and a rate of 1 makes
    the error on a sample 0. Here e is the error in the units of outputs: that of squared error is
    ``y - t``. The length is common to all weights of an output; all else is their own. It grows
    with the number of active features, all of which move an output; so that a threshold moves
    however many there are, r is ``threshold_rate`` times one more than the number that starts
    active, ``n_features * (1 - sparsity)``. A mini-batch divides its mean gradient by its mean
    squared length.

    The derivative of the loss is that of weights midway through their step. Weights that follow
    single samples shake, and what shakes costs loss: where errors cannot fall to 0, by the weights
    before the step every threshold would rise until all features are silent, and by those after it
    every threshold would fall. Midway, neither.

    Averages w_i of the weights of feature i predict [4]_, which takes out the noise of single
    steps, while learning itself goes on from W::

        w_i <- w_i + (W_i - w_i) * a / (1 - (1 - a)^n_i)          a = 1 / average

    after the n_i-th update in which the feature was active. Long averages suit a stream that stays
    as it is, short ones one that drifts, and none labels that stay for many samples. So
    ``average="adaptive"`` keeps two. They and W answer each sample before it is learned; what
    predicts is a mix of the three by exponential weights, as of experts whose advice is followed
    [8]_, with their mistakes L forgotten over 200 samples::

        L_h <- 199/200 L_h + 1[h was wrong]         share_h = exp(-L_h) / sum_j exp(-L_j)

    Where classes come one after another, what destroys the old ones is that samples of new ones
    push their outputs down. With ``class_memory=M`` the shares f of classes are followed, and
    class k counts in the loss of a sample of class c by g_k::

        f_k <- f_k + (1[k = c] - f_k) / M            g_k = 1 if k = c else f_k / max_j f_j

    Errors ``e_k`` are multiplied by g_k; under softmax, whose outputs compete, the exponentials of
    outputs are, which adds the logarithm of a share to an output while it learns [5]_. Shares of 0
    and 1 in its place are the labels trick [6]_ and, with replay, ER-ACE [7]_. It costs one
    number for each class. ``loss_curve_`` holds the loss without g.

    Thresholds are not clipped. Silent features neither learn nor move their threshold,
    so one silent in every sample stays so.

    On a stream, the running percentiles (P-square algorithm [2]_) and sizes take in a mini-batch
    before it is learned from, until ``calibration_samples`` were seen; nothing of the very first
    sample passes. Where a size grows, normalised steps keep weights as large in its units, so that
    a feature that wakes up late upsets nothing. `partial_fit` after `fit` keeps the percentiles and
    sizes of `fit`.

    References
    ----------
    .. [1] L. Manneschi, A. C. Lin, E. Vasilaki, "SpaRCe: Improved Learning of Reservoir
       Computing Systems Through Sparse Representations", IEEE Transactions on Neural
       Networks and Learning Systems 34(2), 824-838, 2023.
    .. [2] R. Jain, I. Chlamtac, "The P2 algorithm for dynamic calculation of quantiles and
       histograms without storing observations", Communications of the ACM 28(10),
       1076-1085, 1985.
    .. [3] W. K. Newey, J. L. Powell, "Asymmetric Least Squares Estimation and Testing",
       Econometrica 55(4), 819-847, 1987.
    .. [4] B. T. Polyak, A. B. Juditsky, "Acceleration of Stochastic Approximation by
       Averaging", SIAM Journal on Control and Optimization 30(4), 838-855, 1992.
    .. [5] A. K. Menon, S. Jayasumana, A. S. Rawat, H. Jain, A. Veit, S. Kumar, "Long-tail
       learning via logit adjustment", ICLR 2021.
    .. [6] C. Zeno, I. Golan, E. Hoffer, D. Soudry, "Task Agnostic Continual Learning Using
       Online Variational Bayes", arXiv:1803.10123, 2018.
    .. [7] L. Caccia, R. Aljundi, N. Asadi, T. Tuytelaars, J. Pineau, E. Belilovsky, "New Insights
       on Reducing Abrupt Representation Change in Online Continual Learning", ICLR 2022.
    .. [8] N. Littlestone, M. K. Warmuth, "The Weighted Majority Algorithm", Information and
       Computation 108(2), 212-261, 1994.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.model_selection import train_test_split
    >>> from sparcelearn.readouts import SparceClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> X_train, X_test, y_train, y_test = train_test_split(X / 16, y, random_state=0)
    >>> readout = SparceClassifier(random_state=0).fit(X_train, y_train)
    >>> bool(readout.score(X_test, y_test) > 0.93)
    True
    >>> readout.sparse_code(X_test).shape
    (450, 64)

    Classes that come two at a time, each sample once:

    >>> from sparcelearn.datasets import class_incremental_order
    >>> rows, _ = class_incremental_order(y_train, n_tasks=5, random_state=0)
    >>> for memory in (None, 5):
    ...     readout = SparceClassifier(0.5, loss="softmax", class_memory=memory)
    ...     readout = readout.partial_fit(X_train[rows], y_train[rows], classes=range(10))
    ...     print(bool(readout.score(X_test, y_test) > 0.6))
    False
    True
    """

    loss: str = "asymmetric"
    learning_rate_schedule: str = "constant"
    average: int | str | None = "adaptive"
    class_memory: int | None = None

    _state = (*SparceReadout._state, "_class_shares")
    _class_shares = None  # until classes are followed, and in files from before they could be
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **SparceReadout._parameter_constraints,
        "loss": [StrOptions(set(LOSSES))],
        "average": [Interval(Integral, 1, None, closed="left"), StrOptions({"adaptive"}), None],
        "class_memory": [Interval(Integral, 2, None, closed="left"), None],
    }

    def _start(self, X: NDArray[Any], n_outputs: int, random_state: np.random.RandomState) -> None:
        super()._start(X, n_outputs, random_state)
        self._class_shares = None

    def _check_loaded(self) -> None:
        super()._check_loaded()
        shares: Any = self._class_shares
        if shares is not None:
            check_alike("_class_shares", shares, np.zeros(len(self.intercept_)))
            if not ((shares >= 0) & (shares <= 1)).all():
                raise ValueError("_class_shares must lie between 0 and 1")

    def _must_average(self) -> bool:
        return self._epoch_size > self.coef_.shape[1]
