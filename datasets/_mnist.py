"""MNIST, from files the user has."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from ._idx import read_idx

_FILES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}


def load_mnist(
    subset: str = "train", *, data_home: str | Path | None = None
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Load the MNIST handwritten digits from their original files.

    Parameters
    ----------
    subset : {"train", "test"}, default="train"
        60,000 or 10,000 images.
    data_home : str or Path, default=None
        Folder with a folder ``mnist`` of the four idx files, gzipped or not. None
        takes the environment variable ``SPARCELEARN_DATA``.

    Returns
    -------
    images : ndarray of shape (n_samples, 28, 28), dtype uint8
    labels : ndarray of shape (n_samples,), dtype uint8

    Raises
    ------
    ValueError
        If ``subset`` is unknown, or a file is damaged.
    FileNotFoundError
        If a file is not there; the message says where it is looked for.

    References
    ----------
    LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86(11), 2278-2324, 1998.
    """
    if subset not in _FILES:
        raise ValueError(f"subset must be one of {list(_FILES)}, not {subset!r}.")
    home = data_home if data_home is not None else os.environ.get("SPARCELEARN_DATA")
    if home is None:
        raise FileNotFoundError("Give data_home, or set SPARCELEARN_DATA to the folder of data.")
    images, labels = (read_idx(_find(Path(home) / "mnist" / name)) for name in _FILES[subset])
    if images.ndim != 3 or labels.shape != images.shape[:1]:
        raise ValueError(f"images {images.shape} and labels {labels.shape} do not fit together.")
    return images, labels


def _find(path: Path) -> Path:
    for candidate in (path, path.with_name(path.name + ".gz")):
        if candidate.is_file():
            return candidate
    raise FileNotFoundError(f"Neither {path} nor {path}.gz is there.")
