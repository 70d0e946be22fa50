"""e-prop for classification."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.validation import StrOptions

from .._tasks import ClassifierTask
from ..kernels.eprop import Constants
from .base import SpikingReadout
from .eprop import EPROP_PARAMETERS, eprop_constants


@dataclass(eq=False, repr=False)
class EpropClassifier(ClassifierTask, SpikingReadout):
    """Classifier of spike trains by one layer of leaky or spiking neurons (e-prop).

    There is one output neuron per class. The output of a leaky integrator ("li") is its
    weighted, filtered input; that of a spiking neuron is its own filtered spikes [1]_::

        li          y_k = b_k + sum_j W_kj F_out[z_j]
        lif, alif   y_k = b_k + F_out[s_k]
                    v_k(t) = alpha v_k(t-1) + sum_j W_kj z_j(t) - v_threshold s_k(t-1)
                    s_k(t) = 1 if v_k(t) >= A_k(t), for t_ref ms afterwards 0
                    A_k(t) = v_threshold + adaptation * a_k(t)
                    a_k(t) = rho a_k(t-1) + s_k(t-1)              (alif; 0 for lif)

    ``F_out[x](t) = kappa F_out[x](t-1) + x(t)`` and ``alpha, rho, kappa`` are
    ``exp(-dt / tau)`` of ``tau_mem``, ``tau_adapt`` and ``tau_out``. In each step the
    outputs' error meets an eligibility trace that every synapse carries forward in time,
    so that nothing is unrolled or sent back::

        dE/dW_kj = sum_t e_k(t) F_out[psi_k (x_j - adaptation * eps_kj)](t)
        psi_k    = dampening / v_threshold * surrogate((v_k - A_k) / v_threshold)
        x_j      = alpha x_j(t-1) + z_j(t)
        eps_kj   = psi_k(t-1) x_j(t-1) + (rho - adaptation psi_k(t-1)) eps_kj(t-1)

    For "li" this is ``sum_t e_k F_out[z_j]``, the exact gradient. Only channels that
    fired are touched.

    Parameters
    ----------
    output_neuron : {"li", "lif", "alif"}, default="li"
        Leaky integrators, leaky integrate-and-fire neurons, or the same with adaptive
        thresholds.
    tau_out : float, default=20.0
        Time constant of the outputs' filter (ms). 0 filters nothing.
    tau_mem : float, default=20.0
        Time constant of the membrane (ms); of spiking neurons, as the next six.
    tau_adapt : float, default=200.0
        Time constant of adaptation (ms).
    adaptation : float, default=0.2
        How far a spike lifts the threshold of an "alif" neuron.
    v_threshold : float, default=1.0
        Threshold, in the units of weights.
    t_ref : float, default=2.0
        Absolute refractory period (ms), in whole steps, halves rounded up.
    surrogate : str, default="fast_sigmoid"
        Stand-in for the derivative of a spike, see `surrogate_gradient`. The paper has
        "triangle", which is 0 far below the threshold: an output that once fell silent
        there learns no more.
    dampening : float, default=0.3
        What multiplies it.
    burn_in : float, default=0.0
        Time at the start of a sample that is neither learned from nor counted in outputs
        (ms). The last step always counts.
    learning_rate : float, default=0.005
        Step size of weights and intercepts, per update.
    solver : {"adam", "sgd"}, default="adam"
        Adam, over the updates in which a channel was active, or plain gradient descent.
    batch_size : int, default=20
        Samples per update.
    loss : {"softmax", "squared"}, default="softmax"
        In each step: cross-entropy of a softmax, or squared error against targets of 1
        for the label and -1 for the others (mean over classes).
    dt : float, default=1.0
        Length of a step (ms).
    init_scale : float or None, default=None
        Weights start normal with standard deviation ``init_scale / sqrt(n_features)``.
        None is 0 for "li" and 1 for spiking neurons, which learn nothing while far from
        threshold.
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
    coef_ : ndarray of shape (n_classes, n_features)
        Weights, for two classes too.
    intercept_ : ndarray of shape (n_classes,)
        Intercepts.
    loss_curve_ : list of float
        Mean loss of each epoch of `fit`, every sample's taken before learning from it.
    validation_scores_ : list of float
        Score of the samples set aside, after each epoch; with ``early_stopping`` only.
    n_iter_ : int
        Epochs that the last `fit` ran.
    t_ : int
        Samples seen, counted once per epoch.
    n_features_in_ : int
        Number of channels.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of channels, where X had some.

    See Also
    --------
    EpropRegressor : The same for values, in each step if wanted.

    Notes
    -----
    ``X`` is a `SpikeTrains`; or an array of shape (n_samples, n_steps, n_channels), or a
    list of such samples, that holds numbers of spikes or analog values; or of shape
    (n_samples, n_channels), each row a sample of one step. Every sample starts from rest.
    The class with the largest output, averaged over steps, wins.

    References
    ----------
    .. [1] G. Bellec, F. Scherr, A. Subramoney, E. Hajek, D. Salaj, R. Legenstein, W. Maass,
       "A solution to the learning dilemma for recurrent networks of spiking neurons",
       Nature Communications 11, 3625, 2020.

    Examples
    --------
    Which of two groups of channels fires more?

    >>> import numpy as np
    >>> from sparcelearn import SpikeTrains
    >>> from sparcelearn.readouts import EpropClassifier
    >>> rng = np.random.default_rng(0)
    >>> y = rng.integers(2, size=60)
    >>> rates = np.where(np.arange(10) % 2 == y[:, None], 0.2, 0.1)
    >>> X = SpikeTrains.from_dense(rng.random((60, 100, 10)) < rates[:, None])
    >>> readout = EpropClassifier(random_state=0).fit(X, y)
    >>> bool(readout.score(X, y) > 0.9)
    True
    """

    output_neuron: str = "li"
    _: KW_ONLY
    tau_out: float = 20.0
    tau_mem: float = 20.0
    tau_adapt: float = 200.0
    adaptation: float = 0.2
    v_threshold: float = 1.0
    t_ref: float = 2.0
    surrogate: str = "fast_sigmoid"
    dampening: float = 0.3
    burn_in: float = 0.0
    learning_rate: float = 0.005
    solver: str = "adam"
    batch_size: int = 20
    loss: str = "softmax"

    _one_output_per_class = True
    _kernels = "eprop"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **EPROP_PARAMETERS,
        "loss": [StrOptions({"softmax", "squared"})],
    }

    @property
    def _default_scale(self) -> float:  # type: ignore[override]
        return 0.0 if self.output_neuron == "li" else 1.0

    def _constants(self) -> Constants:
        return eprop_constants(self)

    def _solver(self) -> tuple[int, float]:
        return self._code(self.solver), 1.0

    def _outputs(self, X: Any, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return self._respond(X, rows, np.empty((rows.size, self.classes_.size, 1)))[:, :, 0]
