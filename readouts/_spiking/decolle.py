"""DECOLLE: a spiking layer that learns from a fixed random readout of its own."""

from __future__ import annotations

from copy import copy
from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sparcelearn._core.arrays import read_only
from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn._core.validation import Interval, StrOptions

from .._tasks import ClassifierTask
from ..kernels.decolle import Constants
from .base import SpikingReadout
from .filters import decay
from .surrogates import SURROGATES


@dataclass(eq=False, repr=False)
class DecolleClassifier(ClassifierTask, SpikingReadout):
    """Classifier of spike trains by a trained spiking layer under a fixed readout (DECOLLE).

    The layer's units are leaky integrate-and-fire neurons; a fixed random matrix makes
    outputs of their spikes, and sends the outputs' errors back to them [1]_::

        Q_j = b Q_j + (1 - b) z_j                      synapse
        P_j = a P_j + (1 - a) Q_j                      membrane
        R_i = g R_i - (1 - g) S_i(t-1)                 refractoriness
        U_i = sum_j W_ij P_j + bias_i + R_i            S_i = 1 if U_i > 0 else 0
        Y_k = sum_i G_ki S_i

        dW_ij = -learning_rate * sum_k G_ki e_k * surrogate(U_i) * P_j

    in every step, with ``e_k = d loss / d Y_k`` and ``a, b, g = exp(-dt / tau)`` of
    ``tau_mem``, ``tau_syn``, ``tau_ref``. As R is not differentiated, P is the exact
    forward trace: memory is one number per channel, whatever the length of a sample. In
    learning only channels that fired are touched.

    ============================ ================ =====================================
    here                         in the paper     meaning
    ============================ ================ =====================================
    ``coef_``, ``intercept_``    W, b             weights and biases of the layer
    ``projection_``              G                the fixed readout
    ``tau_mem``, ``tau_syn``     alpha, beta      decays of P and of Q
    ``tau_ref``                  gamma            decay of R
    ============================ ================ =====================================

    Parameters
    ----------
    n_hidden : int or None, default=100
        Units of the trained layer. None gives one unit per class, which is its output,
        and no fixed readout.
    tau_mem : float, default=33.0
        Time constant of the membrane (ms). 0 filters nothing, here and below.
    tau_syn : float, default=12.0
        Time constant of the synapses (ms).
    tau_ref : float, default=2.3
        Time constant of refractoriness (ms).
    surrogate : str or None, default="fast_sigmoid"
        Stand-in for the derivative of a spike, see `surrogate_gradient`. None makes the
        units linear, ``S = U``: with ``n_hidden=None`` and time constants of 0 this is the
        delta rule.
    steepness : float, default=10.0
        Inverse width of the surrogate.
    loss : {"smooth_l1", "squared", "softmax"}, default="smooth_l1"
        In each step: smooth L1 loss against targets of 1 for the label and 0 for the
        others (mean over classes), squared error against targets of 1 and -1 (mean over
        classes), or cross-entropy of a softmax.
    error_threshold : float, default=0.0
        Errors ``e_k`` up to this size are passed over (error-triggered learning [2]_).
    regularization : float, default=0.0
        Strength of a loss ``mean(max(0, U + 0.01)) + max(0, 0.1 - mean(U))`` that keeps
        units below threshold, but not all of them silent.
    amplitude : float, default=2.0
        The fixed readout: uniform within ``amplitude / sqrt(n_hidden)`` of 0, then centred.
    burn_in : float, default=0.0
        Time at the start of a sample that is neither learned from nor counted in outputs
        (ms). The last step always counts.
    learning_rate : float, default=10.0
        Step size of weights and biases, per step of a sample. It is large because P is
        small: on average it is the number of spikes per step.
    solver : {"sgd", "rmaxprop"}, default="sgd"
        Plain gradient descent, or steps scaled by the running maximum of each gradient,
        which decays by 0.95 an update (AdaMax without momentum, as in the paper, where
        many samples share an update; with one they are noisy).
    fit_intercept : bool, default=False
        Whether units learn a bias. It moves in every step, by as much as many weights
        together, and may follow the label of the sample at hand instead of its input.
    dt : float, default=1.0
        Length of a step (ms).
    init_scale : float or None, default=None
        Weights start normal with standard deviation ``init_scale / sqrt(n_features)``. None is 1.
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
    coef_ : ndarray of shape (n_hidden, n_features)
        Weights.
    intercept_ : ndarray of shape (n_hidden,)
        Biases.
    projection_ : ndarray of shape (n_classes, n_hidden)
        The fixed readout, which does not learn; the identity for ``n_hidden=None``.
    update_rate_ : float
        Of all outputs' errors, the share above ``error_threshold``, while learning from
        the last epoch or the last chunk of a stream.
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
    StackedDecolleClassifier : Several such layers, one on the spikes of the other.
    EpropClassifier : Updates once per mini-batch, along eligibility traces.

    Notes
    -----
    ``X`` is a `SpikeTrains`; or an array of shape (n_samples, n_steps, n_channels), or a
    list of such samples, that holds numbers of spikes or analog values; or of shape
    (n_samples, n_channels), each row a sample of one step. Every sample starts from rest.
    The class with the largest output, averaged over steps, wins.

    The paper lets Q act on P a step later; here an event acts in its own step.

    References
    ----------
    .. [1] J. Kaiser, H. Mostafa, E. Neftci, "Synaptic Plasticity Dynamics for Deep
       Continuous Local Learning (DECOLLE)", Frontiers in Neuroscience 14, 424, 2020.
    .. [2] M. Payvand, M. E. Fouda, F. Kurdahi, A. M. Eltawil, E. O. Neftci, "On-Chip
       Error-Triggered Learning of Multi-Layer Memristive Spiking Neural Networks", IEEE
       Journal on Emerging and Selected Topics in Circuits and Systems 10(4), 2020.

    Examples
    --------
    Which of two groups of channels fires more?

    >>> import numpy as np
    >>> from sparcelearn import SpikeTrains
    >>> from sparcelearn.readouts import DecolleClassifier
    >>> rng = np.random.default_rng(0)
    >>> y = rng.integers(2, size=60)
    >>> rates = np.where(np.arange(10) % 2 == y[:, None], 0.2, 0.1)
    >>> X = SpikeTrains.from_dense(rng.random((60, 100, 10)) < rates[:, None])
    >>> readout = DecolleClassifier(20, max_iter=30, random_state=0).fit(X, y)
    >>> bool(readout.score(X, y) > 0.9)
    True
    """

    n_hidden: int | None = 100
    _: KW_ONLY
    tau_mem: float = 33.0
    tau_syn: float = 12.0
    tau_ref: float = 2.3
    surrogate: str | None = "fast_sigmoid"
    steepness: float = 10.0
    loss: str = "smooth_l1"
    error_threshold: float = 0.0
    regularization: float = 0.0
    amplitude: float = 2.0
    burn_in: float = 0.0
    learning_rate: float = 10.0
    solver: str = "sgd"
    fit_intercept: bool = False

    _one_output_per_class = True
    _kernels = "decolle"
    _moves_at_end = False
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **SpikingReadout._parameter_constraints,
        "n_hidden": [Interval(Integral, 1, None, closed="left"), None],
        "tau_mem": [Interval(Real, 0, np.inf, closed="left")],
        "tau_syn": [Interval(Real, 0, np.inf, closed="left")],
        "tau_ref": [Interval(Real, 0, np.inf, closed="left")],
        "surrogate": [SURROGATES, None],
        "steepness": [Interval(Real, 0, np.inf, closed="neither")],
        "loss": [StrOptions({"smooth_l1", "squared", "softmax"})],
        "error_threshold": [Interval(Real, 0, np.inf, closed="left")],
        "regularization": [Interval(Real, 0, np.inf, closed="left")],
        "amplitude": [Interval(Real, 0, np.inf, closed="neither")],
        "burn_in": [Interval(Real, 0, np.inf, closed="left")],
        "solver": [StrOptions({"rmaxprop", "sgd"})],
    }

    def hidden_spikes(self, X: ArrayLike | SpikeTrains) -> SpikeTrains:
        """Return the spikes of the trained layer, for a layer above.

        Parameters
        ----------
        X : SpikeTrains or array-like
            Samples.

        Returns
        -------
        SpikeTrains
            One channel per unit; samples as long as those of X.
        """
        steps = self._checked_features(X)
        if self.surrogate is None:
            raise ValueError("surrogate=None makes the units linear: they have no spikes")
        units = copy(self)
        units._is_projected = False  # outputs are the units themselves
        n_steps, dt = steps.n_steps, float(self.dt)
        parts = []
        for first in range(0, len(steps), 256):
            rows = np.arange(first, min(first + 256, len(steps)))
            room = np.empty((rows.size, self.intercept_.size, int(n_steps.max())))
            sample, step, unit = np.nonzero(units._respond(steps, rows, room).transpose(0, 2, 1))
            parts.append((sample + first, step, unit))
        sample, step, unit = map(np.concatenate, zip(*parts, strict=True))
        starts = np.searchsorted(sample, np.arange(len(steps) + 1))
        return SpikeTrains(step * dt, unit, starts, self.intercept_.size, n_steps * dt)

    def _start(self, X: Any, n_outputs: int, random_state: np.random.RandomState) -> None:
        super()._start(X, n_outputs, random_state)
        bound = self.amplitude / np.sqrt(self.intercept_.size)
        G = random_state.uniform(-bound, bound, (n_outputs, self.intercept_.size))
        self.projection_ = G - G.mean(axis=1, keepdims=True)  # so that spikes raise and lower each
        self._is_projected = self.n_hidden is not None
        if not self._is_projected:
            self.projection_ = np.eye(n_outputs)

    def _initial(
        self, n_channels: int, n_outputs: int, random_state: np.random.RandomState
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        n_hidden = n_outputs if self.n_hidden is None else int(self.n_hidden)
        return super()._initial(n_channels, n_hidden, random_state)

    def _constants(self) -> Constants:
        dt = float(self.dt)
        projection = self.projection_ if self._is_projected else np.empty((0, 0))
        return Constants(
            loss=self._code(self.loss),
            burn_in=round(self.burn_in / dt),
            is_linear=self.surrogate is None,
            a=decay(dt, self.tau_mem),
            b_s=decay(dt, self.tau_syn),
            g=decay(dt, self.tau_ref),
            shape=self._code(self.surrogate or "fast_sigmoid"),
            steepness=float(self.steepness),
            error_threshold=float(self.error_threshold),
            strength=float(self.regularization),
            G=read_only(projection),
        )

    def _solver(self) -> tuple[int, float]:
        return self._code(self.solver), 0.95

    def _train(
        self,
        X: Any,
        targets: NDArray[np.float64],
        rows: NDArray[np.int64],
        weights: NDArray[np.float64],
        rates: tuple[float, float],
    ) -> tuple[float, Any]:
        total, state = super()._train(X, targets, rows, weights, rates)
        n_learned = np.maximum(X.n_steps[rows] - round(self.burn_in / self.dt), 1).sum()
        self.update_rate_ = float(state.n_errors[0] / (n_learned * self.classes_.size))
        return total, state

    def _outputs(self, X: Any, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return self._respond(X, rows, np.empty((rows.size, self.classes_.size, 1)))[:, :, 0]
