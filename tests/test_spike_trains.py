"""Events as data: the container, its grid, and scikit-learn's ways of taking it apart."""

import joblib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import KFold, train_test_split
from sklearn.utils import _safe_indexing

from sparcelearn import SpikeTrains


def random_trains(seed: int, n_samples: int = 6, n_channels: int = 4) -> SpikeTrains:
    """Return trains of 0 to 20 spikes at random times."""
    rng = np.random.default_rng(seed)
    samples = []
    for _ in range(n_samples):
        n = rng.integers(20)
        samples.append((rng.random(n) * 10, rng.integers(n_channels, size=n)))
    return SpikeTrains.from_samples(samples, n_channels, 10.0)


@given(st.integers(0, 1000), st.sampled_from([0.1, 0.3, 1.0, 2.5]))
def test_dense_and_back(seed, dt):
    raster = np.random.default_rng(seed).poisson(0.3, size=(3, 7, 2))
    assert np.array_equal(SpikeTrains.from_dense(raster, dt).to_dense(dt), raster)


def test_counts_and_first_times():
    trains = SpikeTrains.from_samples([([3.0, 1.0, 2.0], [0, 0, 2]), ([], [])], 3, 5.0)
    assert trains.counts().tolist() == [[2, 0, 1], [0, 0, 0]]
    assert trains.first_times().tolist() == [[1.0, np.inf, 2.0], [np.inf] * 3]
    assert trains.times.tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    "key", [2, slice(1, 4), [3, 0, 3], np.array([True, False] * 3), ([1, 2], ...)]
)
def test_indexing_is_that_of_a_list(key):
    trains = random_trains(0)
    rows = np.atleast_1d(np.arange(6)[key[0] if isinstance(key, tuple) else key])
    whole = list(trains)
    for (times, channels), row in zip(trains[key], rows, strict=True):
        assert np.array_equal(times, whole[row][0]) and np.array_equal(channels, whole[row][1])


def test_scikit_learn_splits_it():
    trains, y = random_trains(1), np.arange(6)
    first, second, _, labels = train_test_split(trains, y, random_state=0)
    assert len(first) == 4 and second == trains[labels]
    for _, test in KFold(3).split(trains):
        assert _safe_indexing(trains, test) == trains[test]
    assert len(trains[[]]) == 0


def test_equal_trains_hash_alike_and_survive_pickling():
    trains = random_trains(2)
    assert joblib.hash(trains) == joblib.hash(random_trains(2))
    assert trains == random_trains(2) and trains != random_trains(3)


@pytest.mark.parametrize(
    "arguments, message",
    [
        (([1.0], [0], [0, 2], 1, 5.0), "starts"),
        (([1.0], [0, 0], [0, 1], 1, 5.0), "equally long"),
        (([1.0], [1], [0, 1], 1, 5.0), "channels must be from 0"),
        (([1.0], [0.5], [0, 1], 1, 5.0), "channels must be finite"),
        (([5.0], [0], [0, 1], 1, 5.0), "times must be from 0"),
        (([np.nan], [0], [0, 1], 1, 5.0), "times must be finite"),
        (([2.0, 1.0], [0, 0], [0, 2], 1, 5.0), "fall within"),
        (([1.0], [0], [0, 1], 1, [5.0, 5.0]), "durations"),
        (([1.0], [0], [0, 1], 1, 0.0), "durations"),
        (([[1.0]], [0], [0, 1], 1, 5.0), "one dimension"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        SpikeTrains(*arguments)


def test_times_may_fall_from_one_sample_to_the_next():
    assert len(SpikeTrains([4.0, 1.0], [0, 0], [0, 1, 2], 1, 5.0)) == 2
