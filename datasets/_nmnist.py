"""N-MNIST: MNIST digits seen by an event camera."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import Bunch

from sparcelearn._core.spike_trains import SpikeTrains

from ._home import About, Source, choose, fetch
from ._zip import Archive, open_archive

SIDE = 34  # pixels
N_CHANNELS = 2 * SIDE * SIDE
DURATION = 350.0  # ms; longer than three saccades
_EVENT_BYTES = 5
_MAX_BYTES = 2**26
_PIECE = 5 * 2**16  # bytes of events that are taken apart at once
_OVERFLOW_Y, _OVERFLOW = 240, 2**13  # a mark at this row moves all times after it (microseconds)
_URL = "https://data.mendeley.com/public-files/datasets/468j46mzdv/files"
_TRAIN = f"{_URL}/39c25547-014b-4137-a934-9d29fa53c7a0/file_downloaded"
_TEST = f"{_URL}/05a4d654-7e03-4c15-bdfa-9bb2bcbea494/file_downloaded"
_SMALL = Source(
    "nmnist_sample/nmnist_dev.zip",
    "https://github.com/bamsumit/slayerPytorch (test_files/NMNISTsmall)",
)
_SOURCES = {
    "train": Source("nmnist/Train.zip", _TRAIN, md5="20959b8e626244a1b502305a9e6e2031"),
    "test": Source("nmnist/Test.zip", _TEST, md5="69ca8762b2fe404d9b9bad1103e97832"),
}
_IN_CLASS_FOLDER = re.compile(r"(?:^|/)([0-9])/([0-9]{5})\.bin$")
_ABOUT = About(
    title="N-MNIST",
    text=(
        "MNIST digits on a screen, recorded by an event camera that moves along three short "
        "saccades in about 0.31 s.\nA channel is a pixel and a polarity: "
        "(polarity * 34 + y) * 34 + x, polarity 1 where it became brighter."
    ),
    licence="CC BY-SA 4.0",
    citation=(
        'G. Orchard, A. Jayawant, G. K. Cohen, N. Thakor, "Converting static image datasets to '
        'spiking neuromorphic datasets using saccades", Frontiers in Neuroscience 9, 437, 2015.'
    ),
)


def fetch_nmnist(
    subset: str = "train",
    *,
    version: str = "full",
    n_samples: int | None = None,
    data_home: str | Path | None = None,
    download_if_missing: bool = False,
    return_X_y: bool = False,
) -> Bunch | tuple[SpikeTrains, NDArray[np.int64]]:
    """Load N-MNIST, recordings of an event camera, as spike trains.

    Parameters
    ----------
    subset : {"train", "test"}, default="train"
        Which recordings.
    version : {"full", "small"}, default="full"
        ``"full"``: 60,000 and 10,000 recordings, about 3 GB in memory.
        ``"small"``: for training the first 200 recordings of the full training set, for
        testing the next 50.
    n_samples : int, default=None
        Number of recordings, from the first; None means all.
    data_home : str or Path, default=None
        Folder of data sets. The full version is ``nmnist/Train.zip`` and
        ``nmnist/Test.zip``, as published; the small one ``nmnist_sample/nmnist_dev.zip``,
        with ``train/00001.bin`` and so on, and ``train.txt`` and ``test.txt`` of lines
        ``number<tab>class``. None takes the environment variable ``SPARCELEARN_DATA``, or
        else ``~/sparcelearn_data``.
    download_if_missing : bool, default=False
        Whether to download missing files (full version only, 1.2 GB); needs pooch.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    Bunch
        With ``data``, `SpikeTrains` of 2312 channels and at least 350 ms; ``target`` of
        shape (n_samples,); ``target_names``, ``DESCR``, ``licence`` and ``citation``.

    Raises
    ------
    ValueError
        If a parameter is not valid, or a file is damaged.
    FileNotFoundError
        If the file is missing; the message says where it should be.

    References
    ----------
    Orchard, Jayawant, Cohen, Thakor, "Converting static image datasets to spiking
    neuromorphic datasets using saccades", Frontiers in Neuroscience 9, 437, 2015.
    """
    choose("subset", subset, _SOURCES)
    is_full = choose("version", version, ("full", "small")) == "full"
    if n_samples is not None and n_samples < 1:
        raise ValueError(f"n_samples must be at least 1 or None, not {n_samples}.")

    def read(path: Path) -> list[Any]:
        with open_archive(path) as archive:
            files = _in_class_folders(archive) if is_full else _listed(archive, subset)
            names, labels = zip(*files[:n_samples], strict=True)
            events = (parse_events(archive.read(name), f"{name} in {path}") for name in names)
            return [_as_trains(list(events)), np.array(labels, dtype=np.int64)]

    trains, labels = fetch(
        _SOURCES[subset] if is_full else _SMALL,
        read,
        data_home=data_home,
        download_if_missing=download_if_missing and is_full,
    )
    return _ABOUT.result(return_X_y, trains, labels, target_names=[str(k) for k in range(10)])


def read_nmnist(path: str | Path, *, max_bytes: int = _MAX_BYTES) -> SpikeTrains:
    """Read one recording of N-MNIST, a ``.bin`` file.

    Parameters
    ----------
    path : str or Path
        The file: five bytes per event, of which one holds x, one y, and the others the
        polarity (1 bit) and the time in microseconds (23 bits, big-endian).
    max_bytes : int, default=2**26
        Most bytes that the events may take, 20 each.

    Returns
    -------
    SpikeTrains
        One sample of 2312 channels; channel ``(polarity * 34 + y) * 34 + x``.

    Raises
    ------
    ValueError
        If the file is empty, ends within an event, has an event outside the 34 x 34 pixels,
        or has more events than ``max_bytes`` allows.
    """
    path = Path(path)
    if 4 * path.stat().st_size > max_bytes:
        raise ValueError(f"{path} is larger than max_bytes={max_bytes} allows, 20 for an event.")
    return _as_trains([parse_events(path.read_bytes(), str(path))])


def parse_events(content: bytes, name: str) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Return times (ms) and channels of the events of one recording."""
    if not content or len(content) % _EVENT_BYTES:
        raise ValueError(f"{name} holds {len(content)} bytes; events take {_EVENT_BYTES} each.")
    times, channels, n_overflows = [], [], 0
    for start in range(0, len(content), _PIECE):
        piece = np.frombuffer(content[start : start + _PIECE], np.uint8)
        x, y, high, middle, low = piece.reshape(-1, 5).T.astype(np.int64)
        is_mark = y == _OVERFLOW_Y
        moved = _OVERFLOW * (n_overflows + np.cumsum(is_mark))
        if np.any((x >= SIDE) | (y >= SIDE), where=~is_mark):
            raise ValueError(f"{name} has an event outside of {SIDE} x {SIDE} pixels.")
        time = ((high & 127) << 16 | middle << 8 | low) + moved
        times.append(time[~is_mark] / 1000)
        channels.append((((high >> 7) * SIDE + y) * SIDE + x)[~is_mark].astype(np.int32))
        n_overflows += int(is_mark.sum())
    return np.concatenate(times), np.concatenate(channels)


