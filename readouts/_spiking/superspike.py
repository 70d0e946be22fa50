"""SuperSpike: output neurons that learn to spike at given times."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.as_fitted import with_fitted_parameters
from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn._core.steps import whole_steps
from sparcelearn._core.validation import Interval, StrOptions

from .._weights import check_sample_weight
from ..kernels.superspike import Constants
from .base import SpikingReadout
from .filters import decay, impulse_response, spike_distance
from .step_targets import StepRegressor, check_steps
from .surrogates import SURROGATES


@dataclass(eq=False, repr=False, kw_only=True)
class SuperSpikeRegressor(StepRegressor, SpikingReadout):
    """Spiking neurons that learn to answer spike trains with given spike trains (SuperSpike).

    Output neurons are leaky integrate-and-fire; their spikes and the wanted ones are
    compared after a double exponential filter, the van Rossum way [1]_::

        U_k = sum_j W_kj F_mem[F_syn[z_j]] - v_threshold F_mem[s_k](t-1) + b_k
        s_k = 1 if U_k >= v_threshold, for t_ref ms afterwards 0
        e_k = F_decay[F_rise[s_k - target_k]]          E = sum_k sum_t e_k(t)**2 / 2

    with ``F[x](t) = exp(-dt / tau) F[x](t-1) + x(t)``. ``F_mem F_syn`` is scaled so that a
    unit weight raises U by 1 at most, and ``F_decay F_rise`` so that a spike without counterpart
    adds 1 to ``sum_t e_k**2``. The reported loss is that, summed over outputs.
    A synapse carries an eligibility trace and a mini-batch sums its product with the error::

        lambda_kj = F_decay[F_rise[surrogate(U_k / v_threshold - 1) F_mem[F_syn[z_j]]]]
        dE/dW_kj  = sum_t e_k(t) lambda_kj(t)

    Steps are then scaled by the largest gradient that a synapse saw lately (RMaxProp).
    Only channels that fired are touched.

    Parameters
    ----------
    tau_mem : float, default=10.0
        Time constant of the membrane (ms). 0 filters nothing, here and below.
    tau_syn : float, default=5.0
        Time constant of the synapses (ms).
    tau_decay : float, default=10.0
        Slower time constant of the filter that spikes are compared by (ms).
    tau_rise : float, default=5.0
        Its faster time constant (ms).
    v_threshold : float, default=1.0
        Threshold, in the units of weights.
    t_ref : float, default=0.0
        Absolute refractory period (ms), in whole steps, halves rounded up.
    surrogate : str, default="fast_sigmoid"
        Stand-in for the derivative of a spike, see `surrogate_gradient`.
    steepness : float, default=10.0
        Inverse width of the surrogate, in multiples of the threshold.
    solver : {"rmaxprop", "adam", "sgd"}, default="rmaxprop"
        RMaxProp, Adam, or plain gradient descent.
    tau_rms : float, default=30000.0
        Time constant of the square of the largest gradient in RMaxProp (ms of input).
    batch_size : int, default=1
        Samples per update.
    fit_intercept : bool, default=False
        Whether output neurons learn a constant drive.
    dt : float, default=1.0
        Length of a step (ms).
    init_scale : float or None, default=None
        Weights start normal with standard deviation ``init_scale / sqrt(n_features)``. None is 0.
    learning_rate : float, default=0.02
        Step size of weights, per update; under "rmaxprop" the largest step there is.
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
    coef_ : ndarray of shape (n_outputs, n_features)
        Weights.
    intercept_ : ndarray of shape (n_outputs,)
        Constant drives.
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
    sparcelearn.measures.van_rossum : Distance of spike trains.

    Notes
    -----
    ``X`` is a `SpikeTrains`; or an array of shape (n_samples, n_steps, n_channels), or a
    list of such samples, that holds numbers of spikes or analog values; or of shape
    (n_samples, n_channels), each row a sample of one step. Every sample starts from rest.

    ``y`` is a `SpikeTrains` whose samples last as long as those of X; or an array of shape
    (n_samples, n_steps, n_outputs) of spikes per step; or, where samples have one step, of
    shape (n_samples, n_outputs) or (n_samples,). Predictions are of the same form.

    Steps do not shrink with the gradient: let the rate fall, or use ``early_stopping``.

    References
    ----------
    .. [1] F. Zenke, S. Ganguli, "SuperSpike: Supervised Learning in Multilayer Spiking
       Neural Networks", Neural Computation 30(6), 1514-1541, 2018.

    Examples
    --------
    Out of noise that is always the same, spikes at 50 and 120 ms:

    >>> import numpy as np
    >>> from sparcelearn import SpikeTrains
    >>> from sparcelearn.readouts import SuperSpikeRegressor
    >>> rng = np.random.default_rng(0)
    >>> X = SpikeTrains.from_dense(rng.random((1, 200, 100)) < 0.01)
    >>> y = SpikeTrains([50.0, 120.0], [0, 0], [0, 2], n_channels=1, durations=200.0)
    >>> readout = SuperSpikeRegressor(max_iter=200, random_state=0).fit(X, y)
    >>> bool(readout.score(X, y) > 0.8)
    True
    >>> readout.predict(X)
    SpikeTrains(n_samples=1, n_channels=1, n_events=2)
    """

    tau_mem: float = 10.0
    tau_syn: float = 5.0
    tau_decay: float = 10.0
    tau_rise: float = 5.0
    v_threshold: float = 1.0
    t_ref: float = 0.0
    surrogate: str = "fast_sigmoid"
    steepness: float = 10.0
    solver: str = "rmaxprop"
    tau_rms: float = 30000.0
    batch_size: int = 1
    fit_intercept: bool = False

    _default_scale = 0.0
    _kernels = "superspike"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **SpikingReadout._parameter_constraints,
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "tau_mem": [Interval(Real, 0, np.inf, closed="left")],
        "tau_syn": [Interval(Real, 0, np.inf, closed="left")],
        "tau_decay": [Interval(Real, 0, np.inf, closed="left")],
        "tau_rise": [Interval(Real, 0, np.inf, closed="left")],
        "v_threshold": [Interval(Real, 0, np.inf, closed="neither")],
        "t_ref": [Interval(Real, 0, np.inf, closed="left")],
        "surrogate": [SURROGATES],
        "steepness": [Interval(Real, 0, np.inf, closed="neither")],
        "solver": [StrOptions({"rmaxprop", "adam", "sgd"})],
        "tau_rms": [Interval(Real, 0, np.inf, closed="neither")],
    }

    @with_fitted_parameters
    def predict(self, X: ArrayLike | SpikeTrains) -> Any:
        """Return the spikes of the output neurons.

        Parameters
        ----------
        X : SpikeTrains or array-like
            Samples.

        Returns
        -------
        spikes : SpikeTrains or ndarray
            Of the form of the first ``y``.
        """
        features = self._checked_features(X)
        spikes = self._outputs_by_block(features, np.arange(len(features)))
        if not self._gives_trains:
            return self._decide(spikes)
        sample, step, channel = np.nonzero(spikes.transpose(0, 2, 1))
        starts = np.searchsorted(sample, np.arange(len(features) + 1))
        durations = features.n_steps * self.dt
        return SpikeTrains(step * self.dt, channel, starts, spikes.shape[1], durations)

    @with_fitted_parameters
    def score(
        self,
        X: ArrayLike | SpikeTrains,
        y: ArrayLike | SpikeTrains,
        sample_weight: ArrayLike | None = None,
    ) -> float:
        """Return how much nearer predictions are to the targets than silence is.

        Parameters
        ----------
        X : SpikeTrains or array-like
            Samples.
        y : SpikeTrains or array-like
            Target spikes.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each sample.

        Returns
        -------
        float
            ``1 - D(y, predicted) / D(y, silence)``, with D as in the loss; at most 1.
        """
        check_is_fitted(self)
        features, values = self._check(X, y, reset=False)
        outputs = self._outputs_by_block(features, np.arange(len(features)))
        weights = check_sample_weight(sample_weight, features.shape[0])
        return self._score(self._encode(values), outputs, weights)

    def _check(self, X: Any, y: Any, reset: bool) -> tuple[Any, NDArray[Any]]:
        """Return valid features and targets; at first, settle the form of predictions."""
        is_trains = isinstance(y, SpikeTrains)
        if reset:
            self._gives_trains = is_trains
        elif is_trains != self._gives_trains:
            came, was = ("SpikeTrains", "an array") if is_trains else ("an array", "SpikeTrains")
            raise ValueError(f"y is {came}, but was {was} at first")
        if isinstance(y, SpikeTrains):
            features = self._validated(X, reset=reset)
            check_consistent_length(features, y)
            check_steps(features, y.n_steps(self.dt))
            self._check_outputs(y.n_channels, reset=reset)
            return features, y.to_dense(self.dt)
        features, values = super()._check(X, y, reset=reset)
        if values.ndim < 3:
            check_steps(features, np.ones(len(values), dtype=np.int64))
        return features, values

    def _score(self, targets: NDArray[Any], outputs: NDArray[Any], weights: NDArray[Any]) -> float:
        """Return 1 minus the distance to the targets, relative to that of silence."""
        slow, fast = (decay(self.dt, tau) for tau in (self.tau_decay, self.tau_rise))
        missed = spike_distance(outputs - targets, weights, slow, fast)
        silent = spike_distance(targets, weights, slow, fast)
        return float(missed == 0.0 if silent == 0.0 else 1.0 - missed / silent)

    def _outputs(self, X: Any, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        n_steps = int(X.n_steps.max())
        if n_steps > 1 and not self._is_stepwise:
            raise ValueError(f"X has samples of up to {n_steps} steps, but y was given for one")
        return self._respond(X, rows, np.empty((rows.size, self.intercept_.size, n_steps)))

    def _constants(self) -> Constants:
        dt, taus = float(self.dt), (self.tau_mem, self.tau_syn, self.tau_decay, self.tau_rise)
        k_m, k_s, k_d, k_r = (decay(dt, tau) for tau in taus)
        return Constants(
            n_refractory=int(whole_steps(self.t_ref, dt)),
            k_m=k_m,
            k_s=k_s,
            c=1.0 / float(impulse_response(k_m, k_s).max()),
            theta=float(self.v_threshold),
            k_d=k_d,
            k_r=k_r,
            c_e=1.0 / float(np.sqrt(np.sum(impulse_response(k_d, k_r) ** 2))),
            shape=self._code(self.surrogate),
            steepness=float(self.steepness),
        )

    def _solver(self) -> tuple[int, float]:
        return self._code(self.solver), decay(self.dt, 2 * self.tau_rms)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = True  # spikes cannot follow values
        return tags
