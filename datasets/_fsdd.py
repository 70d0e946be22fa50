"""The Free Spoken Digit Dataset: ten digits said by six speakers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import Bunch

from ._home import About, Source, choose, fetch
from ._wav import parse_wav
from ._zip import open_archive

SAMPLE_RATE = 8000  # Hz
N_TEST_TAKES = 5
_SPEAKERS = ("george", "jackson", "lucas", "nicolas", "theo", "yweweler")
_COMMIT = "26eb9aaf76e81b692f806f9140c2d2777410d7a1"
_SOURCE = Source(
    file="fsdd/free-spoken-digit-dataset.zip",
    url=f"https://github.com/Jakobovski/free-spoken-digit-dataset/archive/{_COMMIT}.zip",
    content="c5204da3699c476e003297c0a4b9c0831e7026ef1e7f18bc54fc6259e9c7b6c8",
)
MAX_BYTES = 2**28  # of all recordings, unpacked
_NAME = re.compile(r"(?:^|/)recordings/([0-9])_([a-z]+)_([0-9]{1,4})\.wav$")
_ABOUT = About(
    title="Free Spoken Digit Dataset",
    text=(
        "3,000 recordings of the digits 0 to 9 in English by six speakers, 50 takes each, at "
        "8,000 Hz, from 0.14 to 2.3 s long.\nThe split is that of the authors: takes "
        "0 to 4 are for testing, takes 5 to 49 for training."
    ),
    licence="CC BY-SA 4.0",
    citation=(
        "Z. Jackson, C. Souza, J. Flaks, Y. Pan, H. Nicolas, A. Thite, "
        '"Jakobovski/free-spoken-digit-dataset", 2018, doi 10.5281/zenodo.1342401.'
    ),
)


def fetch_fsdd(
    subset: str = "train",
    *,
    data_home: str | Path | None = None,
    download_if_missing: bool = False,
    return_X_y: bool = False,
) -> Bunch | tuple[list[NDArray[np.float32]], NDArray[np.int64]]:
    """Load the recordings of the Free Spoken Digit Dataset.

    Parameters
    ----------
    subset : {"train", "test"}, default="train"
        Takes 5 to 49 of each digit and speaker (2,700), or takes 0 to 4 (300).
    data_home : str or Path, default=None
        Folder of data sets; the recordings are in its
        ``fsdd/free-spoken-digit-dataset.zip``, in the folder ``recordings``. None
        takes the environment variable ``SPARCELEARN_DATA``, or else
        ``~/sparcelearn_data``.
    download_if_missing : bool, default=False
        Whether to download missing files; needs pooch.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    Bunch
        With ``data``, a list of sounds of shape (n_timesteps, 1), dtype float32, from -1
        to 1; ``target``, the digits, of shape (n_samples,); ``speaker`` and ``take`` of
        shape (n_samples,); ``sample_rate`` (Hz); ``target_names``, ``DESCR``,
        ``licence`` and ``citation``.

    Raises
    ------
    ValueError
        If ``subset`` is unknown, or the file is damaged or not the published one.
    FileNotFoundError
        If the file is missing; the message says where it should be.

    References
    ----------
    Jackson, Souza, Flaks, Pan, Nicolas, Thite, "Jakobovski/free-spoken-digit-dataset",
    2018, doi 10.5281/zenodo.1342401.
    """
    choose("subset", subset, ("train", "test"))
    labels, *sounds = fetch(
        _SOURCE, read_fsdd, data_home=data_home, download_if_missing=download_if_missing
    )
    digit, speaker, take = labels.T
    rows = np.flatnonzero((take < N_TEST_TAKES) == (subset == "test"))
    return _ABOUT.result(
        return_X_y,
        [sounds[row][:, np.newaxis] / np.float32(2**15) for row in rows],
        digit[rows],
        speaker=np.array(_SPEAKERS)[speaker[rows]],
        take=take[rows],
        sample_rate=SAMPLE_RATE,
        target_names=[str(k) for k in range(10)],
    )


def read_fsdd(path: Path) -> list[NDArray[Any]]:
    """Read the labels (digit, speaker, take) and then every sound, in the order of the labels."""
    labels, sounds = [], []
    with open_archive(path, MAX_BYTES) as archive:
        for name in archive.names:
            if not (parts := _NAME.search(name)):
                continue
            digit, speaker, take = parts.groups()
            sound, rate = parse_wav(archive.read(name), f"{name} in {path}")
            if rate != SAMPLE_RATE or speaker not in _SPEAKERS:
                raise ValueError(
                    f"{path} holds {name} at {rate} Hz; speakers are {_SPEAKERS}, {SAMPLE_RATE} Hz."
                )
            labels.append((int(digit), _SPEAKERS.index(speaker), int(take)))
            sounds.append(sound)
    if not labels:
        raise ValueError(f"{path} holds no file like recordings/0_george_0.wav.")
    order = sorted(range(len(labels)), key=labels.__getitem__)
    return [np.array(labels, dtype=np.int64)[order], *(sounds[k] for k in order)]
