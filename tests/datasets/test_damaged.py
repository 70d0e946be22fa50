"""Damaged and hostile files: a clear error that names the file, and no large allocation."""

from __future__ import annotations

import gzip
import io
import struct
import tracemalloc
import wave
import zipfile
from pathlib import Path

import numpy as np
import pytest

from sparcelearn.datasets import (
    fetch_fsdd,
    fetch_japanese_vowels,
    fetch_mackey_glass,
    fetch_mnist,
    fetch_nmnist,
    fetch_santa_fe,
    read_nmnist,
    read_series,
    read_ts,
)
from sparcelearn.datasets._fsdd import read_fsdd
from sparcelearn.datasets._japanese_vowels import read_uci_vowels
from sparcelearn.datasets._nmnist import parse_events
from sparcelearn.datasets._zip import open_archive


def refuses(read, path, match=None):
    """Check that a file is refused by its name, with little memory."""
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=match) as caught:
            read(path)
        assert tracemalloc.get_traced_memory()[1] < 2**23
    finally:
        tracemalloc.stop()
    assert path.name in str(caught.value)


# --- wav files in a zip ---


def wav(n=100, channels=1, width=2, rate=8000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((channels, width, rate, n, "NONE", ""))
        sound.writeframes(bytes(n * channels * width))
    return file.getvalue()


GOOD = wav()
SOUNDS = {
    "empty": b"",
    "not RIFF": b"JUNK" + GOOD[4:],
    "not WAVE": GOOD[:8] + b"AVI " + GOOD[12:],
    "truncated header": GOOD[:30],
    "truncated sound": GOOD[:-50],
    "data claims 4 GB": GOOD[:40] + struct.pack("<I", 2**32 - 2) + GOOD[44:],
    "compressed": GOOD[:20] + struct.pack("<H", 85) + GOOD[22:],
    "stereo": wav(channels=2),
    "8 bits": wav(width=1),
    "other rate": wav(rate=16000),
    "no channels": GOOD[:22] + b"\0\0" + GOOD[24:],
}


def zipped(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("content", SOUNDS.values(), ids=SOUNDS)
def test_sounds(tmp_path, content):
    files = {"recordings/0_george_0.wav": GOOD, "recordings/1_theo_12.wav": content}
    refuses(read_fsdd, zipped(tmp_path / "x.zip", **files), match="1_theo_12")


def test_a_right_sound_passes(tmp_path):
    files = {
        "a/recordings/3_theo_1.wav": GOOD,
        "a/README.md": b"",
        "a/recordings/0_lucas_2.wav": GOOD,
    }
    labels, *sounds = read_fsdd(zipped(tmp_path / "x.zip", **files))
    assert labels.tolist() == [[0, 2, 2], [3, 4, 1]]
    assert [len(sound) for sound in sounds] == [100, 100]


@pytest.mark.parametrize(
    "name", ["../1_theo_12.wav", "/etc/x", "a/../../x", "..\\x", "C:\\x"], ids=repr
)
def test_an_archive_that_reaches_outside(tmp_path, name):
    path = zipped(tmp_path / "x.zip", **{"recordings/0_george_0.wav": GOOD, name: GOOD})
    refuses(read_fsdd, path, match="outside of the archive")


def damaged_archives() -> dict[str, bytes]:
    with zipfile.ZipFile(file := io.BytesIO(), "w") as archive:
        archive.writestr("recordings/0_george_0.wav", GOOD)
    good = file.getvalue()
    directory = good.index(b"PK\1\2")
    end = good.index(b"PK\5\6")
    local_sizes = directory + 20
    return {
        "empty": b"",
        "not zip": b"<html>404 Not Found</html>" * 10,
        "truncated": good[: len(good) // 2],
        "no end": good[:end],
        "wrong magic": b"XX" + good[2:],
        "a bit of the sound": good[:100] + bytes([good[100] ^ 1]) + good[101:],
        "claims 4 GiB packed and unpacked": (
            good[:local_sizes] + struct.pack("<II", 2**32 - 2, 2**32 - 2) + good[local_sizes + 8 :]
        ),
        "claims 60 MiB": (
            good[: local_sizes + 4] + struct.pack("<I", 60 * 2**20) + good[local_sizes + 8 :]
        ),
        "directory claims 4 GiB": good[: end + 12]
        + struct.pack("<I", 2**32 - 2)
        + good[end + 16 :],
        "directory elsewhere": good[: end + 16] + struct.pack("<I", 2**31) + good[end + 20 :],
        "encrypted": good[: directory + 8] + b"\1" + good[directory + 9 :],
        "unknown packing": good[: directory + 10] + b"\x63" + good[directory + 11 :],
    }


@pytest.mark.parametrize("damage", damaged_archives())
def test_archives(tmp_path, damage):
    path = tmp_path / "x.zip"
    path.write_bytes(damaged_archives()[damage])
    refuses(read_fsdd, path)


def test_an_archive_of_a_small_file_that_unpacks_to_much(tmp_path):
    path = zipped(tmp_path / "x.zip", **{"recordings/0_george_0.wav": bytes(2**26 + 1)})
    refuses(read_fsdd, path, match="at most")


def test_an_archive_that_names_a_file_twice(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive, pytest.warns(UserWarning):
        archive.writestr("recordings/0_george_0.wav", GOOD)
        archive.writestr("recordings/0_george_0.wav", GOOD)
    refuses(read_fsdd, tmp_path / "x.zip", match="twice")


def test_an_archive_without_recordings(tmp_path):
    refuses(read_fsdd, zipped(tmp_path / "x.zip", readme=b""), match="no file like")


# --- .ts ---

HEADER = """# A comment
@problemName Toy
@timeStamps false
@missing false
@univariate false
@dimensions 2
@equalLength true
@seriesLength 3
@classLabel true a b
@data
"""
CASE = "1,2,3:4,5,6:a\n"
SERIES = {
    "empty": "",
    "no data": HEADER,
    "no header": CASE,
    "too few channels": HEADER + "1,2,3:a\n",
    "too many channels": HEADER + "1,2,3:4,5,6:7,8,9:a\n",
    "channels of unequal length": HEADER + "1,2,3:4,5:a\n",
    "too short": HEADER + "1,2:4,5:a\n",
    "too long": HEADER + "1,2,3,4:4,5,6,7:a\n",
    "unknown label": HEADER + "1,2,3:4,5,6:c\n",
    "no label": HEADER + "1,2,3:4,5,6\n",
    "not a number": HEADER + "1,x,3:4,5,6:a\n",
    "infinite": HEADER + "1,inf,3:4,5,6:a\n",
    "not a number that was not declared": HEADER + "1,nan,3:4,5,6:a\n",
    "cut within a number": HEADER + CASE + "1,2,3:4,5,",
    "time stamps": HEADER.replace("@timeStamps false", "@timeStamps true") + CASE,
    "flag of neither kind": HEADER.replace("@missing false", "@missing maybe") + CASE,
    "a size that is none": HEADER.replace("@dimensions 2", "@dimensions two") + CASE,
    "a size of gigabytes": HEADER.replace("@seriesLength 3", "@seriesLength 99999999999") + CASE,
    "classes twice": HEADER.replace("true a b", "true a a") + CASE,
    "no classes": HEADER.replace("true a b", "true") + CASE,
    "says equal, is not": HEADER.replace("@seriesLength 3\n", "") + CASE + "1,2:4,5:a\n",
    "channels change": HEADER.replace("@dimensions 2\n", "") + CASE + "1,2,3:a\n",
    "univariate, but two": HEADER.replace("@univariate false\n@dimensions 2", "@univariate true")
    + CASE,
}


@pytest.mark.parametrize("text", SERIES.values(), ids=SERIES)
def test_ts(tmp_path, text):
    path = tmp_path / "x.ts"
    path.write_text(text)
    refuses(read_ts, path)


def test_a_right_ts_passes(tmp_path):
    path = tmp_path / "x.ts"
    path.write_text(HEADER + CASE + "\n1,?,3: 4,5,6 : b\n")
    X, y = read_ts(path)
    assert X[0].tolist() == [[1, 4], [2, 5], [3, 6]]
    assert np.isnan(X[1][1, 0])
    assert y.tolist() == ["a", "b"]
    path.write_text("@targetLabel true\n@data\n1,2:0.5\n1,2,3:7\n")
    X, y = read_ts(path)
    assert y.tolist() == [0.5, 7]
    assert [x.shape for x in X] == [(2, 1), (3, 1)]


def test_ts_that_is_not_text(tmp_path):
    (tmp_path / "x.ts").write_bytes(b"\xff\xfe\0")
    refuses(read_ts, tmp_path / "x.ts", match="not text")


# --- vowels of UCI, series, events ---

FRAME = " ".join(["0.5"] * 12)
VOWELS = {
    "empty": "",
    "only marks": "\n\n" + " ".join(["1.0"] * 12) + "\n",
    "eleven numbers": FRAME + "\n" + FRAME[4:],
    "thirteen numbers": FRAME + " 0.5",
    "a word": FRAME.replace("0.5", "x", 1),
    "infinite": FRAME.replace("0.5", "inf", 1),
}


@pytest.mark.parametrize("text", VOWELS.values(), ids=VOWELS)
def test_vowels(tmp_path, text):
    (tmp_path / "ae.x").write_text(text)
    refuses(read_uci_vowels, tmp_path / "ae.x")


@pytest.mark.parametrize("mark", ["", " ".join(["1.0"] * 12) + " "])
def test_both_marks_end_an_utterance(tmp_path, mark):
    (tmp_path / "ae.x").write_text(f"{FRAME}\n{FRAME}\n{mark}\n{FRAME}\n{mark}\n")
    assert [len(x) for x in read_uci_vowels(tmp_path / "ae.x")] == [2, 1]


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"1\nx\n", b"1 2\n", b"1\n\n2\n", b"nan\n", b"1e999\n", b"\xff\n"]
)
def test_series(tmp_path, content):
    (tmp_path / "x.txt").write_bytes(content)
    refuses(read_series, tmp_path / "x.txt")


def test_files_of_gigabytes_are_not_read(tmp_path):
    for read, name in ((read_series, "x.txt"), (read_ts, "x.ts"), (read_nmnist, "x.bin")):
        with (tmp_path / name).open("wb") as file:
            file.truncate(2**32)  # sparse: takes no space
        refuses(read, tmp_path / name, match="larger than")


def event(x, y, polarity, microseconds) -> bytes:
    return bytes([x, y]) + (polarity << 23 | microseconds).to_bytes(3, "big")


EVENTS = {
    "empty": b"",
    "cut within an event": event(1, 2, 0, 3)[:-1],
    "x outside": event(34, 0, 0, 3),
    "y outside": event(0, 34, 1, 3),
}


@pytest.mark.parametrize("content", EVENTS.values(), ids=EVENTS)
def test_events(tmp_path, content):
    (tmp_path / "x.bin").write_bytes(content)
    refuses(read_nmnist, tmp_path / "x.bin")


def test_a_mark_of_overflow_moves_what_follows():
    content = event(1, 2, 0, 10) + event(0, 240, 0, 0) + event(3, 4, 1, 20)
    times, channels = parse_events(content, "x")
    assert times.tolist() == [0.010, 8.212]
    assert channels.tolist() == [2 * 34 + 1, (34 + 4) * 34 + 3]


LISTS = {
    "no list": {},
    "no lines": {"train.txt": b"#sample #class\n"},
    "no class": {"train.txt": b"#\n1\n"},
    "a class that is none": {"train.txt": b"#\n1\tx\n"},
    "a recording that is not there": {"train.txt": b"#\n2\t5\n"},
    "a damaged recording": {"train.txt": b"#\n3\t5\n", "train/00003.bin": b"123"},
}


@pytest.mark.parametrize("files", LISTS.values(), ids=LISTS)
def test_recordings_in_a_zip(tmp_path, files):
    home = tmp_path / "nmnist_sample"
    home.mkdir()
    zipped(home / "nmnist_dev.zip", **{"train/00001.bin": event(1, 2, 0, 3), **files})
    with pytest.raises(ValueError, match=r"nmnist_dev\.zip"):
        fetch_nmnist(version="small", data_home=tmp_path)


def test_recordings_in_folders_of_their_class(tmp_path):
    (tmp_path / "nmnist").mkdir()
    files = {
        f"Train/{label}/0000{n}.bin": event(n, 0, 0, n) for n, label in ((2, 7), (1, 9), (3, 0))
    }
    zipped(tmp_path / "nmnist/Train.zip", **files, **{"Train/": b""})
    bunch = fetch_nmnist(data_home=tmp_path, n_samples=2)
    assert bunch.target.tolist() == [9, 7]
    assert bunch.data.channels.tolist() == [1, 2]
    zipped(tmp_path / "nmnist/Train.zip", readme=b"")
    with pytest.raises(ValueError, match=r"Train\.zip holds no recording"):
        fetch_nmnist(data_home=tmp_path)


# --- the published files, damaged ---


def change_a_number(content: bytes) -> bytes:
    digit = next(i for i in range(len(content) // 2, len(content)) if content[i] in b"1234")
    return content[:digit] + bytes([content[digit] + 1]) + content[digit + 1 :]


def change_a_pixel(content: bytes) -> bytes:
    idx = bytearray(gzip.decompress(content))
    idx[-1] ^= 1
    return gzip.compress(bytes(idx), 1)


REAL = [
    (fetch_mnist, "mnist/train-labels-idx1-ubyte.gz", change_a_pixel),
    (fetch_fsdd, "fsdd/free-spoken-digit-dataset.zip", None),
    (fetch_japanese_vowels, "japanese_vowels/ae.train", change_a_number),
    (fetch_japanese_vowels, "japanese_vowels/JapaneseVowels_TRAIN.ts", change_a_number),
    (fetch_mackey_glass, "mackey_glass/MackeyGlass_t17.txt", change_a_number),
    (fetch_santa_fe, "santa_fe/santafe_laser.txt", change_a_number),
]


@pytest.mark.parametrize(
    ("fetcher", "file", "change"), REAL, ids=lambda x: getattr(x, "__name__", x)
)
def test_a_published_file_that_was_cut_or_changed(data_home, tmp_path, fetcher, file, change):
    content = (data_home / file).read_bytes()
    folder = tmp_path / Path(file).parent
    folder.mkdir()
    for source in (data_home / file).parent.iterdir():  # the other files of the set are right
        if source.name != Path(file).name and not source.name.startswith("ae."):
            (folder / source.name).symlink_to(source)
    cut = content[: len(content) // 2]
    for damaged in (cut, *([change(content)] if change else [])):
        (tmp_path / file).write_bytes(damaged)
        with pytest.raises(ValueError, match=Path(file).name.replace(".", r"\.")):
            fetcher(data_home=tmp_path)


def test_an_archive_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError), open_archive(tmp_path / "nowhere.zip"):
        pass
