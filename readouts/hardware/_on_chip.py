"""A readout that learns on a chip (tier 3): through its devices, in integers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone
from sklearn.utils import check_random_state

from sparcelearn._core.arrays import read_only
from sparcelearn._core.kernel_modules import load_module
from sparcelearn._core.kernel_text import assemble
from sparcelearn._core.spike_trains import SpikeTrains

from .._epochs import Epochs
from .._local.delta import DeltaClassifier, DeltaRegressor
from .._weights import Samples
from ..kernels.on_chip import Memory, Plasticity
from ._chip import MockChip
from ._deployed import ChipReadout
from ._traces import integer_features, integer_traces

ONE = 127  # an error of 1 is 7 bits and a sign, as factors of learning rules on Loihi are


class OnChipReadout:
    """Learn on the chip (tier 3): the delta rule of integers, through the chip's own devices.

    In every update the outputs are what the devices make of them, mismatch and noise included::

        y_k  = scale * sum_j C_kj (1 + mismatch * eps_kj) x_j + trial_noise * xi
        e_k  = round(127 * clip(p(y_k) - t_k, -1, 1)), 0 up to error_threshold
        C_kj <- clip(C_kj - round(x_j e_k / 2**shift))

    C are codes, x features of a few bits, and ``p(y) = clip(1/2 + y/4, 0, 1)`` for classes, the
    saturating rate that a chip has in place of the logistic function; y itself for values. The
    intercept is the weight of an input that is always at its largest. Nothing is divided,
    and no weight has more digits than its code: with stochastic rounding small changes
    are kept on average, with the nearest code they are lost.

    ``X`` are rows of features, or `SpikeTrains`: then x are traces that decay by shifts, and
    samples are learned at their ends.

    Parameters
    ----------
    rule : DeltaClassifier or DeltaRegressor
        Unfitted, with ``normalized=False``, ``loss="sigmoid"`` (a classifier) and no synapse of
        its own. Its task, learning rate, error threshold, epochs, order and seed are used; the
        rate becomes the nearest power of 2. It is not changed.
    chip : MockChip
        The chip that learns.
    w_max : float, default=1.0
        Magnitude of the largest code, at least.
    rounding : {"stochastic", "nearest"}, default="stochastic"
        How an update is rounded to a code.
    x_max : float or None, default=None
        Largest magnitude of a feature. None is that of the first rows learned from.
    trace_shift : int, default=5
        Of spikes: what a trace loses in a step is its shift by so many bits.
    trace_bits : int or None, default=None
        Bits of the magnitude of features and traces; None is the preset's, or 7.
    dt : float, default=1.0
        Of spikes: the step (ms).

    Attributes
    ----------
    readout : estimator
        A copy of the rule, with ``classes_`` and the weights on the chip as ``coef_`` and
        ``intercept_``.
    learning_shift_ : int
        The shift in use.
    update_rate_ : float
        Share of errors that were not passed over, in the last epoch or chunk.
    n_updates_ : int
        Changes of synapses, in all. ``chip.n_updates_`` counts them as well.

    Raises
    ------
    TypeError, ValueError
        If the rule has what a chip has not, or the chip no weights that learn, or too few.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sparcelearn.readouts import DeltaClassifier
    >>> from sparcelearn.readouts.hardware import MockChip, OnChipReadout, generic_chip
    >>> X, y = load_iris(return_X_y=True)
    >>> rule = DeltaClassifier(0.01, loss="sigmoid", normalized=False, random_state=0)
    >>> readout = OnChipReadout(rule, MockChip(generic_chip(6), mismatch=0.2, random_state=0))
    >>> bool(readout.fit(X, y).score(X, y) > 0.8)
    True
    """

    def __init__(
        self,
        rule: Any,
        chip: MockChip,
        *,
        w_max: float = 1.0,
        rounding: str = "stochastic",
        x_max: float | None = None,
        trace_shift: int = 5,
        trace_bits: int | None = None,
        dt: float = 1.0,
    ) -> None:
        _check_rule(rule)
        preset = chip.preset
        if preset.counts_synapses:
            raise ValueError(f"chip: the weights of {preset.name!r} are numbers of synapses, which "
                             "do not learn")  # fmt: skip
        if rounding not in ("stochastic", "nearest"):
            raise ValueError(f"rounding must be 'stochastic' or 'nearest', got {rounding!r}")
        if x_max is not None and not 0 < x_max < np.inf:
            raise ValueError(f"x_max must be a finite number above 0, got {x_max!r}")
        bits = preset.trace_bits or 7 if trace_bits is None else trace_bits
        if not isinstance(bits, int | np.integer) or not 2 <= bits <= 15:
            raise ValueError(f"trace_bits must be an integer from 2 to 15, got {trace_bits!r}")
        self.readout = clone(rule)
        self.chip = chip
        self.w_max = w_max
        self.rounding = rounding
        self.x_max = x_max
        self.trace_shift = trace_shift
        self.dt = dt
        self._bits = int(bits)
        self._scale = preset.scale(w_max)
        self._clock = 0
        self.n_updates_ = 0

    def fit(self, X: Samples, y: ArrayLike) -> OnChipReadout:
        """Learn from scratch, in epochs.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or SpikeTrains
            Features or spikes.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Labels or values.

        Returns
        -------
        self : OnChipReadout
        """
        self.__dict__.pop("_rng", None)
        self.readout = clone(self.readout)
        epochs = Epochs.of(self.readout)
        traces, targets = self._begin(X, y)
        for epoch in range(epochs.max_iter):
            rows = np.arange(len(traces))
            if epochs.shuffle:
                rows = self._rng.permutation(rows)
            rate = self.readout._rate(is_stream=False)
            self._learn(traces, targets, rows, epochs.rates(rate, epoch)[0])
        return self

    def partial_fit(
        self, X: Samples, y: ArrayLike, classes: ArrayLike | None = None
    ) -> OnChipReadout:
        """Learn from the samples once, in order.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or SpikeTrains
            Features or spikes.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Labels or values.
        classes : array-like of shape (n_classes,), default=None
            All labels that will ever come; needed on a classifier's first call only.

        Returns
        -------
        self : OnChipReadout
        """
        if hasattr(self, "_rng"):
            traces, targets = self._integers(X), self._targets(y)
        else:
            is_classifier = isinstance(self.readout, DeltaClassifier)
            if is_classifier and classes is None:
                raise ValueError("classes must be passed on the first call to partial_fit")
            traces, targets = self._begin(X, y, classes)
        rate = float(self.readout.learning_rate)
        self._learn(traces, targets, np.arange(len(traces)), rate)
        return self

    def predict(self, X: Samples) -> NDArray[Any]:
        """Predict from the chip's outputs.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or SpikeTrains
            Features or spikes.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Labels of a classifier, values of a regressor.
        """
        return self.readout._decide(self.chip.run(self._integers(X) * self._unit))

    score = ChipReadout.score

    def _begin(self, X: Any, y: Any, classes: Any = None) -> tuple[NDArray[Any], NDArray[Any]]:
        """Settle what outputs mean and how large features are; clear the chip."""
        readout = self.readout
        rows = np.zeros((len(y), 1)) if isinstance(X, SpikeTrains) else X
        task = {} if classes is None else {"classes": np.unique(np.asarray(classes))}
        features, labels = readout._check(rows, y, reset=True, **task)
        if isinstance(X, SpikeTrains):
            self._x_max, readout.n_features_in_ = 1.0, X.n_channels
        else:
            largest = float(np.abs(features).max()) or 1.0
            self._x_max = largest if self.x_max is None else float(self.x_max)
        self._unit = self._x_max / (2**self._bits - 1)
        self._rng = check_random_state(readout.random_state)
        self._seed = np.uint64(self._rng.randint(2**31))
        targets = readout._encode(labels)
        n_inputs, fan_in = readout.n_features_in_ + 1, self.chip.preset.fan_in
        if fan_in is not None and n_inputs > fan_in:
            raise ValueError(
                f"X has {n_inputs - 1} features, which with the intercept are more than the "
                f"{fan_in} synapses of a neuron of {self.chip.preset.name!r}"
            )
        self.chip.write(np.zeros((targets.shape[1], n_inputs)), self.w_max)
        return self._integers(X), targets

    def _targets(self, y: Any) -> NDArray[np.float64]:
        _, labels = self.readout._check(np.zeros((len(y), self.readout.n_features_in_)), y, False)
        return self.readout._encode(labels)

    def _integers(self, X: Any) -> NDArray[np.int64]:
        """Return traces of shape (n_samples, n_features + 1), the last for the intercept."""
        if isinstance(X, SpikeTrains):
            traces = integer_traces(X, self.trace_shift, self._bits, self.dt)
        else:
            rows = self.readout._validated(X, reset=False)
            traces = integer_features(rows, self._x_max, self._bits)
        constant = (2**self._bits - 1) * int(self.readout.fit_intercept)
        return np.column_stack([traces, np.full(len(traces), constant)])

    def _learn(
        self, X: NDArray[Any], targets: NDArray[Any], rows: NDArray[Any], rate: float
    ) -> None:
        """Run and learn on the chip."""
        chip, readout = self.chip, self.readout
        step = chip.preset.code_step
        # A rate of 1 changes the weight by x * e: in codes, traces and errors, this many.
        self.learning_shift_ = round(-np.log2(rate * self._unit / (ONE * self._scale * step)))
        rule = Plasticity(
            is_saturating=isinstance(readout, DeltaClassifier),
            threshold=int(ONE * readout.error_threshold),
            shift=self.learning_shift_,
            is_stochastic=self.rounding == "stochastic",
            largest=chip.preset.largest_code // step * step,
            step=step,
            gain=self._scale * self._unit,
            seed=self._seed,
        )
        noise = np.broadcast_to(chip._noise(targets.shape), targets.shape).astype(np.float64)
        assert chip._devices is not None
        memory = Memory(chip.codes_, chip._devices)
        module = load_module(assemble("sparcelearn.readouts.kernels.on_chip"))
        n_errors, n_updates, n_events = module.train(
            read_only(X), targets, noise, rows, rule, memory, self._clock
        )
        self._clock += rows.size
        self.update_rate_ = n_errors / (rows.size * targets.shape[1])
        self.n_updates_ += n_updates
        chip.n_updates_ += n_updates
        chip.n_events_ += n_events
        weights = self._scale * chip.codes_
        readout.coef_, readout.intercept_ = weights[:, :-1], weights[:, -1] * self._x_max


def _check_rule(rule: Any) -> None:
    """Refuse what a chip does not have."""
    if not isinstance(rule, (DeltaClassifier, DeltaRegressor)):
        raise TypeError(
            f"{type(rule).__name__} does not learn on a chip: rule must be a DeltaClassifier or a "
            "DeltaRegressor"
        )
    if rule.normalized:
        raise ValueError("normalized must be False: a chip does not divide by a sample's length")
    if getattr(rule, "loss", "sigmoid") != "sigmoid":
        raise ValueError(f"loss must be 'sigmoid': a chip has no {rule.loss!r}")
    if rule.synapse is not None:
        raise ValueError("synapse must be None: the chip has its own")
