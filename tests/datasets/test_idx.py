"""The idx format: every type comes back, and no damaged file gets through."""

import gzip
import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sparcelearn.datasets._idx import MAX_BYTES, read_idx
from tests.datasets.idx_files import header, idx, save

TYPES = {
    0x08: ("uint8", [0, 1, 127, 128, 254, 255]),
    0x09: ("int8", [-128, -1, 0, 1, 2, 127]),
    0x0B: ("int16", [-32768, -256, -1, 0, 258, 32767]),
    0x0C: ("int32", [-(2**31), -65536, -1, 0, 16909060, 2**31 - 1]),
    0x0D: ("float32", [-1.5, 0.0, 0.25, 1e10, -np.inf, 2.0**-126]),
    0x0E: ("float64", [-1.5, 0.0, 0.1, 1e300, np.inf, 2.0**-1022]),
}
SHAPES = [(6,), (2, 3), (3, 1, 2), (1, 1, 1, 6)]


@pytest.mark.parametrize("name", ["x.idx", "x.idx.gz"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("type_byte", TYPES, ids=lambda t: TYPES[t][0])
def test_every_type_and_shape_comes_back(tmp_path, type_byte, shape, name):
    dtype, values = TYPES[type_byte]
    array = read_idx(save(tmp_path / name, idx(type_byte, shape, values)))
    assert array.dtype == dtype
    assert array.dtype.isnative
    assert_array_equal(array, np.array(values, dtype=dtype).reshape(shape))
    assert array.flags.writeable
    assert array.flags.c_contiguous


def test_the_numbers_in_a_file_are_big_endian(tmp_path):
    path = save(tmp_path / "x", b"\0\0\x0b\x01" + b"\0\0\0\x02" + b"\x01\x02\xff\xfe")
    assert read_idx(path).tolist() == [0x0102, -2]


def test_the_path_may_be_text(tmp_path):
    path = save(tmp_path / "x", idx(0x08, (2,), [3, 4]))
    assert read_idx(str(path)).tolist() == [3, 4]


@pytest.mark.parametrize("shape", [(0,), (0, 28, 28), (3, 0)], ids=str)
def test_an_axis_may_be_empty(tmp_path, shape):
    assert read_idx(save(tmp_path / "x", header(0x08, *shape))).shape == shape


GOOD = idx(0x08, (2, 3), [1, 2, 3, 4, 5, 6])
PACKED = gzip.compress(GOOD)
UNDER_THE_LIMIT = header(0x08, MAX_BYTES - 1) + b"\1"

DAMAGED = {
    "empty": b"",
    "truncated magic": GOOD[:3],
    "no sizes": GOOD[:4],
    "truncated sizes": GOOD[:9],
    "no body": GOOD[:12],
    "truncated body": GOOD[:-1],
    "one byte too many": GOOD + b"\0",
    "a second file behind": GOOD + GOOD,
    "first byte": b"\1" + GOOD[1:],
    "second byte": b"\0\1" + GOOD[2:],
    "little-endian magic": GOOD[3::-1] + GOOD[4:],
    "unknown type 0": b"\0\0\0" + GOOD[3:],
    "unknown type 10": b"\0\0\x0a" + GOOD[3:],
    "wider type than body": b"\0\0\x0e" + GOOD[3:],
    "no axes": b"\0\0\x08\0\1",
    "more axes than sizes": b"\0\0\x08\xff" + GOOD[4:],
    "claims 4 GiB": header(0x08, 2**32 - 1) + b"\1",
    "claims 2**64 bytes": header(0x08, 2**32 - 1, 2**32 - 1) + b"\1",
    "claims 2**8000 bytes": header(0x0E, *[2**32 - 1] * 250) + b"\1",
    "claims just less than is too much": UNDER_THE_LIMIT,
    "gzipped, but not named so": PACKED,
    "text": b"<html>404 Not Found</html>\n",
}

DAMAGED_GZIP = {
    "not gzip": GOOD,
    "empty": b"",
    "truncated header": PACKED[:5],
    "truncated stream": PACKED[: len(PACKED) // 2],
    "truncated check sum": PACKED[:-5],
    "wrong check sum": PACKED[:-8] + bytes([PACKED[-8] ^ 1]) + PACKED[-7:],
    "wrong length": PACKED[:-1] + b"\x7f",
    "broken stream": PACKED[:10] + b"\xff" * 8 + PACKED[18:],
    "garbage behind": PACKED + b"garbage",
    "small claim, 64 MiB behind it": gzip.compress(header(0x08, 4) + bytes(2**26)),
    "truncated body": gzip.compress(GOOD[:-1]),
    "claims just less than is too much": gzip.compress(UNDER_THE_LIMIT),
}
CASES = [
    pytest.param(name, content, id=f"{name}: {damage}")
    for name, cases in (("x.idx", DAMAGED), ("x.idx.gz", DAMAGED_GZIP))
    for damage, content in cases.items()
]


@pytest.mark.parametrize(("name", "content"), CASES)
def test_a_damaged_file_is_refused_by_name_and_without_large_allocations(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"x\.idx"):
            read_idx(path)
        assert tracemalloc.get_traced_memory()[1] < 2**22
    finally:
        tracemalloc.stop()


def test_every_single_cut_is_noticed(tmp_path):
    for content, name in ((GOOD, "x"), (PACKED, "x.gz")):
        path = tmp_path / name
        for end in range(len(content)):
            path.write_bytes(content[:end])
            with pytest.raises(ValueError, match=r"x(\.gz)? "):
                read_idx(path)


def test_a_missing_file_is_called_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        read_idx(tmp_path / "nowhere")
