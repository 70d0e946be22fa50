"""Readouts of spike trains behind a spiking reservoir, which they never touch."""

import joblib
import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline

from sparcelearn import SpikeTrains
from sparcelearn.measures import van_rossum
from sparcelearn.readouts import (
    DecolleClassifier,
    EpropClassifier,
    FirstSpikeClassifier,
    SuperSpikeRegressor,
)
from sparcelearn.reservoir import SpikingReservoir


@pytest.fixture(scope="module")
def digits():
    """Images of 0, 1 and 2, held for 40 ms before a reservoir; and labels."""
    X, y = load_digits(return_X_y=True)
    few = np.flatnonzero(y < 3)[:240]
    reservoir = SpikingReservoir(100, steps_per_input=40, features="spikes", random_state=0)
    return reservoir.fit(X[few] / 16), X[few] / 16, y[few]


CLASSIFIERS = [
    DecolleClassifier(30, learning_rate=1.0, max_iter=5, random_state=0),
    EpropClassifier(max_iter=20, random_state=0),
    EpropClassifier("alif", learning_rate=0.001, max_iter=20, random_state=0),
    FirstSpikeClassifier(max_iter=40, random_state=0),
]


@pytest.mark.parametrize("readout", CLASSIFIERS, ids=lambda r: type(r).__name__)
def test_digits_are_told_apart_and_the_reservoir_stays(digits, readout):
    reservoir, X, y = digits
    trains = reservoir.transform(X)
    before = joblib.hash(vars(reservoir)), joblib.hash(vars(trains))
    readout.fit(trains[:180], y[:180])
    readout.partial_fit(trains[180:200], y[180:200])
    assert readout.score(trains[200:], y[200:]) >= 0.85
    assert (joblib.hash(vars(reservoir)), joblib.hash(vars(trains))) == before
    assert reservoir.transform(X) == trains


def test_digits_are_answered_by_spike_patterns(digits):
    """An output for each class, which alone should spike; the nearest train is the answer."""
    reservoir, X, y = digits
    trains = reservoir.transform(X)
    before = joblib.hash(vars(reservoir))
    answers = SpikeTrains.from_samples([([15.0, 30.0], [c, c]) for c in range(3)], 3, 40.0)
    model = SuperSpikeRegressor(learning_rate=0.005, batch_size=10, max_iter=30, random_state=0)
    found = model.fit(trains[:180], answers[y[:180]]).predict(trains[180:])
    distances = [van_rossum(found, answers[np.full(60, c)]).sum(axis=1) for c in range(3)]
    assert np.mean(np.argmin(distances, axis=0) == y[180:]) >= 0.85
    assert joblib.hash(vars(reservoir)) == before


def test_a_pipeline_ends_in_a_readout_of_spikes(digits):
    _, X, y = digits
    model = make_pipeline(
        SpikingReservoir(60, steps_per_input=40, features="spikes", random_state=1),
        EpropClassifier(max_iter=10, random_state=0),
    )
    assert model.fit(X[:180], y[:180]).score(X[180:], y[180:]) >= 0.85