def _as_trains(events: list[tuple[NDArray[np.float64], NDArray[np.int32]]]) -> SpikeTrains:
    ends = [max(DURATION, np.floor(times.max(initial=0)) + 1) for times, _ in events]
    return SpikeTrains.from_samples(events, N_CHANNELS, np.array(ends))


def _in_class_folders(archive: Archive) -> list[tuple[str, int]]:
    """Return the recordings of ``Train/5/00001.bin`` and so on, by number, with their class."""
    found = [(parts, name) for name in archive.names if (parts := _IN_CLASS_FOLDER.search(name))]
    if not found:
        raise ValueError(f"{archive.path} holds no recording like Train/5/00001.bin.")
    by_number = sorted((int(parts[2]), name, int(parts[1])) for parts, name in found)
    return [(name, label) for _, name, label in by_number]


def _listed(archive: Archive, subset: str) -> list[tuple[str, int]]:
    """Return the recordings named by the list of a subset, with their class."""
    files = []
    lines = archive.read(f"{subset}.txt").decode("ascii", "replace").splitlines()
    for line in lines[1:]:  # the first is a heading
        words = line.split("\t")
        if len(words) != 2 or not words[0].isdigit() or words[1] not in list("0123456789"):
            raise ValueError(f"{subset}.txt in {archive.path}: not a number and a class: {line!r}.")
        files.append((f"{subset}/{int(words[0]):05}.bin", int(words[1])))
    if not files:
        raise ValueError(f"{subset}.txt in {archive.path} names no recording.")
    return files
