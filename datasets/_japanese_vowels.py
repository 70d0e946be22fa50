"""Japanese Vowels: recognise nine speakers by how they say /ae/."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import Bunch

from ._budget import MAX_BYTES, OBJECT_BYTES, Budget
from ._home import About, Source, choose, data_folder, fetch
from ._ts import read_ts

N_CHANNELS = 12
_FOLDER = "japanese_vowels"
_UCI = "https://archive.ics.uci.edu/ml/machine-learning-databases/JapaneseVowels-mld"
_UEA = (
    "https://raw.githubusercontent.com/aeon-toolkit/aeon/a101ddc8b35a65441609b45c9bcce5aeafa0c131"
    "/aeon/datasets/data/JapaneseVowels"
)
_COUNTS = {"train": [30] * 9, "test": [31, 35, 88, 44, 29, 24, 40, 50, 29]}  # of each speaker
_ABOUT = About(
    title="Japanese Vowels",
    text=(
        "Nine men said the vowels /ae/: 270 utterances to learn from, 30 of each speaker, and 370 "
        "to test on, each 7 to 29 frames of 12 LPC cepstrum coefficients.\nThe task is to "
        "recognise the speaker."
    ),
    licence="CC BY 4.0",
    citation=(
        'M. Kudo, J. Toyama, M. Shimbo, "Multidimensional curve classification using '
        'passing-through regions", Pattern Recognition Letters 20(11-13), 1103-1111, 1999.'
    ),
)


def fetch_japanese_vowels(
    subset: str = "train",
    *,
    data_home: str | Path | None = None,
    download_if_missing: bool = False,
    return_X_y: bool = False,
) -> Bunch | tuple[list[NDArray[np.float64]], NDArray[np.int64]]:
    """Load the Japanese Vowels: sequences of unequal length, nine classes.

    Parameters
    ----------
    subset : {"train", "test"}, default="train"
        270 or 370 utterances.
    data_home : str or Path, default=None
        Folder of data sets; its folder ``japanese_vowels`` holds ``ae.train`` and
        ``ae.test`` (of UCI) or ``JapaneseVowels_TRAIN.ts`` and ``JapaneseVowels_TEST.ts``
        (of UEA). None takes the environment variable ``SPARCELEARN_DATA``, or else
        ``~/sparcelearn_data``.
    download_if_missing : bool, default=False
        Whether to download missing files; needs pooch.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    Bunch
        With ``data``, a list of arrays of shape (n_timesteps, 12); ``target``, the
        speakers from 0 to 8, of shape (n_samples,); ``target_names``, ``DESCR``,
        ``licence`` and ``citation``.

    Raises
    ------
    ValueError
        If ``subset`` is unknown, or a file is damaged or not the published one.
    FileNotFoundError
        If the file is missing; the message says where it should be.

    References
    ----------
    Kudo, Toyama, Shimbo, "Multidimensional curve classification using passing-through
    regions", Pattern Recognition Letters 20(11-13), 1103-1111, 1999.
    """
    uci, uea = _SOURCES[choose("subset", subset, _SOURCES)]
    is_uci = (data_folder(data_home) / uci.file).is_file()
    data = fetch(
        uci if is_uci else uea,
        read_uci_vowels if is_uci else lambda path: read_ts(path)[0],
        data_home=data_home,
        download_if_missing=download_if_missing,
    )
    target = np.repeat(np.arange(9), _COUNTS[subset])
    return _ABOUT.result(return_X_y, data, target, target_names=[str(k) for k in range(1, 10)])


def read_uci_vowels(path: Path) -> list[NDArray[Any]]:
    """Read utterances: one line per frame; an empty line, or one of twelve ones, ends each."""
    utterances: list[NDArray[np.float64]] = []
    frames: list[NDArray[np.float64]] = []
    budget = Budget(path, MAX_BYTES)
    for number, line in enumerate(chain(budget.lines(), [""]), start=1):
        budget.take(OBJECT_BYTES)
        try:
            frame = budget.numbers(line, None) if line else np.zeros(0)
        except ValueError as error:
            raise ValueError(f"{path}, line {number}: {error}: {line[:40]!r}.") from None
        if len(frame) == 0 or (len(frame) == N_CHANNELS and np.all(frame == 1)):
            if frames:
                utterances.append(np.array(frames))
            frames = []
        elif len(frame) != N_CHANNELS or not np.isfinite(frame).all():
            raise ValueError(f"{path}, line {number}: not {N_CHANNELS} finite numbers.")
        else:
            frames.append(frame)
    if not utterances:
        raise ValueError(f"{path} holds no utterance.")
    return utterances


_SOURCES = {
    "train": (
        Source(
            f"{_FOLDER}/ae.train",
            f"{_UCI}/ae.train",
            "2fb72959439a6602d3bdc78bd6f0f0c7f80bced1cba792008a6f0f4ccb7c274f",
        ),
        Source(
            f"{_FOLDER}/JapaneseVowels_TRAIN.ts",
            f"{_UEA}/JapaneseVowels_TRAIN.ts",
            "681f4f8af9f9a06a22b763b7b5d54916e1dd38b1e9da8d51ac3d2e7852e80b20",
        ),
    ),
    "test": (
        Source(
            f"{_FOLDER}/ae.test",
            f"{_UCI}/ae.test",
            "93eed40727d317e0cc687e872f5f0ee5f47e92aa7f6811de600a974c27c0c1bf",
        ),
        Source(
            f"{_FOLDER}/JapaneseVowels_TEST.ts",
            f"{_UEA}/JapaneseVowels_TEST.ts",
            "93eed40727d317e0cc687e872f5f0ee5f47e92aa7f6811de600a974c27c0c1bf",
        ),
    ),
}
