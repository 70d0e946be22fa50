"""MNIST: handwritten digits, row by row."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import Bunch

from ._home import About, Source, choose, fetch
from ._idx import read_idx

_URL = "https://ossci-datasets.s3.amazonaws.com/mnist"
_FILES = {
    "train": (
        (
            "train-images-idx3-ubyte.gz",
            "157fe16da1dbced4a1376f4be5df2d665d51d11177dcaf7aa4848b1ff033343f",
        ),
        (
            "train-labels-idx1-ubyte.gz",
            "e6a049a9876d2010dddfc2322bb8cad03f5934de9a0b5012c7251eca5b5a7201",
        ),
    ),
    "test": (
        (
            "t10k-images-idx3-ubyte.gz",
            "fbf9701b11f5659e6366884b0bbf01ea129fb049e3239251eddb226ada72239e",
        ),
        (
            "t10k-labels-idx1-ubyte.gz",
            "6a90c4ebf8538b9b76438e5dddb0f5afc42d636e8e259d894485f9314cdad47d",
        ),
    ),
}
_ABOUT = About(
    title="MNIST handwritten digits",
    text=(
        "60,000 images of digits to learn from and 10,000 to test on, 28 x 28 pixels of 0 (paper) "
        "to 255 (ink).\nAs a sequence, time step t is row t of the image; "
        "``data.transpose(0, 2, 1)`` makes it column t."
    ),
    licence="CC BY-SA 3.0",
    citation=(
        'Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document '
        'recognition", Proceedings of the IEEE 86(11), 2278-2324, 1998.'
    ),
)


def fetch_mnist(
    subset: str = "train",
    *,
    data_home: str | Path | None = None,
    download_if_missing: bool = False,
    return_X_y: bool = False,
) -> Bunch | tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Load the MNIST handwritten digits from their original files.

    Parameters
    ----------
    subset : {"train", "test"}, default="train"
        60,000 or 10,000 images.
    data_home : str or Path, default=None
        Folder of data sets; the four idx files, gzipped or not, are in its folder
        ``mnist``. None takes the environment variable ``SPARCELEARN_DATA``, or else
        ``~/sparcelearn_data``.
    download_if_missing : bool, default=False
        Whether to download missing files; needs pooch.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    Bunch
        With ``data`` of shape (n_samples, 28, 28), dtype uint8, whose rows are time
        steps, ``target`` of shape (n_samples,), ``target_names``, ``DESCR``,
        ``licence`` and ``citation``.

    Raises
    ------
    ValueError
        If ``subset`` is unknown, or a file is damaged or not the published one. The
        content is checked, not the container.
    FileNotFoundError
        If a file is missing; the message says where it should be.

    References
    ----------
    LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86(11), 2278-2324, 1998.
    """
    get = partial(_array, data_home=data_home, download_if_missing=download_if_missing)
    images, labels = (get(*file) for file in _FILES[choose("subset", subset, _FILES)])
    return _ABOUT.result(
        return_X_y, images, labels.astype(np.int64), target_names=[str(k) for k in range(10)]
    )


def _array(name: str, content: str, **options: Any) -> NDArray[Any]:
    source = Source(f"mnist/{name}", f"{_URL}/{name}", content)
    return fetch(source, lambda path: [read_idx(path)], **options)[0]
