"""Unsupervised spike-timing-dependent plasticity under winner-take-all, and labels afterwards."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_X_y

from sparcelearn._core.kernel_modules import load_module
from sparcelearn._core.kernel_text import assemble
from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn._core.steps import whole_steps
from sparcelearn._core.validation import Interval

from .._base import BaseReadout
from .._epochs import PASS_PARAMETERS
from .._tasks import ClassifierTask
from ..kernels.stdp import Layer, Rule, State
from .event_grid import Steps, as_steps
from .filters import decay

POSITIVE = [Interval(Real, 0, np.inf, closed="neither")]
AT_LEAST_0 = [Interval(Real, 0, np.inf, closed="left")]


@dataclass(eq=False, repr=False)
class StdpClassifier(ClassifierTask, BaseReadout):
    """Classifier by units that compete, learn what they win without labels, and are then named.

    Units are leaky integrate-and-fire neurons. In a step at most one spikes, that furthest above
    its threshold; all others are reset and stay silent for ``t_inhibit``. Thresholds
    rise with every spike, so that all units win at times. A weight moves when its unit spikes,
    towards channels whose trace is large, as they fired shortly before [1]_::

        x_j                 trace of channel j: 1 at most, decays with tau_trace
        dw_kj = learning_rate * (x_j - target_trace) * (1 - w_kj)         at spikes of unit k

    Weights are from 0 to 1, and those of a unit are scaled to a sum of ``weight_sum``
    after each sample in which it spiked. Labels have no part in this. They name what was
    learned: with R_ck the mean number of spikes of unit k in samples of class c::

        y_c = sum_k n_k R_ck / sum_c' R_c'k               n_k: spikes of unit k in a sample

    Parameters
    ----------
    n_units : int, default=100
        Number of units.
    tau_mem : float, default=100.0
        Time constant of the membrane (ms).
    tau_trace : float, default=20.0
        Time constant of the channels' traces (ms).
    v_threshold : float, default=8.0
        Threshold, in the units of weights: that of a fresh unit.
    threshold_rise : float, default=0.1
        What a spike adds to a unit's threshold.
    tau_threshold : float, default=1e6
        Time constant with which that decays (ms of input).
    t_ref : float, default=5.0
        Absolute refractory period (ms), in whole steps, halves rounded up.
    t_inhibit : float, default=5.0
        How long the others do (ms).
    target_trace : float, default=0.1
        Trace at which a weight stays as it is.
    weight_sum : float or None, default=None
        Sum of a unit's weights. None is a tenth of the number of channels.
    learning_rate : float, default=0.02
        Step size.
    naming_window : float, default=5000.0
        How many of the latest samples R is a mean of: older ones fade, as units have changed.
    dt : float, default=1.0
        Length of a step (ms).
    max_iter : int, default=1
        Epochs of `fit`, at most. All are run.
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
    coef_ : ndarray of shape (n_units, n_features)
        Weights.
    intercept_ : ndarray of shape (n_units,)
        Minus what the thresholds have risen by.
    responses_ : ndarray of shape (n_classes, n_units)
        Spikes of each unit in samples of each class while it learned; older ones count less.
    counts_ : ndarray of shape (n_classes,)
        Samples of each class, likewise.
    loss_curve_ : list of float
        Share of samples of each pass misclassified by the names before them.
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
    PrototypeClassifier : Means of classes, with labels from the start.

    Notes
    -----
    ``X`` is as for `EpropClassifier`: `SpikeTrains`, or numbers of spikes in steps.
    Samples should have about equally many spikes; else those of many decide the thresholds.

    The paper has conductances and inhibitory neurons, shows a sample again with higher
    rates if it led to fewer than five spikes, and gives each unit one class.

    References
    ----------
    .. [1] P. U. Diehl, M. Cook, "Unsupervised learning of digit recognition using
       spike-timing-dependent plasticity", Frontiers in Computational Neuroscience 9:99, 2015.

    Examples
    --------
    Which of three groups of channels fires more?

    >>> import numpy as np
    >>> from sparcelearn import SpikeTrains
    >>> from sparcelearn.readouts import StdpClassifier
    >>> rng = np.random.default_rng(0)
    >>> y = rng.integers(3, size=200)
    >>> rates = np.where(np.arange(30) % 3 == y[:, None], 0.2, 0.02)
    >>> X = SpikeTrains.from_dense(rng.random((200, 100, 30)) < rates[:, None])
    >>> readout = StdpClassifier(12, v_threshold=2.0, random_state=0).fit(X, y)
    >>> bool(readout.score(X, y) > 0.9)
    True
    """

    n_units: int = 100
    _: KW_ONLY
    tau_mem: float = 100.0
    tau_trace: float = 20.0
    v_threshold: float = 8.0
    threshold_rise: float = 0.1
    tau_threshold: float = 1e6
    t_ref: float = 5.0
    t_inhibit: float = 5.0
    target_trace: float = 0.1
    weight_sum: float | None = None
    learning_rate: float = 0.02
    naming_window: float = 5000.0
    dt: float = 1.0
    max_iter: int = 1
    shuffle: bool = True
    warm_start: bool = False
    verbose: int = 0
    random_state: Any = None

    loss: ClassVar[str] = "squared"  # outputs are no probabilities
    _one_output_per_class = True
    _state = ("coef_", "intercept_", "responses_", "counts_")
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **{name: rule for name, rule in PASS_PARAMETERS.items() if name != "fit_intercept"},
        "n_units": [Interval(Integral, 1, None, closed="left")],
        "tau_mem": POSITIVE,
        "tau_trace": POSITIVE,
        "v_threshold": POSITIVE,
        "threshold_rise": AT_LEAST_0,
        "tau_threshold": POSITIVE,
        "t_ref": AT_LEAST_0,
        "t_inhibit": AT_LEAST_0,
        "target_trace": [Interval(Real, 0, 1, closed="both")],
        "weight_sum": [*POSITIVE, None],
        "learning_rate": [Interval(Real, 0, 1, closed="right")],
        "naming_window": [Interval(Real, 1, np.inf, closed="left")],
        "dt": POSITIVE,
    }

    def _validated(self, X: ArrayLike | SpikeTrains, *, reset: bool) -> Any:
        return as_steps(self, X, reset=reset, dt=float(self.dt))

    def _validated_with_y(
        self, X: ArrayLike | SpikeTrains, y: Any, *, reset: bool, **options: Any
    ) -> tuple[Any, NDArray[Any]]:
        features = self._validated(X, reset=reset)
        _, y = check_X_y(np.zeros((len(features), 1)), y, estimator=self, **options)
        return features, y

    def _start(self, X: Any, n_outputs: int, random_state: np.random.RandomState) -> None:
        weights = random_state.random_sample((X.shape[1], self.n_units))
        weights *= self._total(X.shape[1]) / weights.sum(axis=0)
        self.coef_ = np.minimum(weights, 1.0).T
        self.intercept_ = np.zeros(self.n_units)
        self.responses_ = np.zeros((n_outputs, self.n_units))
        self.counts_ = np.zeros(n_outputs)

    def _total(self, n_channels: int) -> float:
        return 0.1 * n_channels if self.weight_sum is None else float(self.weight_sum)

    def _rule(self) -> Rule:
        """Return the numbers of the rule, for its kernel."""
        dt = float(self.dt)
        return Rule(
            leak=decay(dt, self.tau_mem),
            fade=decay(dt, self.tau_trace),
            threshold=float(self.v_threshold),
            rise=float(self.threshold_rise),
            recover=decay(dt, self.tau_threshold),
            silence=int(whole_steps(self.t_ref, dt)),
            inhibition=round(self.t_inhibit / dt),
            rate=float(self.learning_rate),
            target=float(self.target_trace),
            total=self._total(self.coef_.shape[1]),
            keep=1.0 - 1.0 / float(self.naming_window),
        )

    def _layer(self) -> Layer:
        """Return what learns; the kernel writes into all of it but thresholds."""
        return Layer(self.coef_.T, -self.intercept_, self.responses_, self.counts_)

    def _learn(
        self,
        X: Steps,
        targets: NDArray[np.float64],
        rows: NDArray[np.int64],
        weights: NDArray[np.float64],
        rates: tuple[float, float],
    ) -> float:
        """Learn from the rows in order; return the share misclassified, each before learning."""
        n_units, n_channels = self.coef_.shape
        self.coef_ = np.asarray(self.coef_, dtype=np.float64, order="F")
        layer, state = self._layer(), State.of(n_channels, n_units)
        labels = targets.argmax(axis=1)
        wrong = self._compiled.train(self._rule(), X.arrays, labels, rows, weights, layer, state)
        self.intercept_ = -layer.theta
        self._check_finite(self.responses_)
        return float(wrong / rows.size)

    @property
    def _names(self) -> NDArray[np.float64]:
        """How much of each unit's response is that to each class, (n_classes, n_units)."""
        means = np.zeros_like(self.responses_)
        seen = self.counts_ > 0
        means[seen] = self.responses_[seen] / self.counts_[seen, None]
        totals = means.sum(axis=0)
        return means / np.where(totals > 0, totals, 1.0)

    def _spikes(self, X: Steps, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return how often each unit spikes in each sample, (rows.size, n_units)."""
        n_units, n_channels = self.coef_.shape
        # Copies, for arrays from a file may be read-only; nothing is written into them.
        layer = Layer(*(np.array(part, dtype=np.float64, order="C") for part in self._layer()))
        out = np.empty((rows.size, n_units))
        state = State.of(n_channels, n_units)
        self._compiled.respond(self._rule(), X.arrays, rows, layer, state, out)
        return out

    def _outputs(self, X: Any, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return self._spikes(X, rows) @ self._names.T

    def _row_learner(self, X: NDArray[Any]) -> None:
        """Return nothing: a sample is spikes in time, not a row of numbers."""

    @property
    def _compiled(self) -> ModuleType:
        return load_module(assemble("sparcelearn.readouts.kernels.stdp"))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.poor_score = True  # a row of numbers is one step of spikes
        return tags
