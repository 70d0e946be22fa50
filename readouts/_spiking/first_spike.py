"""Classification by the first output to spike."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import softmax

from sparcelearn._core.as_fitted import with_fitted_parameters
from sparcelearn._core.interrupts import blocks_of
from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn._core.validation import Interval, StrOptions

from .._rates import update_rates
from .._tasks import ClassifierTask
from ..kernels.crossing import Potential
from ..kernels.first_spike import Constants
from .base import SpikingReadout
from .first_spike_times import SpikeTimes, as_spike_times, rule_constants, rule_kernels


@dataclass(eq=False, repr=False)
class FirstSpikeClassifier(ClassifierTask, SpikingReadout):
    """Classifier whose output neurons race: the first to spike wins.

    An input is the time of each channel's first spike; each class has a leaky integrate-and-fire
    neuron. Its spike time T and the derivative of T have closed forms, so learning is exact [1]_::

        V_k(t) = sum_j W_kj kappa(t - t_j)             T_k: V_k(T_k) = v_threshold
        kappa(s) = (s / tau_syn) exp(-s / tau_syn)                     for tau_ratio=1
        kappa(s) = 2 (exp(-s / (2 tau_syn)) - exp(-s / tau_syn))       for tau_ratio=2

        dT_k/dW_kj = -kappa(T_k - t_j) / V_k'(T_k)     where t_j < T_k

    With c the right class and all times in ``tau_syn`` the losses are::

        ttfs        log sum_k exp((T_c - T_k) / temperature)
                        + early_weight (exp(T_c / early_scale) - 1)
        mse         sum_k (T_k - target_time - [k != c] margin)**2 / 2
        shift_mse   sum_(k != c) max(0, margin - (T_k - T_c))**2 / 2

    Silent output neurons have no gradient. If one is silent in more than ``max_silent`` of the
    samples of a mini-batch, its weights from active channels rise by ``bump``, which doubles
    each time in a row.

    Parameters
    ----------
    tau_syn : float, default=10.0
        Time constant of the synapses (ms). Input times best spread over about two of it.
    tau_ratio : {1, 2}, default=1
        Time constant of the membrane, in ``tau_syn``.
    v_threshold : float, default=1.0
        Threshold, in the units of weights.
    loss : {"ttfs", "mse", "shift_mse"}, default="ttfs"
        See above.
    temperature : float, default=0.1
        How far apart spikes of the right and of other outputs should be, in ``tau_syn``.
    early_weight : float, default=0.005
        Weight of the demand that the right output spikes early.
    early_scale : float, default=1.0
        Its time scale, in ``tau_syn``. The exponent is at most 10.
    target_time : float, default=15.0
        When the right output should spike under "mse" (ms).
    margin : float, default=5.0
        How much later others should, under "mse" and "shift_mse" (ms).
    derivative : {"exact", "simplified"}, default="exact"
        The derivative above, or without the factor ``1 / V'(T)``: local to a synapse.
    max_gradient : float, default=1.0
        A mini-batch's gradient is shortened to this norm, as ``1 / V'(T)`` has no bound.
    bump : float, default=0.0005
        First rise of the weights of silent outputs.
    max_silent : float, default=0.2
        Share of samples in which an output may be silent.
    bias_time : float, default=0.0
        Time of the spike that intercepts are the weights of (ms): best amid the inputs, 0.9
        ``tau_syn`` in the paper. Well before them, outputs may learn to spike on it alone.
    solver : {"adam", "sgd"}, default="adam"
        Adam, over the updates in which a channel was active, or plain gradient descent.
    batch_size : int, default=20
        Samples per update.
    dt : float, default=1.0
        Length of a step of arrays of three dimensions (ms).
    init_scale : float or None, default=None
        Weights start normal with mean 5 and standard deviation 8, times
        ``init_scale / sqrt(n_features)``. None is 1.
    learning_rate : float, default=0.02
        Step size of weights and intercepts, per update.
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
        Whether outputs also receive a spike at ``bias_time``.
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
        Weights of the spike at ``bias_time``.
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
    first_spike_times : Times and derivatives for given weights.

    Notes
    -----
    ``X`` is a `SpikeTrains`, of which the first spike of each channel in each sample
    counts; or an array of shape (n_samples, n_channels) of spike times (ms), in which
    every channel spikes; or an array of shape (n_samples, n_steps, n_channels), or a list of
    such samples, of spikes in steps.

    A sample ends 5 ``tau_syn`` after its last input, when outputs still silent count as spiking.

    References
    ----------
    .. [1] J. Goeltz, L. Kriener, A. Baumbach, S. Billaudelle, O. Breitwieser, B. Cramer,
       D. Dold, A. F. Kungl, W. Senn, J. Schemmel, K. Meier, M. A. Petrovici, "Fast and
       energy-efficient neuromorphic deep learning with first-spike times", Nature Machine
       Intelligence 3, 823-835, 2021.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.readouts import FirstSpikeClassifier
    >>> times = np.random.default_rng(0).uniform(0, 20, size=(200, 2))
    >>> y = times.argmin(axis=1)
    >>> readout = FirstSpikeClassifier(random_state=0).fit(times, y)
    >>> bool(readout.score(times, y) > 0.9)
    True
    """

    tau_syn: float = 10.0
    _: KW_ONLY
    tau_ratio: int = 1
    v_threshold: float = 1.0
    loss: str = "ttfs"
    temperature: float = 0.1
    early_weight: float = 0.005
    early_scale: float = 1.0
    target_time: float = 15.0
    margin: float = 5.0
    derivative: str = "exact"
    max_gradient: float = 1.0
    bump: float = 0.0005
    max_silent: float = 0.2
    bias_time: float = 0.0
    solver: str = "adam"
    batch_size: int = 20

    _one_output_per_class = True
    _state = (*SpikingReadout._state, "_bumps")
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **SpikingReadout._parameter_constraints,
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "tau_syn": [Interval(Real, 0, np.inf, closed="neither")],
        "tau_ratio": [Interval(Integral, 1, 2, closed="both")],
        "v_threshold": [Interval(Real, 0, np.inf, closed="neither")],
        "loss": [StrOptions({"ttfs", "mse", "shift_mse"})],
        "temperature": [Interval(Real, 0, np.inf, closed="neither")],
        "early_weight": [Interval(Real, 0, np.inf, closed="left")],
        "early_scale": [Interval(Real, 0, np.inf, closed="neither")],
        "target_time": [Interval(Real, None, None, closed="neither")],
        "margin": [Interval(Real, 0, np.inf, closed="left")],
        "derivative": [StrOptions({"exact", "simplified"})],
        "max_gradient": [Interval(Real, 0, np.inf, closed="neither")],
        "bump": [Interval(Real, 0, np.inf, closed="left")],
        "max_silent": [Interval(Real, 0, 1, closed="both")],
        "bias_time": [Interval(Real, None, None, closed="neither")],
        "solver": [StrOptions({"adam", "sgd"})],
    }

    @with_fitted_parameters
    def output_times(self, X: ArrayLike | SpikeTrains) -> NDArray[np.float64]:
        """Return when each output spikes first.

        Parameters
        ----------
        X : SpikeTrains or array-like
            Samples.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Times (ms); inf for an output that is silent until the sample ends.
        """
        times = self._checked_features(X)
        T, ends = self._times(times, np.arange(len(times)))
        return np.where(ends[:, None] > T, T, np.inf)

    @with_fitted_parameters
    def predict_proba(self, X: ArrayLike | SpikeTrains) -> NDArray[np.float64]:
        """Return class probabilities, as the loss "ttfs" has them.

        Parameters
        ----------
        X : SpikeTrains or array-like
            Samples.

        Returns
        -------
        p : ndarray of shape (n_samples, n_classes)
            ``softmax(-T / (temperature * tau_syn))``.
        """
        times = self._checked_features(X)
        outputs = self._outputs_by_block(times, np.arange(len(times)))
        return softmax(outputs / (self.temperature * self.tau_syn), axis=1)

    def _validated(self, X: ArrayLike | SpikeTrains, *, reset: bool) -> SpikeTimes:
        return as_spike_times(self, X, reset=reset, dt=float(self.dt), unit=float(self.tau_syn))

    def _start(self, X: Any, n_outputs: int, random_state: np.random.RandomState) -> None:
        super()._start(X, n_outputs, random_state)
        self._bumps = np.zeros(n_outputs)

    def _initial(
        self, n_channels: int, n_outputs: int, random_state: np.random.RandomState
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        weights = 5.0 + 8.0 * random_state.standard_normal((n_outputs, n_channels))
        return self._scale / np.sqrt(n_channels) * weights, np.zeros(n_outputs)

    def _constants(self) -> Constants:
        return rule_constants(self)

    def _solver(self) -> tuple[int, float]:
        return self._code(self.solver), 1.0

    def _train(
        self,
        X: Any,
        targets: NDArray[np.float64],
        rows: NDArray[np.int64],
        weights: NDArray[np.float64],
        rates: tuple[float, float],
    ) -> tuple[float, Any]:
        learner, constants = self._learner(), self._constants()
        state = constants.new_state(len(learner.parameters.W), self._bumps)
        total, size, T = 0.0, learner.batch_size, targets.argmax(axis=1)
        etas = update_rates(rates, rows.size, size)
        for first, last in blocks_of(rows.size, self._cost(X), size):
            part, some = rows[first:last], etas[first // size : -(-last // size)]
            of_part = X.arrays, T, part, weights, some, constants, learner, state
            total += self._compiled.train(*of_part)
        return total, state

    def _times(
        self, X: SpikeTimes, rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return times, of shape (rows.size, n_classes), and when each sample ends (ms)."""
        T, ends = np.empty((rows.size, self.intercept_.size)), np.empty(rows.size)
        parameters, neuron = self._fixed_parameters(), self._constants().neuron
        potential = Potential.of(self.intercept_.size)
        self._compiled.predict(X.arrays, rows, neuron, parameters, potential, T, ends)
        return self.tau_syn * T, self.tau_syn * ends

    def _outputs(self, X: Any, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        T, ends = self._times(X, rows)
        return -np.minimum(T, ends[:, None])

    @property
    def _compiled(self) -> Any:
        return rule_kernels()
