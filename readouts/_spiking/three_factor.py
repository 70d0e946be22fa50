"""Three factors: what comes in, what an output did of its own accord, and a reward later."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.validation import Interval, StrOptions

from .._tasks import ClassifierTask
from ..kernels.three_factor import Constants
from .base import SpikingReadout
from .filters import decay

RAREST = 1e-300  # of a logarithm, where no spike can be expected
POSITIVE = [Interval(Real, 0, np.inf, closed="neither")]
AT_LEAST_0 = [Interval(Real, 0, np.inf, closed="left")]


@dataclass(eq=False, repr=False, kw_only=True)
class ThreeFactorClassifier(ClassifierTask, SpikingReadout):
    """Classifier of spike trains that tries, and is told at the end whether it was right.

    There is one output neuron per class, which spikes at random, the more often the higher its
    potential. While it learns, a sample is a trial: the neuron with the most spikes is the
    answer. After the sample comes one reward R for all synapses, 1 if the answer is right and
    else 0; nobody is told which would have been. Each synapse keeps an eligibility trace
    of its input times what its neuron did beyond what was likely [1]_, [2]_::

        x_j(t)  = exp(-dt / tau_mem) x_j(t-1) + z_j(t)
        p_k(t)  = 1 / (1 + exp(-(b_k + sum_j W_kj x_j(t) - v_threshold) / noise_width))
        s_k(t)  = 1 with probability p_k(t), else 0
        e_kj(t) = exp(-dt / tau_eligibility) e_kj(t-1) + x_j(t) (s_k(t) - p_k(t))

        dW_kj   = learning_rate * (R - <R>) * exp(-reward_delay / tau_eligibility) * e_kj
        <R>    <- <R> + (R - <R>) / reward_window

    Traces that do not decay make this REINFORCE [3]_: on average over spikes, W climbs the
    probability of a reward. If they decay, spikes long before the reward count less. With
    ``tau_eligibility=0`` the last step alone counts, and what happened before is never
    learned. To predict, the neuron with the largest mean p wins, and nothing is random: outputs
    are ``log(mean p)``, and class probabilities the shares of spikes that are expected.

    Parameters
    ----------
    tau_mem : float, default=20.0
        Time constant of the membrane (ms). 0 filters nothing.
    tau_eligibility : float, default=1000.0
        Time constant of eligibility (ms): about as long as samples and ``reward_delay``.
    reward_delay : float, default=0.0
        Time from the end of a sample to its reward (ms).
    reward_window : float, default=100.0
        Over how many of the latest samples the reward expected is a mean. It starts at chance.
    v_threshold : float, default=1.0
        Threshold, in the units of weights: there a spike has a probability of one half.
    noise_width : float, default=0.3
        How far around the threshold spikes are random, in the same units.
    learning_rate : float, default=0.002
        Step size of weights and intercepts, per update.
    solver : {"adam", "sgd"}, default="adam"
        Adam, over the updates in which a channel was active, or plain steps as above.
    batch_size : int, default=1
        Samples per update.
    dt : float, default=1.0
        Length of a step (ms).
    init_scale : float or None, default=None
        Weights start normal with standard deviation ``init_scale / sqrt(n_features)``. None is 0.
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
        Constant drives b.
    expected_reward_ : float
        ``<R>``, after the last sample.
    loss_curve_ : list of float
        Share of the samples of each epoch that were answered wrongly, while learning.
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
    EpropClassifier : The same traces, where each output is told its error in every step.
    NodePerturbationClassifier : A reward for noise on rows of features.

    Notes
    -----
    ``X`` is as for `EpropClassifier`: `SpikeTrains`, or numbers of spikes in steps. Neurons
    are not reset and have no refractory period, so that a spike is a draw of its own.

    One number has to do for all weights, so learning takes more samples than with errors, the
    more the longer samples are and the more outputs there are.

    References
    ----------
    .. [1] R. Legenstein, D. Pecevski, W. Maass, "A Learning Theory for Reward-Modulated
       Spike-Timing-Dependent Plasticity with Application to Biofeedback", PLoS Computational
       Biology 4(10), e1000180, 2008.
    .. [2] N. Fremaux, W. Gerstner, "Neuromodulated Spike-Timing-Dependent Plasticity, and
       Theory of Three-Factor Learning Rules", Frontiers in Neural Circuits 9:85, 2016.
    .. [3] R. J. Williams, "Simple statistical gradient-following algorithms for connectionist
       reinforcement learning", Machine Learning 8, 229-256, 1992.

    Examples
    --------
    Which of two groups of channels fired in the first 50 of 300 ms?

    >>> import numpy as np
    >>> from sparcelearn import SpikeTrains
    >>> from sparcelearn.readouts import ThreeFactorClassifier
    >>> rng = np.random.default_rng(0)
    >>> y = rng.integers(2, size=100)
    >>> rates = np.full((100, 300, 10), 0.005)
    >>> rates[:, :50] = np.where(np.arange(10) % 2 == y[:, None], 0.1, 0.005)[:, None]
    >>> X = SpikeTrains.from_dense(rng.random(rates.shape) < rates)
    >>> readout = ThreeFactorClassifier(max_iter=30, random_state=0).fit(X, y)
    >>> bool(readout.score(X, y) > 0.9)
    True
    """

    tau_mem: float = 20.0
    tau_eligibility: float = 1000.0
    reward_delay: float = 0.0
    reward_window: float = 100.0
    v_threshold: float = 1.0
    noise_width: float = 0.3
    learning_rate: float = 0.002
    solver: str = "adam"
    batch_size: int = 1

    loss: ClassVar[str] = "softmax"  # of outputs that are logarithms of rates: shares of spikes
    _one_output_per_class = True
    _default_scale = 0.0
    _kernels = "three_factor"
    _state = (*SpikingReadout._state, "expected_reward_", "_n_answered")
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **SpikingReadout._parameter_constraints,
        "tau_mem": AT_LEAST_0,
        "tau_eligibility": AT_LEAST_0,
        "reward_delay": AT_LEAST_0,
        "reward_window": [Interval(Real, 1, np.inf, closed="left")],
        "v_threshold": POSITIVE,
        "noise_width": POSITIVE,
        "solver": [StrOptions({"adam", "sgd"})],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
    }

    def _averaged(self) -> tuple[str, ...]:
        return (*SpikingReadout._state, "expected_reward_")

    def _start(self, X: Any, n_outputs: int, random_state: np.random.RandomState) -> None:
        super()._start(X, n_outputs, random_state)
        self._seed = int(random_state.randint(2**31))
        self.expected_reward_ = 1.0 / n_outputs
        self._n_answered = 0

    def _learn(
        self,
        X: Any,
        targets: NDArray[np.float64],
        rows: NDArray[np.int64],
        weights: NDArray[np.float64],
        rates: tuple[float, float],
    ) -> float:
        total, state = self._train(X, targets, rows, weights, rates)
        self._check_finite(total)
        self.expected_reward_ = float(state.expected[0])
        self._n_answered = int(state.n_answered[0])
        return total / rows.size

    def _constants(self) -> Constants:
        dt = float(self.dt)
        return Constants(
            alpha=decay(dt, self.tau_mem),
            fade=decay(dt, self.tau_eligibility),
            wait=decay(self.reward_delay, self.tau_eligibility) if self.reward_delay else 1.0,
            theta=float(self.v_threshold),
            width=float(self.noise_width),
            share=1.0 / float(self.reward_window),
            seed=self._seed,
            expected=self.expected_reward_,
            n_answered=self._n_answered,
        )

    def _solver(self) -> tuple[int, float]:
        return self._code(self.solver), 1.0

    def _outputs(self, X: Any, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        rates = self._respond(X, rows, np.empty((rows.size, self.classes_.size, 1)))[:, :, 0]
        return np.log(np.maximum(rates, RAREST))
