"""A trained readout on a chip (tier 1): its weights are rounded, once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import is_classifier
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils.validation import check_is_fitted

from .._weights import Samples
from ._chip import MockChip
from ._layers import Layer


class ChipReadout:
    """Deploy a trained readout on a chip (tier 1): round its weights, once.

    ============================ ==========================================================
    readout                      what the chip gets
    ============================ ==========================================================
    linear in its features       weights; intercepts stay with the host
    SpaRCe                       weights; features come with their thresholds taken off
    first spike                  weights, with those of the intercepts' spike, and neurons
    e-prop, DECOLLE              weights, and neurons with their constant drives
    any other                    nothing: it is refused
    ============================ ==========================================================

    Parameters
    ----------
    readout : estimator
        Fitted; one of the above, or a linear model of scikit-learn. It is not changed.
    chip : MockChip
        The chip that gets its weights.

    Raises
    ------
    TypeError
        If the readout is none of the above.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sparcelearn.readouts import DeltaClassifier
    >>> from sparcelearn.readouts.hardware import ChipReadout, MockChip, generic_chip
    >>> X, y = load_iris(return_X_y=True)
    >>> readout = DeltaClassifier(random_state=0).fit(X, y)
    >>> on_chip = ChipReadout(readout, MockChip(generic_chip(6)))
    >>> bool(on_chip.score(X, y) > 0.9)
    True
    """

    def __init__(self, readout: Any, chip: MockChip) -> None:
        check_is_fitted(readout)
        self._layer = Layer(readout)
        self.readout = readout
        self.chip = chip
        self.chip.write(self._layer.weights)

    def predict(self, X: Samples) -> NDArray[Any]:
        """Predict from the chip's outputs.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or SpikeTrains
            What the readout takes.

        Returns
        -------
        y : ndarray of shape (n_samples,), (n_samples, n_outputs) or of a value in each step
            Labels of a classifier, values of a regressor.
        """
        return self._layer.decide(self.chip.run(X, self.readout))

    def score(self: Any, X: Samples, y: ArrayLike) -> float:  # OnChipReadout has it, too
        """Return the accuracy of a classifier, the R^2 of a regressor.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or SpikeTrains
            What the readout takes.
        y : array-like of shape (n_samples,), (n_samples, n_outputs) or of a value in each step
            Labels or values.

        Returns
        -------
        score : float
        """
        predicted = self.predict(X)
        if is_classifier(self.readout):
            return float(accuracy_score(y, predicted))
        values = np.asarray(y)
        if values.ndim == 3:
            values, predicted = (a.reshape(-1, a.shape[2]) for a in (values, predicted))
        return float(r2_score(values, predicted))
