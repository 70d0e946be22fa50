"""Row 21: parsers and loaders on what nobody wrote: one kind of error, little memory, no crash."""

import gzip
import io
import json
import os
import struct
import subprocess
import sys
import time
import wave
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sparcelearn
from sparcelearn import SpikeTrains
from sparcelearn.datasets import (
    read_aedat,
    read_idx,
    read_nmnist,
    read_series,
    read_shd,
    read_ts,
    write_shd,
)
from sparcelearn.datasets._fsdd import read_fsdd
from sparcelearn.datasets._wav import parse_wav
from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import NeuronModel
from tests.reliability.helpers import LABELS, X, peak_growth, report, trials
from tests.test_checkpoint import sealed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")

MAX_BYTES = 2**22
TS = b"""@problemName Toy
@timeStamps false
@univariate false
@dimensions 2
@seriesLength 3
@classLabel true a b
@data
1,2,3:4,5,6:a
1,?,3:4,5,6:b
"""
EQUATIONS = b"i = drive + 2*w; dv/dt = (i - v)/10 + xi; dw/dt = where(v > 1, -w, tanh(w)**2)"


def wav() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 8000, 50, "NONE", ""))
        sound.writeframes(bytes(100))
    return file.getvalue()


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("recordings/0_george_0.wav", wav())
        opened.writestr("recordings/1_theo_3.wav", wav())
    return file.getvalue()


def checkpoint(folder: Path) -> bytes:
    sparcelearn.save(folder / "good.ckpt", SparceClassifier(max_iter=1).fit(X, LABELS))
    return (folder / "good.ckpt").read_bytes()


def spoken(folder: Path) -> bytes:
    pytest.importorskip("h5py")
    trains = SpikeTrains.from_dense(np.eye(3)[:, np.newaxis])
    write_shd(folder / "good.h5", trains, [1, 2, 3])
    return (folder / "good.h5").read_bytes()


AEDAT = b"#!AER-DAT3.1\r\n#!END-HEADER\r\n" + 2 * struct.pack(
    "<2h6i4I", 1, 1, 8, 4, 0, 2, 2, 2, 5 << 17 | 3, 1000, 7 << 17 | 1, 2000
)


def read_events(path: Path) -> SpikeTrains:
    """Take bytes for a duration, channels, a step, times and channels."""
    content = path.read_bytes()[:800]
    numbers = np.frombuffer(content[: len(content) // 8 * 8], np.float64)
    if len(numbers) < 3:
        raise ValueError("too short")
    duration, n_channels, dt = numbers[:3].tolist()
    half = (len(numbers) - 3) // 2
    channels = numbers[3 + half : 3 + 2 * half]
    n_channels = int(n_channels) if abs(n_channels) < 1e300 else 2**70
    trains = SpikeTrains(numbers[3 : 3 + half], channels, [0, half], n_channels, duration)
    return SpikeTrains.from_dense(trains.to_dense(dt), dt)


# what is read: a good one, and how
TARGETS = {
    "equations": (lambda _: EQUATIONS, lambda p: NeuronModel(p.read_bytes().decode("latin1"))),
    "ts": (lambda _: TS, lambda p: read_ts(p, max_bytes=MAX_BYTES)),
    "series": (lambda _: b"1\n2.5\n-3e4\n", lambda p: read_series(p, max_bytes=MAX_BYTES)),
    "idx": (
        lambda _: bytes([0, 0, 13, 2]) + struct.pack(">2I6f", 2, 3, *range(6)),
        lambda p: read_idx(p, max_bytes=MAX_BYTES),
    ),
    "wav": (lambda _: wav(), lambda p: parse_wav(p.read_bytes(), p.name)),
    "zip": (lambda _: archive(), read_fsdd),
    "events of N-MNIST": (
        lambda _: bytes([1, 2, 128, 0, 9, 3, 240, 0, 0, 0, 5, 6, 0, 1, 2]),
        lambda p: read_nmnist(p, max_bytes=MAX_BYTES),
    ),
    "AEDAT 2.0": (
        lambda _: b"#!AER-DAT2.0\r\n# \r\n" + struct.pack(">4I", 5 << 8 | 3, 1000, 7, 2000),
        lambda p: read_aedat(p, max_bytes=MAX_BYTES),
    ),
    "AEDAT 3.1": (lambda _: AEDAT, lambda p: read_aedat(p, max_bytes=MAX_BYTES)),
    "SHD": (spoken, lambda p: read_shd(p, max_bytes=MAX_BYTES)),
    "spike trains": (
        lambda _: np.array([50.0, 30, 1, 1, 2, 3, 4, 11, 12, 13, 14]).tobytes(),
        read_events,
    ),
    "checkpoint": (checkpoint, lambda p: sparcelearn.load(p, max_bytes=MAX_BYTES)),
}
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["put", "insert", "cut", "repeat"]),
        st.floats(0, 1, exclude_max=True),
        st.one_of(
            st.binary(min_size=1, max_size=8),
            st.sampled_from(
                [b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"9" * 30, b"nan", b":,"]
            ),
        ),
    ),
    min_size=1,
    max_size=5,
)


