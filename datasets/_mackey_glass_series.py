"""The Mackey-Glass series that comes with the minimal echo state network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import Bunch

from ._home import About, Source
from ._series import fetch_series

_SOURCE = Source(
    file="mackey_glass/MackeyGlass_t17.txt",
    url="https://mantas.info/wp/wp-content/uploads/simple_esn/MackeyGlass_t17.txt",
    content="6001500ad674b30c95dbc5b335141f71d51c9fd639ac8b32711c1f33ce9a49c7",
)
_ABOUT = About(
    title="Mackey-Glass series, delay 17",
    text=(
        "10,000 points of the Mackey-Glass equation with a delay of 17, shifted and squashed to "
        "between -0.53 and 0.31, as used by many papers on echo state networks."
    ),
    licence="none stated; the numbers follow from an equation",
    citation=(
        'M. Lukosevicius, "A practical guide to applying echo state networks", Neural Networks: '
        "Tricks of the Trade, LNCS 7700, 659-686, 2012."
    ),
)


def fetch_mackey_glass(
    *,
    horizon: int = 1,
    data_home: str | Path | None = None,
    download_if_missing: bool = False,
    return_X_y: bool = False,
) -> Bunch | tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Load a published Mackey-Glass series, for comparison with published results.

    Parameters
    ----------
    horizon : int, default=1
        How many steps ahead to forecast.
    data_home : str or Path, default=None
        Folder of data sets; the series is its ``mackey_glass/MackeyGlass_t17.txt``, one
        number to a line. None takes the environment variable ``SPARCELEARN_DATA``, or
        else ``~/sparcelearn_data``.
    download_if_missing : bool, default=False
        Whether to download missing files; needs pooch.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    Bunch
        With ``data`` of shape (10000 - horizon, 1), ``target`` of shape
        (10000 - horizon,), the value ``horizon`` steps later, ``series`` of shape
        (10000,), ``DESCR``, ``licence`` and ``citation``.

    Raises
    ------
    ValueError
        If ``horizon`` is out of range, or the file is damaged or not the published one.
    FileNotFoundError
        If the file is missing; the message says where it should be.

    See Also
    --------
    make_mackey_glass : Any delay, any step, any length.

    References
    ----------
    Lukosevicius, "A practical guide to applying echo state networks", Neural Networks:
    Tricks of the Trade, LNCS 7700, 659-686, 2012.
    """
    options = {"data_home": data_home, "download_if_missing": download_if_missing}
    return fetch_series(_SOURCE, _ABOUT, horizon, return_X_y, **options)
