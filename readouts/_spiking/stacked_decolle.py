"""DECOLLE in layers: each learns from its own fixed readout, on the spikes of the one below."""

from __future__ import annotations

from copy import copy
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.callbacks import CallbackSupportMixin, fit_task, with_callbacks
from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn._core.validation import check_parameters, unchanged_on_error

from .decolle import DecolleClassifier


@dataclass(eq=False, repr=False)
class StackedDecolleClassifier(CallbackSupportMixin, ClassifierMixin, BaseEstimator):
    """Layers of DECOLLE: no error passes from one layer to another.

    Layer 1 hears X, and each further layer the spikes of the units below. Every layer
    learns from the errors of a fixed random readout of its own [1]_; the class is that of
    the last one. A layer that is frozen keeps its random weights. With `fit` a layer has
    learned before the next begins; with `partial_fit` all learn from each chunk, one
    after another. Whatever is in front of X is never touched.

    Parameters
    ----------
    layer : DecolleClassifier or None, default=None
        What all layers are like, but for their number of units and their seed. None is
        ``DecolleClassifier()``. It is not changed.
    n_hidden : tuple of int, default=(100, 100)
        Units of each layer, the first one first.
    frozen : tuple of int, default=()
        Which layers keep their random weights, counted from 0.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.

    Attributes
    ----------
    layers_ : list of DecolleClassifier
        The fitted layers.
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    n_features_in_ : int
        Number of channels.

    See Also
    --------
    DecolleClassifier : One layer.

    References
    ----------
    .. [1] J. Kaiser, H. Mostafa, E. Neftci, "Synaptic Plasticity Dynamics for Deep
       Continuous Local Learning (DECOLLE)", Frontiers in Neuroscience 14, 424, 2020.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn import SpikeTrains
    >>> from sparcelearn.readouts import DecolleClassifier, StackedDecolleClassifier
    >>> rng = np.random.default_rng(0)
    >>> y = rng.integers(2, size=60)
    >>> rates = np.where(np.arange(10) % 2 == y[:, None], 0.2, 0.1)
    >>> X = SpikeTrains.from_dense(rng.random((60, 100, 10)) < rates[:, None])
    >>> layer = DecolleClassifier(max_iter=30)
    >>> readout = StackedDecolleClassifier(layer, n_hidden=(20, 20), random_state=0).fit(X, y)
    >>> bool(readout.score(X, y) > 0.9)
    True
    """

    layer: DecolleClassifier | None = None
    _: KW_ONLY
    n_hidden: tuple[int, ...] = (100, 100)
    frozen: tuple[int, ...] = ()
    random_state: Any = None

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "layer": [DecolleClassifier, None],
        "n_hidden": [tuple, list],
        "frozen": [tuple, list],
        "random_state": ["random_state"],
    }

    @unchanged_on_error
    @with_callbacks
    def fit(self, X: ArrayLike | SpikeTrains, y: ArrayLike) -> Any:
        """Learn from scratch, layer after layer.

        Parameters
        ----------
        X : SpikeTrains or array-like
            Samples, as `DecolleClassifier` takes them.
        y : array-like of shape (n_samples,)
            Labels.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If a parameter, ``X`` or ``y`` is not valid. The estimator then stays as it was.
        """
        task = fit_task(self, X, y)
        labels = np.unique(np.asarray(y))
        layers = self._fresh()
        spikes: Any = X
        for number, layer in enumerate(layers):
            if number in self.frozen:
                nothing = np.zeros(len(np.asarray(y)))
                layer.partial_fit(spikes, y, classes=labels, sample_weight=nothing)
            else:
                layer.fit(spikes, y)
            if number + 1 < len(layers):
                spikes = layer.hidden_spikes(spikes)
        self._settled(layers)
        task.end()
        return self

    @unchanged_on_error
    def partial_fit(
        self, X: ArrayLike | SpikeTrains, y: ArrayLike, classes: ArrayLike | None = None
    ) -> Any:
        """Learn from the samples once, in order, in all layers.

        Parameters
        ----------
        X : SpikeTrains or array-like
            Samples.
        y : array-like of shape (n_samples,)
            Labels.
        classes : array-like of shape (n_classes,), default=None
            All labels that will ever come; needed on the first call only.

        Returns
        -------
        self : object
            The estimator, further trained.

        Raises
        ------
        ValueError
            If an argument is not valid. The estimator then stays as it was.
        """
        layers = [clone_fitted(layer) for layer in getattr(self, "layers_", [])] or self._fresh()
        spikes: Any = X
        for number, layer in enumerate(layers):
            weights = np.full(len(np.asarray(y)), float(number not in self.frozen))
            layer.partial_fit(spikes, y, classes=classes, sample_weight=weights)
            if number + 1 < len(layers):
                spikes = layer.hidden_spikes(spikes)
        return self._settled(layers)

    def predict(self, X: ArrayLike | SpikeTrains) -> NDArray[Any]:
        """Return the labels.

        Parameters
        ----------
        X : SpikeTrains or array-like
            Samples.

        Returns
        -------
        y : ndarray of shape (n_samples,)
        """
        check_is_fitted(self, "layers_")
        return self.layers_[-1].predict(self._below(X))

    def decision_function(self, X: ArrayLike | SpikeTrains) -> NDArray[np.floating]:
        """Return the outputs of the last layer.

        Parameters
        ----------
        X : SpikeTrains or array-like
            Samples.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_classes)
        """
        check_is_fitted(self, "layers_")
        return self.layers_[-1].decision_function(self._below(X))

    def _below(self, X: Any) -> Any:
        """Return what the last layer hears."""
        for layer in self.layers_[:-1]:
            X = layer.hidden_spikes(X)
        return X

    def _fresh(self) -> list[DecolleClassifier]:
        """Return new layers, of seeds that follow from the parameter."""
        check_parameters(self)
        sizes = self.n_hidden
        if not sizes or any(not isinstance(n, int | np.integer) or n < 1 for n in sizes):
            raise ValueError(f"n_hidden must be one or more numbers of units, got {sizes!r}")
        if not set(self.frozen) <= set(range(len(sizes))):
            raise ValueError(f"frozen must name layers 0 to {len(sizes) - 1}, got {self.frozen!r}")
        model = DecolleClassifier() if self.layer is None else self.layer
        random_state = check_random_state(self.random_state)
        seeds = random_state.randint(2**31, size=len(sizes))
        return [
            clone(model).set_params(n_hidden=int(n), random_state=int(seed))
            for n, seed in zip(sizes, seeds, strict=True)
        ]

    def _settled(self, layers: list[DecolleClassifier]) -> Any:
        self.layers_ = layers
        self.classes_ = layers[0].classes_
        self.n_features_in_ = layers[0].n_features_in_
        return self

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags


def clone_fitted(layer: DecolleClassifier) -> DecolleClassifier:
    """Return a layer that learns on without changing the one given."""
    twin = copy(layer)
    twin._own()
    return twin
