"""AEDAT: events where the addresses say, at the times of the clock; damaged files refused."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sparcelearn.datasets import read_aedat
from tests.datasets.test_damaged import refuses

V2 = b"#!AER-DAT2.0\r\n# This is a raw AE data file - do not edit\r\n# a tab:\there\r\n"
V3 = b"#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DVS128\r\n#!END-HEADER\r\n"


def events(n=200, width=128, height=128, seed=0):
    """Return times (microseconds), columns, rows and polarities."""
    rng = np.random.default_rng(seed)
    t = np.sort(rng.integers(5_000_000, 5_090_000, n))
    return t, rng.integers(width, size=n), rng.integers(height, size=n), rng.integers(2, size=n)


def dvs128(t, x, y, p):
    pairs = zip(y << 8 | x << 1 | p, t, strict=True)
    return V2 + b"".join(struct.pack(">Ii", int(a), int(b)) for a, b in pairs)


def davis(t, x, y, p):
    pairs = zip(y << 22 | x << 12 | p << 11, t, strict=True)
    return V2 + b"".join(struct.pack(">Ii", int(a), int(b)) for a, b in pairs)


def packet(t, x, y, p, *, kind=1, valid=1, overflows=0, size=8):
    body = b"".join(
        struct.pack("<Ii", int(c << 17 | r << 2 | b << 1 | valid), int(time))
        for time, c, r, b in zip(t, x, y, p, strict=True)
    )
    return struct.pack("<hhiiiiii", kind, 1, size, 4, overflows, len(t), len(t), len(t)) + body


def check(path, recording, size, **options):
    t, x, y, p = recording
    trains = read_aedat(path, size, **options)
    counts = np.zeros((2, size[1], size[0]), dtype=int)
    np.add.at(counts, (p, y, x), 1)
    assert_array_equal(trains.counts()[0].reshape(counts.shape), counts)
    assert_array_equal(np.sort(trains.times), (t - t[0]) / 1000)
    return trains


@pytest.mark.parametrize(
    "write, size", [(dvs128, (128, 128)), (davis, (240, 180)), (davis, (346, 260))]
)
def test_version_2(tmp_path, write, size):
    path, recording = tmp_path / "x.aedat", events(width=size[0], height=size[1])
    path.write_bytes(write(*recording))
    trains = check(path, recording, size)
    assert trains.durations.tolist() == [np.floor(trains.times.max()) + 1]


def test_version_3_with_packets_of_other_kinds(tmp_path):
    path, recording = tmp_path / "x.aedat", events()
    halves = [[part[s] for part in recording] for s in (slice(0, 80), slice(80, None))]
    other = struct.pack("<hhiiiiii", 2, 1, 12, 4, 0, 3, 3, 3) + bytes(36)  # pictures
    noise = packet(*events(seed=1), valid=0)
    path.write_bytes(V3 + packet(*halves[0]) + other + noise + packet(*halves[1]))
    check(path, recording, (128, 128))


def test_what_is_no_change_of_a_pixel_is_left_out(tmp_path):
    path, (t, x, y, p) = tmp_path / "x.aedat", events(n=4)
    path.write_bytes(dvs128(t, x, y, p) + struct.pack(">Ii", 1 << 15 | 5, int(t[-1])))
    check(path, (t, x, y, p), (128, 128))
    for bit in (31, 10):
        path.write_bytes(davis(t, x, y, p) + struct.pack(">Ii", 1 << bit, int(t[-1])))
        check(path, (t, x, y, p), (240, 180))


def test_a_part_of_a_recording_begins_at_its_own_start(tmp_path):
    path, (t, x, y, p) = tmp_path / "x.aedat", events()
    path.write_bytes(dvs128(t, x, y, p))
    trains = read_aedat(path, t_start=5020.0, t_stop=5050.5)
    is_within = (t >= 5_020_000) & (t < 5_050_500)
    assert 10 < is_within.sum() < 190
    assert_array_equal(trains.times, (t[is_within] - 5_020_000) / 1000)
    assert trains.durations.tolist() == [30.5]
    assert len(read_aedat(path, t_start=0.0, t_stop=1.0).times) == 0
    with pytest.raises(ValueError, match=r"t_stop=3\.0 must come after the start at 5020 ms"):
        read_aedat(path, t_start=5020.0, t_stop=3.0)


def test_a_clock_that_runs_over_goes_on(tmp_path):
    path = tmp_path / "x.aedat"
    near_the_end = 2**32 - 500
    stamps = [near_the_end, near_the_end + 400, 300, 900]
    path.write_bytes(V2 + b"".join(struct.pack(">II", 0, stamp % 2**32) for stamp in stamps))
    assert read_aedat(path).times.tolist() == [0.0, 0.4, 0.8, 1.4]
    one = np.array([1])
    first, second = packet([2**31 - 100], one, one, one), packet([200], one, one, one, overflows=1)
    path.write_bytes(V3 + first + second)
    assert read_aedat(path).times.tolist() == [0.0, 0.3]


def test_an_event_that_begins_like_a_line_of_the_header(tmp_path):
    """Row 141 of a DAVIS makes the first byte a #."""
    path, recording = (
        tmp_path / "x.aedat",
        (np.array([10, 20]), *np.array([[3, 4], [141, 5], [1, 0]])),
    )
    content = davis(*recording)
    assert content[len(V2) : len(V2) + 1] == b"#"
    path.write_bytes(content)
    check(path, recording, (240, 180))


