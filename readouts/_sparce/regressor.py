"""SpaRCe for regression."""

from __future__ import annotations

from dataclasses import dataclass

from .._tasks import RegressorTask
from .rule import SparceReadout


@dataclass(eq=False, repr=False)
class SparceRegressor(RegressorTask, SparceReadout):
    """Linear regression on thresholded features, with learned thresholds (SpaRCe).

    Feature i of a sample passes as far as its magnitude exceeds a threshold [1]_::

        x_i = sign(V_i) * max(0, |V_i| - theta_i)        y = W x + b

    Thresholds start at a percentile of the feature's magnitude, which makes the code
    sparse, and learn with the weights. The loss is the squared error, its mean taken over
    outputs and mini-batch::

        d loss / d W_ki    =  e_k * x_i                  e_k = 2 (y_k - t_k) / n_outputs
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
    sparsity : float or None, default=0.0
        Where thresholds start: each at the percentile ``100 * sparsity`` of its own
        feature's magnitude, so that about this share of samples leaves it silent. At
        least 0 and below 1. None means no thresholds at all, neither started nor
        learned: the plain online readout.
    learning_rate : float or None, default=None
        Step size, per update. Of normalised steps it is the share of an error that an update
        removes, below 2. None is 1 in `fit`, where it falls, and 0.3 in `partial_fit`, where it
        stays; with other solvers 0.002, in the units that gradients give. Noisy targets
        want less, such as 0.3 in `fit`, too.
    learning_rate_schedule : {"linear", "constant"}, default="linear"
        Over `fit`: fall evenly to 0 over ``max_iter`` epochs, or stay. `partial_fit`
        always uses ``learning_rate`` as it is.
    average : int or None, default=None
        Updates, about, over which weights and intercepts are averaged; those averages predict,
        and each counts the updates of its own feature alone. In `fit` they are the updates of an
        epoch instead. None averages nothing, which suits
        predictable series; noisy values want about 50.
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
    coef_ : ndarray of shape (n_outputs, n_features)
        Weights.
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
    SparceClassifier : The same for labels.

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
    active, ``n_features * (1 - sparsity)``, over the mean square of the targets. A mini-batch
    divides its mean gradient by its mean squared length.

    The derivative of the loss is that of weights midway through their step, which does not silence
    what is noisy: the notes of `SparceClassifier` say why.

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

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.readouts import SparceRegressor
    >>> X = np.random.default_rng(0).normal(size=(500, 50))
    >>> y = X[:, 0] - 0.5 * X[:, 1]
    >>> readout = SparceRegressor(sparsity=0.2, random_state=0).fit(X, y)
    >>> bool(readout.score(X, y) > 0.9)
    True
    """

    sparsity: float | None = 0.0
