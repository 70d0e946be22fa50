"""Histograms over trials and spike-triggered averages, against plain loops."""

from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sparcelearn import SpikeTrains
from sparcelearn.measures import peristimulus_histogram, reverse_correlation
from sparcelearn.readouts import DeltaClassifier, PrototypeClassifier

RNG = np.random.default_rng(0)
DENSE = RNG.random((7, 43, 3)) < 0.2
TRAINS = SpikeTrains.from_dense(DENSE)


@pytest.mark.parametrize("width", [1.0, 4.0, 10.0, 43.0])
def test_rates_over_trials_equal_counts(width):
    w = int(width)
    expected = [
        DENSE[:, i * w : (i + 1) * w].sum(axis=(0, 1)) / (7 * width / 1000) for i in range(43 // w)
    ]
    assert_allclose(peristimulus_histogram(TRAINS, width), expected)


def test_trials_must_be_alike():
    unequal = SpikeTrains.from_samples([([1.0], [0]), ([1.0], [0])], 1, durations=[5.0, 6.0])
    with pytest.raises(ValueError, match="trials of one length"):
        peristimulus_histogram(unequal)
    with pytest.raises(ValueError, match="width"):
        peristimulus_histogram(TRAINS, 44.0)


def test_the_mean_stimulus_before_a_spike_equals_a_loop():
    s = RNG.normal(1.0, 2.0, size=(7, 43, 2))
    found = reverse_correlation(s, TRAINS, n_lags=5)
    for k in range(3):
        before = [s[n, t - 4 : t + 1][::-1] for n, t in np.argwhere(DENSE[:, :, k]) if t >= 4]
        assert_allclose(found[:, :, k], np.mean(before, axis=0) - s.mean(axis=(0, 1)))
    quiet = SpikeTrains.from_samples([([], [])], 1, durations=10.0)
    assert np.isnan(reverse_correlation(s[:1], quiet, n_lags=2)).all()
    with pytest.raises(ValueError, match="stimulus must be of shape"):
        reverse_correlation(s[:3], TRAINS, n_lags=2)


def test_white_noise_finds_a_filter():
    kernel = np.exp(-np.arange(12) / 4.0)
    s = RNG.normal(size=(1, 40_000, 1))
    drive = np.convolve(s[0, :, 0], kernel)[:40_000]
    spikes = RNG.random(40_000) < 0.2 / (1 + np.exp(-2 * (drive - 1)))
    trains = SpikeTrains.from_dense(spikes[None, :, None])
    found = reverse_correlation(s, trains, n_lags=12)[:, 0, 0]
    assert np.corrcoef(found, kernel)[0, 1] > 0.98


@pytest.mark.parametrize("make", [PrototypeClassifier, lambda: DeltaClassifier(random_state=0)])
def test_over_all_labellings_unseen_points_are_right_by_half(make):
    """No free lunch, exactly: for every learner."""
    X = RNG.normal(size=(5, 2))
    scores = []
    for labelling in product([0, 1], repeat=5):
        y = np.array(labelling)
        if y[0] == y[1] == y[2]:  # one class is none to learn: any answer is right by half
            continue
        readout = make().partial_fit(X[:3], y[:3], classes=[0, 1])
        scores.append(readout.score(X[3:], y[3:]))
    assert np.mean(scores) == 0.5
