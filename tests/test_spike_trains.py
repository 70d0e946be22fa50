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


def test_without_durations_samples_last_as_long_as_the_longest():
    trains = SpikeTrains.from_samples([([1.0, 7.0], [0, 0]), ([2.5], [0])], n_channels=1)
    assert trains.durations.tolist() == [8.0, 8.0]
    assert SpikeTrains.from_samples([([], [])], n_channels=1).durations.tolist() == [1.0]


# --- joining ---


def test_joined_recordings_are_split_as_they_were():
    parts = [random_trains(seed, n_samples=n) for seed, n in ((0, 3), (1, 1), (2, 5))]
    whole = SpikeTrains.concatenate(parts)
    assert whole[:3] == parts[0] and whole[3:4] == parts[1] and whole[4:] == parts[2]
    assert SpikeTrains.concatenate(whole[k] for k in range(len(whole))) == whole


def test_samples_of_other_lengths_are_joined():
    parts = [SpikeTrains.from_samples([([1.0], [0])], 2, duration) for duration in (2.0, 7.0)]
    assert SpikeTrains.concatenate(parts).durations.tolist() == [2.0, 7.0]


@pytest.mark.parametrize(
    "parts, error, message",
    [
        ([], ValueError, "at least one"),
        ([random_trains(0), np.zeros((2, 2))], TypeError, "part 1 is ndarray"),
        ([random_trains(0), random_trains(0, n_channels=5)], ValueError, "Part 1 has 5 channels"),
    ],
)
def test_what_cannot_be_joined(parts, error, message):
    with pytest.raises(error, match=message):
        SpikeTrains.concatenate(parts)


# --- numbers that are too large, and messages ---


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: SpikeTrains.from_dense(np.full((1, 2, 2), 2**62)), "channel 0 in step 0 of samp"),
        (lambda: SpikeTrains.from_dense(np.full((1, 1, 1), 2**64 - 1, dtype=np.uint64)), "65536"),
        (lambda: SpikeTrains.from_dense(np.full((1, 1, 3), 1e300)), "at most 65536"),
        (lambda: SpikeTrains.from_dense([[[65537.0]]]), "at most 65536"),
        (lambda: SpikeTrains.from_dense([[[1]]], dt=1e300), "durations must be"),
        (lambda: SpikeTrains.from_dense([[[1]]], dt=np.nan), "dt must be finite"),
        (lambda: SpikeTrains([], [], [0, 0], 1, 1e300), "at most 1e.12"),
        (lambda: SpikeTrains([], [], [0, 0, 0], 1, [1.0, np.inf]), "inf as of sample 1"),
        (lambda: SpikeTrains([], [], [0, 0], 2**62, 1.0), "n_channels must be from 0 to"),
        (lambda: SpikeTrains([], [], [0, 0], -1, 1.0), "n_channels must be from 0 to"),
        (lambda: SpikeTrains([], [], [0, 0], 1, 1e12).to_dense(1e-6), "more than 2147483647 steps"),
        (lambda: SpikeTrains([], [], [0, 0], 1, 1e9).n_steps(5e-324), "more than 2147483647 steps"),
        (lambda: SpikeTrains([1.0], [0], [0, 1], 1, 1e9).steps(1e-9), "more than 2147483647 steps"),
        (lambda: SpikeTrains([], [], [0, 0], 9999, 1e9).to_dense(1.0), "would be too large"),
        (lambda: SpikeTrains([], [], [0] * 9, 2**31 - 1, 1.0).counts(), "would be too large"),
        (lambda: SpikeTrains([], [], [0] * 9, 2**31 - 1, 1.0).first_times(), "would be too large"),
        (lambda: SpikeTrains([], [], [0, 0], 1, 1.0).n_steps(0.0), "dt must be finite and above"),
        (
            lambda: SpikeTrains([0.0, 1.0], [0, 3], [0, 1, 2], 3, 5.0),
            "event 0 of sample 1: chan.* 3",
        ),
        (
            lambda: SpikeTrains([0.0, 1, 9], [0] * 3, [0, 1, 3], 1, 5.0),
            "event 1 of sample 1: .*9 ms",
        ),
        (
            lambda: SpikeTrains([0.0, 2, 1], [0] * 3, [0, 1, 3], 1, 5.0),
            "event 1 of sample 1: .*1 ms",
        ),
        (lambda: SpikeTrains.from_samples([([], []), ([1.0], [])], 1, 5.0), "Sample 1 has 1 times"),
        (
            lambda: SpikeTrains.from_samples([([], []), ([np.nan], [0])], 1, 5.0),
            "times of sample 1",
        ),
        (lambda: SpikeTrains.from_samples([([1.0], [2**40])], 1, 5.0), "channels of sample 0"),
        (lambda: SpikeTrains.from_samples([([], [], [])], 1, 5.0), "Sample 0 must be a pair"),
    ],
)
def test_numbers_out_of_range_are_refused_and_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("n_channels", [2.5, True, "3", None])
def test_a_number_of_channels_that_is_none(n_channels):
    with pytest.raises(TypeError, match="n_channels must be an integer"):
        SpikeTrains([], [], [0, 0], n_channels, 1.0)


def test_the_most_spikes_of_a_step_are_taken():
    assert SpikeTrains.from_dense([[[65536, 1]]]).counts().tolist() == [[65536, 1]]


def test_a_notebook_shows_the_first_sample():
    trains = SpikeTrains.from_samples([([1.0, 4.0], [0, 2]), ([2.0], [1])], 3, 5.0)
    html = trains._repr_html_()
    assert "SpikeTrains(n_samples=2" in html
    assert html.count("M") == 2  # a stroke for each of its spikes
    assert "M96.0" in html  # 1 of 5 ms, of 480 pixels
    assert "svg" not in trains[:0]._repr_html_()
