"""An associative memory: patterns stored in the weights between units."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from sparcelearn._core.arrays import check_alike
from sparcelearn._core.as_fitted import keep_parameters, with_fitted_parameters
from sparcelearn._core.callbacks import CallbackSupportMixin, fit_task, with_callbacks
from sparcelearn._core.validation import Interval, check_parameters, unchanged_on_error

from .synapses._float import or_plain
from .synapses._synapse import Synapse, check_kind


@dataclass(eq=False, repr=False)
class HopfieldMemory(CallbackSupportMixin, BaseEstimator):
    """Associative memory that stores patterns one by one and completes damaged ones.

    Features above 0 count as +1, all others as -1. Storing a pattern proposes a change to the
    synapse between any two features, and recall follows the signs [1]_::

        J_ij <- synapse(J_ij, learning_rate * xi_i * xi_j)      s <- sign(J s)

    Plain weights store about 0.14 patterns per feature; with more, all are lost. With bounded
    weights, or other synapses, new patterns replace the oldest [2]_.

    Parameters
    ----------
    synapse : Synapse or None, default=None
        What becomes of a proposed change of a weight: a model of
        `sparcelearn.readouts.synapses`. None is plain numbers.
    learning_rate : float or None, default=None
        Size of the changes, above 0. None is ``1 / sqrt(n_features)`` where it is added to
        weights; and 1, a whole write, for synapses that take it by chance: simple,
        heterogeneous, cascade and transfer ones have a rate of their own.
    n_sweeps : int, default=20
        How often `predict` updates all features, at most; it stops where nothing changes.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.

    Attributes
    ----------
    weights_ : ndarray of shape (n_features, n_features)
        J; row i is what feature i receives. The diagonal is not used.
    synapse_state_ : ndarray of shape (n_features, n_features, n_hidden)
        Hidden variables of the synapses; plain numbers have none.
    t_ : int
        Patterns stored.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of features, where X had some.

    See Also
    --------
    sparcelearn.measures.memory_snr : How long synapses remember, without recall.

    References
    ----------
    .. [1] J. J. Hopfield, "Neural networks and physical systems with emergent collective
       computational abilities", PNAS 79(8), 2554-2558, 1982.
    .. [2] G. Parisi, "A memory which forgets", Journal of Physics A 19(10), L617-L620, 1986.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.readouts import HopfieldMemory
    >>> rng = np.random.default_rng(0)
    >>> patterns = rng.choice([-1.0, 1.0], size=(10, 200))
    >>> memory = HopfieldMemory().partial_fit(patterns)
    >>> cues = np.where(rng.random(patterns.shape) < 0.1, -patterns, patterns)
    >>> bool((memory.predict(cues) == patterns).all())
    True
    """

    synapse: Synapse | None = None
    _: KW_ONLY
    learning_rate: float | None = None
    n_sweeps: int = 20
    random_state: Any = None

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "synapse": [Synapse, None],
        "learning_rate": [Interval(Real, 0, np.inf, closed="neither"), None],
        "n_sweeps": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    }

    @unchanged_on_error
    @with_callbacks
    def fit(self, X: ArrayLike, y: Any = None) -> Any:
        """Forget everything, then store the patterns.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_features)
            Patterns, the oldest first.
        y : None
            Not used.

        Returns
        -------
        self : object
            The memory.
        """
        task = fit_task(self, X, y)
        self.__dict__.pop("weights_", None)
        self.partial_fit(X)
        task.end()
        return self

    @unchanged_on_error
    def partial_fit(self, X: ArrayLike, y: Any = None) -> Any:
        """Store more patterns.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_features)
            Patterns, the oldest first.
        y : None
            Not used.

        Returns
        -------
        self : object
            The memory.
        """
        check_parameters(self)
        first = not hasattr(self, "weights_")
        if first:
            keep_parameters(self)
        patterns = signs(validate_data(self, X, reset=first, dtype=np.float64))
        synapse = or_plain(self.synapse)
        n = patterns.shape[1]
        if first:
            random_state = check_random_state(self.random_state)
            weights, hidden = synapse.start((n, n), random_state)
            self._kind = repr(synapse)
            self._seed = int(random_state.randint(2**31))
            self.t_ = 0
        else:
            check_kind(synapse, self._kind)
            weights, hidden = self.weights_.copy(), self.synapse_state_.copy()
        default = 1.0 if synapse._writes_by_chance else 1 / np.sqrt(n)
        rate = default if self.learning_rate is None else float(self.learning_rate)
        self.t_ = synapse.store(patterns, patterns, rate, weights, hidden, self._seed, self.t_)
        self.weights_: NDArray[np.float64] = weights
        self.synapse_state_: NDArray[np.float64] = hidden
        return self

    @with_fitted_parameters
    def predict(self, X: ArrayLike) -> NDArray[np.float64]:
        """Complete patterns: update all features by the signs of their input.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_features)
            Damaged or partial patterns.

        Returns
        -------
        patterns : ndarray of shape (n_patterns, n_features)
            Completed patterns of 1 and -1. A feature without input stays as it is.
        """
        check_is_fitted(self)
        state = signs(validate_data(self, X, reset=False, dtype=np.float64))
        weights = self.weights_ - np.diag(np.diag(self.weights_))
        for _ in range(self.n_sweeps):
            received = state @ weights.T
            after = np.where(received == 0.0, state, np.sign(received))
            if np.array_equal(after, state):
                break
            state = after
        return state

    def _check_loaded(self) -> None:
        """Raise ValueError where a file holds what the kernels must not be given."""
        check_parameters(self)
        shape = (self.n_features_in_, self.n_features_in_)
        weights, hidden = or_plain(self.synapse).start(shape, np.random.RandomState(0))
        check_alike("weights_", self.weights_, weights)
        check_alike("synapse_state_", self.synapse_state_, hidden)
        or_plain(self.synapse).check_hidden(self.synapse_state_)


def signs(X: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 where above 0, else -1."""
    return np.where(X > 0.0, 1.0, -1.0)
