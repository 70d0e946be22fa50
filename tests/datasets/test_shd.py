"""Files in the layout of the Spiking Heidelberg Digits, made by h5py; hostile ones refused."""

from __future__ import annotations

import sys
import zlib

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sparcelearn import SpikeTrains
from sparcelearn.datasets import read_shd, write_shd

h5py = pytest.importorskip("h5py")


def samples(n=6, seed=0):
    """Return times (s, half precision, as published) and units."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(0, 50, n)
    lengths[1] = 0
    times = [np.sort(rng.random(k) * 1.3).astype(np.float16) for k in lengths]
    return times, [rng.integers(700, size=k).astype(np.uint16) for k in lengths]


def written(path, times, units, labels=(3, 1, 4, 1, 5, 9), **how):
    """Write a file by hand, with what the published ones have beside."""
    with h5py.File(path, "w") as file:
        for name, entries, kind in (("times", times, "f2"), ("units", units, "u2")):
            array = file.create_dataset(
                f"spikes/{name}", (len(entries),), dtype=h5py.vlen_dtype(np.dtype(kind)), **how
            )
            for k, entry in enumerate(entries):
                array[k] = entry
        file["labels"] = np.array(labels, dtype=np.uint16)
        file["extra/speaker"] = np.zeros(len(times), dtype=np.uint16)
        file["extra/keys"] = np.array([b"zero", b"null"])
        file["extra/meta_info/gender"] = np.array([b"female"])
    return path


HOW = {
    "contiguous": {},
    "in chunks": {"chunks": (4,), "maxshape": (None,)},
    "packed": {"chunks": (4,), "compression": "gzip", "shuffle": True},
}


@pytest.mark.parametrize("how", HOW)
def test_a_file_as_published(tmp_path, how):
    times, units = samples()
    trains, labels = read_shd(written(tmp_path / "x.h5", times, units, **HOW[how]))
    assert labels.tolist() == [3, 1, 4, 1, 5, 9]
    assert trains.n_channels == 700 and len(trains) == 6
    last = max(entry.max(initial=0) for entry in times)
    assert trains.durations.tolist() == [np.floor(1000 * float(last)) + 1] * 6
    for (mine, channels), t, u in zip(trains, times, units, strict=True):
        order = np.lexsort((u, t))
        assert_array_equal(mine, 1000 * t[order].astype(float))
        assert_array_equal(channels, u[order])


@pytest.mark.parametrize("labels", [None, [4, 2, 0]])
def test_there_and_back(tmp_path, labels):
    rng = np.random.default_rng(0)
    events = [(rng.random(n) * 99, rng.integers(40, size=n)) for n in (30, 0, 12)]
    trains = SpikeTrains.from_samples(events, 40, [100.0, 50.0, 120.0])
    write_shd(tmp_path / "x.h5", trains, labels)
    again, found = read_shd(tmp_path / "x.h5", n_channels=40, durations=trains.durations)
    assert (found is None) if labels is None else (found.tolist() == labels)
    assert_array_equal(again.channels, trains.channels)
    assert_array_equal(again.starts, trains.starts)
    assert_allclose(again.times, trains.times, rtol=3e-16)  # through seconds: a bit of rounding
    write_shd(tmp_path / "y.h5", again, labels)
    with h5py.File(tmp_path / "x.h5") as one, h5py.File(tmp_path / "y.h5") as other:
        for a, b in zip(one["spikes/units"], other["spikes/units"], strict=True):
            assert_array_equal(a, b)


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "x.h5"
    trains = SpikeTrains.from_samples([([1.0], [0])], 1, 2.0)
    write_shd(path, trains)
    before = path.read_bytes()
    for labels in ([1, 2], ["a"]):
        with pytest.raises(ValueError, match="labels must be 1 numbers"):
            write_shd(path, trains, labels)
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["x.h5"]


def test_a_missing_package_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(ImportError, match=r"sparce-learn\[nir\]"):
        read_shd(tmp_path / "x.h5")


# --- files from strangers ---


def without(name):
    return lambda file: file.__delitem__(name)


def plain_times(file):
    del file["spikes/times"]
    file["spikes/times"] = np.zeros((6, 3))


def a_sample_less(file):
    del file["labels"]
    file["labels"] = np.zeros(5)


def late(file):
    file["spikes/times"][0] = np.array([np.inf], dtype="f2")
    file["spikes/units"][0] = np.array([1], dtype="u2")


def of_another_channel(file):
    file["spikes/times"][0] = np.array([0.1], dtype="f2")
    file["spikes/units"][0] = np.array([700], dtype="u2")


def uneven(file):
    file["spikes/times"][0] = np.array([0.1, 0.2], dtype="f2")
    file["spikes/units"][0] = np.array([1], dtype="u2")


def a_link(file):
    del file["labels"]
    file["labels"] = h5py.ExternalLink("/etc/passwd", "/")


def all_the_same(file):
    """Thousands of samples that are the same long one, stored once."""
    del file["spikes/times"]
    array = file.create_dataset("spikes/times", (2000,), dtype=h5py.vlen_dtype(np.float64))
    array[0] = np.zeros(10_000)
    place, path = array.id.get_offset(), file.filename
    file.close()
    with open(path, "r+b") as content:
        content.seek(place)
        reference = content.read(16)
        content.seek(place)
        content.write(reference * 2000)


def one_that_claims_more(file):
    """HDF5 would take 32 GB for it before it looks."""
    place, path = file["spikes/times"].id.get_offset(), file.filename
    file.close()
    with open(path, "r+b") as content:
        content.seek(place)
        content.write(b"\xff\xff\xff\xff")


FILES = {
    "no times": (without("spikes/times"), "no file in the layout of SHD: it has no array"),
    "no spikes": (without("spikes"), "it has no array 'spikes/times'"),
    "times in a table": (plain_times, "must hold an array for each sample, not float64"),
    "fewer labels": (a_sample_less, "spikes/times 6, spikes/units 6, labels 5"),
    "no time": (late, "times of sample 0|durations must be"),
    "another channel": (of_another_channel, "channels must be from 0 to .* 699"),
    "uneven": (uneven, "Sample 0 has 2 times for 1 channels"),
    "a link": (a_link, "a link, 'labels', to elsewhere"),
    "all the same": (all_the_same, "take more than max_bytes=1000000; 'times'"),
    "claims more": (one_that_claims_more, "take more than max_bytes=1000000; 'times'"),
}


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_refused_by_name(tmp_path, name):
    change, message = FILES[name]
    path = written(tmp_path / "x.h5", *samples())
    read_shd(path, max_bytes=10**6)
    with h5py.File(path, "r+") as file:
        change(file)
    with pytest.raises(ValueError, match=message) as caught:
        read_shd(path, max_bytes=10**6)
    assert "x.h5" in str(caught.value)


def test_claims_in_packed_chunks_are_looked_up_as_well(tmp_path):
    path = written(tmp_path / "x.h5", *samples(), chunks=(3,), compression="gzip", shuffle=True)
    with h5py.File(path, "r+") as file:
        array = file["spikes/times"].id
        _, packed = array.read_direct_chunk((0,))
        rows = np.frombuffer(zlib.decompress(packed), "u1").reshape(16, 3).T.copy()
        assert rows[0, :4].view("<u4")[0] == len(samples()[0][0])
        rows[0, :4] = 255
        array.write_direct_chunk((0,), zlib.compress(rows.T.tobytes()))
    with pytest.raises(ValueError, match="take more than max_bytes=1000000; 'times'"):
        read_shd(path, max_bytes=10**6)


def test_every_single_cut_is_noticed(tmp_path):
    path = written(tmp_path / "x.h5", *samples())
    whole = path.read_bytes()
    for end in range(0, len(whole), 97):
        path.write_bytes(whole[:end])
        with pytest.raises(ValueError, match=r"x\.h5"):
            read_shd(path)
