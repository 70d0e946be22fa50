"""Against forgetting: learn from old samples, kept in a buffer, between new ones."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import RegressorMixin

from sparcelearn._core.as_fitted import fitted_parameter
from sparcelearn._core.kernel_modules import load_module
from sparcelearn._core.kernel_text import assemble
from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn._core.validation import Interval, unchanged_on_error

from .rehearsal import RehearsingClassifier, RehearsingReadout


@dataclass(eq=False, repr=False)
class ReplayReadout(RehearsingReadout):
    """Replay from a buffer of samples."""

    readout: Any
    _: KW_ONLY
    buffer_size: int = 200
    n_replay: int = 3
    random_state: Any = None

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **RehearsingReadout._parameter_constraints,
        "buffer_size": [Interval(Integral, 1, None, closed="left")],
    }

    def _rehearse(
        self, X: Any, y: NDArray[Any], classes: Any, first: bool
    ) -> tuple[Any, NDArray[Any], dict[str, Any]]:
        n_buffer = 0 if first else len(self.buffer_y_)
        stack = X if first else joined(self.buffer_X_, X)
        targets = y if first else np.concatenate([self.buffer_y_, y])
        slots = np.arange(fitted_parameter(self, "buffer_size"))
        order = np.empty(len(X) * (1 + self.n_replay), np.int64)
        n = load_module(assemble("sparcelearn.readouts.kernels.replay")).replay(
            n_buffer, int(self.n_replay), self.t_, self._seed, slots, order
        )
        kept = slots[: self.t_ + len(X)]
        buffers = {"buffer_X_": stack[kept], "buffer_y_": targets[kept]}
        return stack[order[:n]], targets[order[:n]], buffers


class ReplayClassifier(RehearsingClassifier, ReplayReadout):
    """Any online classifier, with a buffer of old samples that it learns from again.

    The buffer is a uniform sample of all samples so far (reservoir sampling [1]_): sample
    number n enters it with probability ``buffer_size / n``, in the place of a random one.
    The readout learns from every new sample, and then from ``n_replay`` random ones of the
    buffer. An error-driven rule needs this to keep old classes while new ones arrive.

    Parameters
    ----------
    readout : estimator
        Classifier with ``partial_fit``. It is not changed.
    buffer_size : int, default=200
        Samples that are kept.
    n_replay : int, default=3
        Old samples that are learned from again for every new one.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.

    Attributes
    ----------
    readout_ : estimator
        The fitted readout.
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    buffer_X_, buffer_y_ : ndarray or SpikeTrains, and ndarray
        The samples kept, and their labels.
    t_ : int
        Samples seen, replayed ones not counted.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of features, where X had some.

    See Also
    --------
    PseudoReplayClassifier : Without samples kept.
    StreamingRidgeClassifier, PrototypeClassifier : Forget nothing by themselves.

    References
    ----------
    .. [1] J. S. Vitter, "Random Sampling with a Reservoir", ACM Transactions on Mathematical
       Software 11(1), 37-57, 1985.

    Examples
    --------
    Digits in the order of their labels, each seen once:

    >>> import numpy as np
    >>> from sklearn.datasets import load_digits
    >>> from sparcelearn.readouts import DeltaClassifier, ReplayClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> order = np.argsort(y[:1200], kind="stable")
    >>> plain, replay = DeltaClassifier(), ReplayClassifier(DeltaClassifier(), random_state=0)
    >>> for readout in (plain, replay):
    ...     readout = readout.partial_fit(X[order] / 16, y[order], classes=range(10))
    ...     print(bool(readout.score(X[1200:] / 16, y[1200:]) > 0.8))
    False
    True
    """


class ReplayRegressor(RegressorMixin, ReplayReadout):
    """Any online regressor, with a buffer of old samples that it learns from again.

    See `ReplayClassifier`.

    Parameters
    ----------
    readout : estimator
        Regressor with ``partial_fit``. It is not changed.
    buffer_size : int, default=200
        Samples that are kept.
    n_replay : int, default=3
        Old samples that are learned from again for every new one.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.

    Attributes
    ----------
    readout_ : estimator
        The fitted readout.
    buffer_X_, buffer_y_ : ndarray or SpikeTrains, and ndarray
        The samples kept, and their values.
    t_ : int
        Samples seen, replayed ones not counted.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of features, where X had some.

    Examples
    --------
    Half of a line, then the other half of a bent one:

    >>> import numpy as np
    >>> from sparcelearn.readouts import DeltaRegressor, ReplayRegressor
    >>> x = np.linspace(-1, 1, 400)
    >>> X, y = np.stack([x, np.abs(x)], axis=1), np.abs(x)
    >>> readout = ReplayRegressor(DeltaRegressor(0.5), random_state=0).partial_fit(X, y)
    >>> bool(readout.score(X, y) > 0.99)
    True
    """

    @unchanged_on_error
    def partial_fit(self, X: Any, y: ArrayLike) -> Any:
        """Learn from the samples once, in order, and from rehearsed ones between them.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), or what the readout takes
            Samples.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target values.

        Returns
        -------
        self : object
            The estimator, further trained.
        """
        return self._learn(X, y, first=not hasattr(self, "readout_"))


def joined(first: Any, then: Any) -> Any:
    """Return the samples of two arrays, or of two SpikeTrains, in one."""
    if not isinstance(then, SpikeTrains):
        return np.concatenate([first, then])
    return SpikeTrains(
        np.concatenate([first.times, then.times]),
        np.concatenate([first.channels, then.channels]),
        np.concatenate([first.starts, first.starts[-1] + then.starts[1:]]),
        then.n_channels,
        np.concatenate([first.durations, then.durations]),
    )