GOOD, PACKETS = dvs128(*events(n=8)), V3 + packet(*events(n=8))
DAMAGED = {
    "empty": (b"", "no AEDAT file"),
    "not AEDAT": (b"<html>404 Not Found</html>", "no AEDAT file"),
    "version 1": (b"#!AER-DAT1.0\r\n" + bytes(12), "no AEDAT file of version 2.0 or 3.1"),
    "version 4": (b"#!AER-DAT4.0\r\n" + bytes(12), "no AEDAT file of version 2.0 or 3.1"),
    "cut within an event": (GOOD[:-3], "bytes of events; they take 8 each"),
    "no events": (V2, "holds no event"),
    "an address of another camera": (V2 + b"\x40" + bytes(7), "more than 16 bits"),
    "cut within the header": (V3[:40], "ends within its header"),
    "cut within a packet": (PACKETS[:-3], "ends within a packet"),
    "cut within the header of a packet": (PACKETS + bytes(5), "within the header of a packet"),
    "a packet that claims 16 GB": (
        V3 + struct.pack("<hhiiiiii", 1, 1, 8, 4, 0, 2**31 - 1, 2**31 - 1, 0),
        "ends within a packet of 2147483647",
    ),
    "a packet of fewer than no events": (
        V3 + struct.pack("<hhiiiiii", 1, 1, 8, 4, 0, -1, -1, -1),
        "packet of -1 of -1 events",
    ),
    "events of no bytes": (
        V3 + struct.pack("<hhiiiiii", 1, 1, 0, 4, 0, 5, 5, 5),
        "5 of 5 events of 0 bytes",
    ),
    "events of another size": (
        V3 + struct.pack("<hhiiiiii", 1, 1, 12, 4, 0, 1, 1, 1) + bytes(12),
        "of 12 bytes, not 8",
    ),
    "a pixel outside": (V3 + packet([5], [128], [0], [1]), "column 128, row 0, outside"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_refused_by_name(tmp_path, name):
    content, message = DAMAGED[name]
    path = tmp_path / "x.aedat"
    path.write_bytes(content)
    refuses(read_aedat, path, match=message)


def test_memory_is_bounded(tmp_path):
    path = tmp_path / "x.aedat"
    path.write_bytes(GOOD)
    with pytest.raises(ValueError, match=r"x\.aedat holds more than 500 bytes"):
        read_aedat(path, max_bytes=500)
    path.write_bytes(V3 + packet([5], [1], [1], [1]) * 1000)  # many small ones cost the most
    with pytest.raises(ValueError, match="holds more than 200000 bytes"):
        read_aedat(path, max_bytes=200_000)
    with pytest.raises(FileNotFoundError):
        read_aedat(tmp_path / "missing.aedat")
    with pytest.raises(ValueError, match="sensor_size must be columns and rows"):
        read_aedat(path, (128, 0))


def test_tonic_reads_the_same_addresses_and_times(tmp_path):
    io = pytest.importorskip("tonic.io", reason="pip install tonic")
    path, recording = tmp_path / "x.aedat", events()
    for content, column, row, polarity in (
        (dvs128(*recording), 1, 8, 0),
        (
            V3 + packet(*(part[:80] for part in recording)) + packet(*(p[80:] for p in recording)),
            17,
            2,
            1,
        ),
    ):
        path.write_bytes(content)
        version, start, *_ = io.read_aedat_header_from_file(path)
        theirs = io.get_aer_events_from_file(path, version, start)
        address, t = theirs["address"].astype(int), theirs["timeStamp"].astype(int)
        x, y, p = address >> column & 127, address >> row & 127, address >> polarity & 1
        channels = (p * 128 + y) * 128 + x
        order, mine = np.lexsort((channels, t)), read_aedat(path)
        assert_array_equal(mine.channels, channels[order])
        assert_array_equal(mine.times, (t[order] - t[0]) / 1000)