def edited(content: bytes, edits: list[tuple[str, float, bytes]]) -> bytes:
    """Return content with some bytes changed, added, cut or repeated."""
    for kind, where, new in edits:
        place = int(where * len(content))
        if kind == "cut":
            content = content[:place] + content[place + len(new) :]
        elif kind == "repeat":
            content = content[:place] + 50 * content[place : place + 20] + content[place:]
        else:
            content = content[:place] + new + content[place + (kind == "put") * len(new) :]
    return content


@pytest.mark.parametrize("name", TARGETS)
def test_row_21_edited_files(name, tmp_path):
    make, read = TARGETS[name]
    good, path = make(tmp_path), tmp_path / "edited"
    path.write_bytes(good)
    read(path)
    counts = {"read": 0, "refused": 0}
    worst, start = 0, time.monotonic()

    def look() -> None:
        try:
            read(path)
            counts["read"] += 1
        except (ValueError, TypeError) as error:
            assert str(error)
            counts["refused"] += 1

    @settings(
        max_examples=trials(500, 20), deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.one_of(EDITS.map(lambda edits: edited(good, edits)), st.binary(max_size=200)))
    def try_one(content: bytes) -> None:
        nonlocal worst
        path.write_bytes(content)
        worst = max(worst, peak_growth(look))

    try_one()
    report(
        21,
        f"{name}: {sum(counts.values())} files in {time.monotonic() - start:.0f} s, {counts}, at "
        f"most {worst / MAX_BYTES:.1f} times max_bytes",
    )
    assert worst <= 4 * MAX_BYTES


def test_row_21_hostile_nir(tmp_path):
    pytest.importorskip("nir")
    root, n_files = Path(__file__).parents[2], trials(500, 30)
    command = [sys.executable, "-m", "tests.reliability.hostile", str(tmp_path), str(n_files)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *sys.path])}
    start = time.monotonic()
    result = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr[-2000:]
    found = json.loads(result.stdout)
    report(21, f"NIR in {time.monotonic() - start:.0f} s: {found}")
    assert found["files"] == n_files
    assert not found["other_errors"]
    assert found["times_max_bytes"] <= 4


# --- files made with care to take more than they look ---


def deflated(claim: int, really: int) -> bytes:
    """Return an archive whose file claims fewer bytes than it unpacks to."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("recordings/0_george_0.wav", bytes(really))
    content = file.getvalue()
    for mark, place in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        start = content.index(mark) + place
        content = content[:start] + struct.pack("<I", claim) + content[start + 4 :]
    return content


def many_members() -> bytes:
    entry = b"PK\1\2" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"a"
    directory = entry * 500_000
    sizes = struct.pack("<HHIIH", 65535, 65535, len(directory), 0, 0)
    return directory + b"PK\5\6" + bytes(4) + sizes


BOMBS = {
    "a line of many short values": (b"@data\n" + b"1," * 2**21 + b"1\n", read_ts),
    "many short lines": (b"@data\n" + b"1\n" * 2**20, read_ts),
    "many channels": (b"@data\n" + b"1:" * 2**20 + b"1\n", read_ts),
    "many labels": (b"@classLabel true " + b"a " * 2**21 + b"\n@data\n1:a\n", read_ts),
    "many numbers": (b"1\n" * 2**21, read_series),
    "an idx of many axes": (bytes([0, 0, 8, 255]) + bytes(255 * 4), read_idx),
    "an idx without an end": (bytes([0, 0, 8, 3]) + b"\xff" * 12 + bytes(9), read_idx),
    "an idx of no numbers": (bytes([0, 0, 8, 4]) + bytes(4) + b"\xff" * 12, read_idx),
    "events": (bytes([1, 1, 0, 0, 1]) * 2**19, read_nmnist),
}


@pytest.mark.parametrize("name", BOMBS)
def test_row_21_bombs(name, tmp_path):
    content, read = BOMBS[name]
    path = tmp_path / "bomb"
    path.write_bytes(content)

    def look() -> None:
        with pytest.raises(ValueError, match="bomb"):
            read(path, max_bytes=MAX_BYTES)

    assert peak_growth(look) <= 4 * MAX_BYTES


@pytest.mark.parametrize(
    "content",
    [deflated(100, 2**28), deflated(2**20, 2**28), many_members()],
    ids=["claims little", "claims more", "many members"],
)
def test_row_21_archives_that_take_more_than_they_claim(content, tmp_path):
    path = tmp_path / "bomb.zip"
    path.write_bytes(content)

    def look() -> None:
        with pytest.raises(ValueError, match=r"bomb\.zip"):
            read_fsdd(path)

    assert peak_growth(look) <= 2**27


def test_row_21_a_gzip_that_unpacks_to_much(tmp_path):
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(bytes([0, 0, 8, 1]) + struct.pack(">I", 100) + bytes(2**27)))

    def look() -> None:
        with pytest.raises(ValueError, match="bomb"):
            read_idx(path, max_bytes=MAX_BYTES)

    assert peak_growth(look) <= 4 * MAX_BYTES


def test_row_21_a_header_of_many_entries(tmp_path):
    path = tmp_path / "bomb.ckpt"
    path.write_bytes(sealed("[" + "{}," * 2**20 + "{}]", []))

    def look() -> None:
        with pytest.raises(ValueError, match="bomb"):
            sparcelearn.load(path, max_bytes=MAX_BYTES)

    assert peak_growth(look) <= 4 * MAX_BYTES
