"""A reservoir and a classifier as one estimator, for sequences and for streams."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassifierMixin
from sklearn.metrics import accuracy_score

from sparcelearn._core.available import available_if
from sparcelearn._core.labels import classes_of_call
from sparcelearn._core.validation import unchanged_on_error
from sparcelearn.readouts import SparceClassifier
from sparcelearn.readouts._experts.predict_then_learn import answers, predict_then_learn

from .readout_has import readout_has
from .stream import StreamBase


class ReservoirClassifier(ClassifierMixin, StreamBase):
    """Reservoir and classifying readout in one, for sequences and for streams.

    A sample x goes through the fixed reservoir, which gives features, from which the
    readout predicts and learns::

        h(t) = F(h(t - 1), x(t))        the reservoir; nothing in it learns
        y(t) = readout(h(t))            predict first, then learn

    Without ``carry_state`` each sample, a row or a sequence, starts from rest and has one
    label. With ``carry_state=True`` on the reservoir, rows are the time steps of one stream
    and each has its label. Only ``fit`` (from rest to the end of its rows), ``partial_fit``,
    ``step`` and ``reset_state`` move time; all other methods change nothing. With a readout of
    ``batch_size=1``, state and weights are the same to the bit however a stream is cut into
    pieces, down to single steps.

    Parameters
    ----------
    reservoir : reservoir, StackedReservoir or Pipeline, default=None
        Cloned by ``fit``. None is a `SpikingReservoir` of 100 units. A pipeline has one
        reservoir, and before and after it any transformers of rows.
    readout : estimator, default=None
        Any classifier, cloned by ``fit``; one with ``partial_fit`` for streams. None is a
        `SparceClassifier` with ``batch_size=1``.
    washout : int, default=0
        Number of samples at the start of a stream (in ``fit``, or after ``reset_state``) that
        are not learned from. It is not repeated for each piece.
    max_pending : int, default=1
        How many predictions of ``step`` wait for their label in ``learn``; their features are
        kept.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.
        Used for the default reservoir and readout only.

    Attributes
    ----------
    reservoir_ : estimator
        The reservoir, drawn for the first data.
    readout_ : estimator
        The readout.
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    n_steps_ : int
        Samples that went through the reservoir; after ``step``, the ticket of its prediction.
    spike_counts_ : ndarray of shape (n_units,)
        Spikes of each unit, over all those samples.
    n_updates_, n_skipped_, n_rejected_ : int
        The counters ``updates``, ``updates_skipped`` and ``rejected_inputs``.
    n_features_in_ : int
        Number of channels.

    See Also
    --------
    ReservoirRegressor : The same for values.

    Notes
    -----
    The reservoir is drawn and calibrated on the data of ``fit``, without labels. A stream begins
    with ``fit`` or with ``partial_fit``, which is told the ``classes``; ``step`` goes on.
    After ``partial_fit`` the reservoir is calibrated as rows come, on the first 1, 2, 4, ... of
    them up to its ``calibration_rows``, and not after that. However the stream is cut, nothing
    changes.

    ``step`` and ``learn`` check parameters only in their first call after another method that
    moves time or learns. They change the arrays of ``readout_`` in place.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn import ReservoirClassifier
    >>> from sparcelearn.readouts import SparceClassifier
    >>> from sparcelearn.reservoir import EchoStateReservoir
    >>> x = np.sin(np.arange(600) / 8)
    >>> is_rising = (np.diff(x, append=0) > 0).astype(int)
    >>> model = ReservoirClassifier(
    ...     EchoStateReservoir(50, carry_state=True, random_state=0),
    ...     SparceClassifier(sparsity=None, batch_size=1),
    ... )
    >>> model = model.partial_fit(x[:400, np.newaxis], is_rising[:400], classes=[0, 1])
    >>> hits = 0
    >>> for value, label in zip(x[400:], is_rising[400:]):
    ...     hits += model.step(value) == label  # predict, then learn
    ...     model = model.learn(label)
    >>> bool(hits > 180)
    True
    >>> model.counters["steps"]
    600
    """

    @available_if(readout_has("partial_fit"))
    @unchanged_on_error
    def partial_fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Predict, then learn, from samples in order; a stream moves past them.

        Parameters
        ----------
        X : array-like
            Samples, or the next piece of the stream, in any form that ``fit`` takes.
        y : array-like of shape (n_samples,)
            Labels.
        classes : array-like of shape (n_classes,), default=None
            All labels that can occur; needed in the first call only.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each sample, if the readout takes it; 1 by default.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If an argument is not valid. The estimator is then unchanged.
        """
        self._check_parameters()
        self.classes_ = classes_of_call(getattr(self, "classes_", None), classes)
        return self._partial_fit(X, y, sample_weight, classes=self.classes_)

    def _predict_then_learn(
        self, X: Any, y: NDArray[Any], classes: NDArray[Any]
    ) -> NDArray[np.int64]:
        """Return what was predicted of each sample before it was learned, as places of classes."""
        self._check_parameters()
        if not hasattr(self, "reservoir_"):
            self.classes_ = classes
            self._draw(X, is_stream=True)
        features, spike_counts, after = self._front._respond(X)
        first = self._n_washed_out(len(features))
        said = [answers(self.readout_, features[:first], classes)] if first else []
        if first < len(features):
            said += [predict_then_learn(self.readout_, features[first:], y[first:], classes)]
        self._count(features, spike_counts, first)
        self._front._go_on(after)
        return np.concatenate(said)

    @available_if(readout_has("predict_proba"))
    def predict_proba(self, X: ArrayLike) -> NDArray[np.floating]:
        """Return the readout's class probabilities, without moving time.

        Parameters
        ----------
        X : array-like
            Input in any form that ``fit`` takes.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
        """
        features = self._features(X)
        return self.readout_.predict_proba(features)

    @available_if(readout_has("decision_function"))
    def decision_function(self, X: ArrayLike) -> NDArray[np.floating]:
        """Return the readout's outputs, without moving time.

        Parameters
        ----------
        X : array-like
            Input in any form that ``fit`` takes.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_classes)
        """
        features = self._features(X)
        return self.readout_.decision_function(features)

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Return the accuracy, without moving time.

        Parameters
        ----------
        X : array-like
            Input in any form that ``fit`` takes.
        y : array-like
            Labels, as ``fit`` takes them. Those of the washout do not count: of the first rows
            after rest, and of each sequence where every time step has a label.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each sample.

        Returns
        -------
        float
        """
        return self._score(accuracy_score, X, y, sample_weight)

    def _default_readout(self) -> SparceClassifier:
        return SparceClassifier(batch_size=1, random_state=self.random_state)
