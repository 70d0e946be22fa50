"""Spike trains of Neo, Tonic and pandas: what comes in is what was meant, and goes out again."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from sparcelearn import SpikeTrains
from sparcelearn.interop import (
    from_neo,
    from_pandas,
    from_tonic,
    to_neo,
    to_pandas,
    to_tonic,
)


def random_trains(seed=0, *, n_samples=5, n_channels=48, grid=None):
    """Return trains of unequal length; with a grid, times are whole multiples of it (ms)."""
    rng = np.random.default_rng(seed)
    durations = rng.uniform(20, 60, n_samples)
    samples = []
    for duration in durations:
        n = rng.integers(0, 80)
        times = rng.random(n) * (duration - 1)
        times = times if grid is None else np.floor(times / grid) / round(1 / grid)
        samples.append((times, rng.integers(n_channels, size=n)))
    return SpikeTrains.from_samples(samples, n_channels, durations)


# --- Neo ---


@pytest.fixture(scope="module")
def neo():
    return pytest.importorskip("neo", reason="pip install 'sparce-learn[neo]'")


def test_neo_gives_everything_back(neo):
    trains = random_trains()
    block = to_neo(trains)
    assert [len(segment.spiketrains) for segment in block.segments] == [48] * 5
    assert from_neo(block) == trains
    assert from_neo(block.segments) == trains
    assert from_neo(block.segments[2]) == trains[2]
    assert from_neo([list(segment.spiketrains) for segment in block.segments]) == trains


def test_neo_sees_the_same_spikes(neo):
    trains = random_trains(1)
    for (times, channels), duration, segment in zip(
        trains, trains.durations, to_neo(trains).segments, strict=True
    ):
        for k, train in enumerate(segment.spiketrains):
            assert_array_equal(train.rescale("ms").magnitude, times[channels == k])
            assert float(train.t_stop.rescale("ms")) == duration
            assert float(train.t_start) == 0


@pytest.mark.parametrize("unit, in_ms", [("s", 1000.0), ("ms", 1.0), ("us", 0.001)])
def test_units_and_starts_are_those_of_neo(neo, unit, in_ms):
    first = neo.SpikeTrain([11.0, 14.0], units=unit, t_start=10.0, t_stop=20.0)
    second = neo.SpikeTrain([12.5], units=unit, t_start=9.0, t_stop=18.0)
    trains = from_neo([first, second])
    assert len(trains) == 1 and trains.n_channels == 2
    np.testing.assert_allclose(trains.times, np.array([2.0, 3.5, 5.0]) * in_ms, rtol=1e-12)
    assert trains.channels.tolist() == [0, 1, 0]
    np.testing.assert_allclose(trains.durations, [11.0 * in_ms], rtol=1e-12)


def test_trains_of_other_units_are_one_sample(neo):
    slow = neo.SpikeTrain([0.002], units="s", t_stop=0.01)
    fast = neo.SpikeTrain([3.0], units="ms", t_stop=10.0)
    assert from_neo([slow, fast]).times.tolist() == [2.0, 3.0]
    assert from_neo(fast).channels.tolist() == [0]


def test_a_spike_at_the_end_is_within(neo):
    trains = from_neo(neo.SpikeTrain([1.0, 5.0], units="ms", t_stop=5.0))
    assert trains.times.tolist() == [1.0, 5.0]
    assert trains.durations.tolist() == [np.nextafter(5.0, 6.0)]


def test_what_is_no_recording_of_neo(neo):
    train = neo.SpikeTrain([1.0], units="ms", t_stop=5.0)
    with pytest.raises(ValueError, match="as many spike trains each, at least one, not of 1 and 2"):
        from_neo([[train], [train, train]])
    with pytest.raises(ValueError, match="not of 0"):
        from_neo(neo.Segment())
    with pytest.raises(ValueError, match="none"):
        from_neo(neo.Block())
    for other in (3, "a file", [3]):
        with pytest.raises(TypeError, match=r"neo\.SpikeTrain, not"):
            from_neo(other)


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "neo", None)
    with pytest.raises(ImportError, match=r"sparce-learn\[neo\]"):
        to_neo(random_trains())
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pip install pandas"):
        to_pandas(random_trains())


# --- Tonic ---

KIND = [("x", "i2"), ("y", "i2"), ("t", "i8"), ("p", "?")]


def test_tonic_gives_everything_back():
    trains = random_trains(grid=0.001)
    recordings = to_tonic(trains, (4, 6, 2))
    again = from_tonic(recordings, (4, 6, 2), durations=trains.durations)
    assert again == trains
    assert recordings[0].dtype == KIND


def test_channels_are_places_and_polarities():
    recording = np.array([(3, 5, 70, True), (0, 0, 20, False), (1, 2, 1500, False)], dtype=KIND)
    trains = from_tonic(recording, (4, 6, 2))
    dense = np.zeros((2, 6, 4))  # polarity, row, column
    dense[0, 0, 0] = dense[0, 2, 1] = dense[1, 5, 3] = 1
    assert_array_equal(trains.counts()[0].reshape(2, 6, 4), dense)
    assert trains.times.tolist() == [0.02, 0.07, 1.5]
    assert trains.durations.tolist() == [2.0]


def test_a_frame_is_as_good_as_a_structured_array():
    recordings = to_tonic(random_trains(3, grid=0.001), (4, 6, 2))
    frames = [pd.DataFrame(recording) for recording in recordings]
    assert from_tonic(frames, (4, 6, 2)) == from_tonic(recordings, (4, 6, 2))
    assert from_tonic(frames[0], (4, 6, 2)) == from_tonic(recordings[0], (4, 6, 2))


def test_a_line_of_channels_has_neither_rows_nor_polarities():
    """As Tonic has the Spiking Heidelberg Digits: p is 1 throughout."""
    events = np.array([(1000, 699, 1), (2000, 3, 1)], dtype=[("t", int), ("x", int), ("p", int)])
    trains = from_tonic([events], (700, 1, 1))
    assert trains.n_channels == 700 and trains.channels.tolist() == [699, 3]


def test_tonic_itself_makes_the_same_frames():
    """Its transform counts events in windows, by polarity, row and column."""
    transforms = pytest.importorskip("tonic.transforms", reason="pip install tonic")
    trains = random_trains(2, grid=0.001)
    frame = transforms.ToFrame(sensor_size=(4, 6, 2), time_window=1000)
    for k, recording in enumerate(to_tonic(trains, (4, 6, 2))):
        if len(recording):
            frames = frame(recording)  # from the first event on
            first = recording["t"][0]
            moved = recording.copy()
            moved["t"] -= first
            mine = from_tonic(moved, (4, 6, 2)).to_dense(1.0)[0].reshape(-1, 2, 6, 4)
            n = min(len(frames), len(mine))
            assert_array_equal(frames[:n], mine[:n], err_msg=str(k))


@pytest.mark.parametrize(
    "change, size, message",
    [
        (lambda e: e["x"].__setitem__(1, 4), (4, 6, 2), "x must be from 0 to 3.*4 as of event 1"),
        (lambda e: e["y"].__setitem__(0, -1), (4, 6, 2), "y must be from 0 to 5.*event 0"),
        (lambda e: e["t"].__setitem__(0, -5), (4, 6, 2), "t must be at least 0, not -5"),
        (lambda e: None, (4, 6), "sensor_size must be"),
        (lambda e: None, (4, 0, 2), "sensor_size must be"),
        (lambda e: None, (2**20, 2**20, 2), "sensor_size=.* is larger"),
    ],
)
def test_events_that_a_sensor_cannot_have(change, size, message):
    recording = np.zeros(2, dtype=KIND)
    change(recording)
    with pytest.raises(ValueError, match=message):
        from_tonic([recording], size)


def test_what_are_no_recordings_of_tonic():
    with pytest.raises(TypeError, match="Recording 1 must be a structured array"):
        from_tonic([np.zeros(2, dtype=KIND), np.zeros((2, 4))], (4, 6, 2))
    with pytest.raises(ValueError, match="Recording 0 has no field 'y'; it has x, t"):
        from_tonic([np.zeros(2, dtype=[("x", int), ("t", int)])], (4, 6, 1))
    with pytest.raises(ValueError, match="Field 'x' of recording 0 must hold whole numbers"):
        from_tonic([np.zeros(2, dtype=[("x", float), ("t", int)])], (4, 1, 1))
    with pytest.raises(ValueError, match="must give the 48 channels"):
        to_tonic(random_trains(), (4, 5, 2))
    with pytest.raises(ValueError, match="at most 2 polarities"):
        to_tonic(random_trains(), (4, 4, 3))


# --- pandas ---


def test_a_table_gives_everything_back():
    trains = random_trains()
    table = to_pandas(trains, sample="trial", time="ms", unit="cell")
    assert list(table.columns) == ["trial", "ms", "cell"]
    again = from_pandas(
        table.sample(frac=1, random_state=0),  # in any order
        sample="trial",
        time="ms",
        unit="cell",
        samples=len(trains),
        units=48,
        durations=trains.durations,
    )
    assert again == trains


def test_a_table_counts_what_trains_count():
    trains = random_trains(3)
    counts = to_pandas(trains).groupby(["sample", "unit"]).size()
    for (sample, unit), n in counts.items():
        assert trains.counts()[sample, unit] == n
    assert counts.sum() == len(trains.times)


def test_labels_are_numbered_in_their_order():
    table = pd.DataFrame(
        {"sample": ["b", "a", "b"], "time": [1.0, 2.0, 0.5], "unit": ["y", "x", "x"]}
    )
    trains = from_pandas(table)
    assert [times.tolist() for times, _ in trains] == [[2.0], [0.5, 1.0]]
    assert [channels.tolist() for _, channels in trains] == [[0], [0, 1]]
    wide = from_pandas(table, samples=["c", "b", "a"], units=["z", "y", "x"])
    assert [times.tolist() for times, _ in wide] == [[], [0.5, 1.0], [2.0]]
    assert wide.n_channels == 3
    table["unit"] = pd.Categorical(table["unit"], categories=["x", "q", "y"])
    assert from_pandas(table).channels.tolist() == [0, 0, 2]


def test_numbers_stay_what_they_are():
    """A silent channel or sample does not move those after it."""
    table = pd.DataFrame({"sample": [0, 3], "time": [1.0, 2.0], "unit": [7, 2]})
    trains = from_pandas(table)
    assert len(trains) == 4 and trains.n_channels == 8
    assert trains.channels.tolist() == [7, 2]
    assert from_pandas(table, sample=None, units=10).n_channels == 10


def test_times_may_be_time_deltas():
    table = pd.DataFrame({"time": pd.to_timedelta([1.5, 2500], "ms"), "unit": [0, 1]})
    assert from_pandas(table, sample=None).times.tolist() == [1.5, 2500.0]


@pytest.mark.parametrize(
    "columns, parameters, message",
    [
        ({"unit": [0, 1]}, {}, "frame has no column 'time'"),
        ({"time": [1.0, np.nan]}, {}, "column 'time' must be finite"),
        ({"time": [1.0, np.inf]}, {}, "column 'time' must be finite"),
        ({"unit": [0, -1]}, {}, "column 'unit' holds -1 in row 1"),
        ({"unit": [0, 10**9]}, {}, "numbers 1000000001 units"),
        ({"unit": [0.0, 0.5]}, {}, "column 'unit' must be finite and fit"),
        ({"unit": ["a", None]}, {}, "column 'unit' holds .* in row 1"),
        ({}, {"units": 1}, "column 'unit' holds .*1.* in row 1, which is none of its 1 labels"),
        ({}, {"samples": [5, 6]}, "column 'sample' holds"),
        ({}, {"units": ["a", "a"]}, "labels of column 'unit' must differ"),
        ({"sample": [0, 2**40]}, {}, "numbers 1099511627777 samples"),
        ({"time": [1.0, -2.0]}, {}, "times must be from 0"),
    ],
)
def test_tables_that_cannot_be(columns, parameters, message):
    good = {"sample": [0, 0], "time": [1.0, 2.0], "unit": [0, 1]}
    table = pd.DataFrame({**good, **columns} if columns != {"unit": [0, 1]} else columns)
    with pytest.raises(ValueError, match=message):
        from_pandas(table, **parameters)
    with pytest.raises(TypeError, match=r"frame must be a pandas\.DataFrame, not Series"):
        from_pandas(table["unit"])
    with pytest.raises(ValueError, match="must be three names"):
        to_pandas(random_trains(), time="sample")
