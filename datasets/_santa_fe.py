"""The laser series of the Santa Fe time series competition."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import Bunch

from ._home import About, Source
from ._series import fetch_series

_COMMIT = "23ef1eb5b59eb54b2df79e5f28433dce44d175d3"
_SOURCE = Source(
    file="santa_fe/santafe_laser.txt",
    url=(
        f"https://raw.githubusercontent.com/SciML/ReservoirComputing.jl/{_COMMIT}"
        "/docs/src/tutorials/data/santafe_laser.txt"
    ),
    content="3e7f3d4a66ba12a5dfd00d96a98cdfe348998db9f681d444c3377f3ded187977",
)
_ABOUT = About(
    title="Santa Fe time series A: a far-infrared laser",
    text=(
        "Intensity of a chaotic laser, 10,093 whole numbers from 0 to 255: the 1,000 points of "
        "the competition and those that followed them."
    ),
    licence="none stated; published for the competition of 1991",
    citation=(
        'U. Huebner, N. B. Abraham, C. O. Weiss, "Dimensions and entropies of chaotic '
        'intensity pulsations in a single-mode far-infrared NH3 laser", Physical Review A 40, '
        "6354-6365, 1989."
    ),
)


def fetch_santa_fe(
    *,
    horizon: int = 1,
    data_home: str | Path | None = None,
    download_if_missing: bool = False,
    return_X_y: bool = False,
) -> Bunch | tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Load the laser of the Santa Fe competition, as a series to forecast.

    Parameters
    ----------
    horizon : int, default=1
        How many steps ahead to forecast.
    data_home : str or Path, default=None
        Folder of data sets; the series is its ``santa_fe/santafe_laser.txt``, one number
        to a line. None takes the environment variable ``SPARCELEARN_DATA``, or else
        ``~/sparcelearn_data``.
    download_if_missing : bool, default=False
        Whether to download missing files; needs pooch.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    Bunch
        With ``data`` of shape (10093 - horizon, 1), ``target`` of shape
        (10093 - horizon,), the value ``horizon`` steps later, ``series`` of shape
        (10093,), ``DESCR``, ``licence`` and ``citation``.

    Raises
    ------
    ValueError
        If ``horizon`` is out of range, or the file is damaged or not the published one.
    FileNotFoundError
        If the file is missing; the message says where it should be.

    References
    ----------
    Weigend, Gershenfeld (editors), "Time Series Prediction: Forecasting the Future and
    Understanding the Past", Addison-Wesley, 1994.
    """
    options = {"data_home": data_home, "download_if_missing": download_if_missing}
    return fetch_series(_SOURCE, _ABOUT, horizon, return_X_y, **options)
