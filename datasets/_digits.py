"""The handwritten digits that come with scikit-learn, as sequences."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.utils import Bunch


def load_digits_sequence(
    *, return_X_y: bool = False
) -> Bunch | tuple[NDArray[np.float32], NDArray[np.integer]]:
    """Load 1,797 handwritten digits as sequences of 8 time steps and 8 channels.

    Time step ``t`` is row ``t`` of the 8 x 8 image, its values scaled to [0, 1].

    Parameters
    ----------
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    Bunch
        With ``data`` of shape (1797, 8, 8), ``target`` of shape (1797,),
        ``target_names`` and ``DESCR``.

    References
    ----------
    Alpaydin and Kaynak, "Optical recognition of handwritten digits", UCI Machine
    Learning Repository, 1998.

    Examples
    --------
    >>> from sparcelearn.datasets import load_digits_sequence
    >>> X, y = load_digits_sequence(return_X_y=True)
    >>> X.shape
    (1797, 8, 8)
    """
    digits: Any = load_digits()
    data = (digits.images / 16).astype(np.float32)
    if return_X_y:
        return data, digits.target
    return Bunch(
        data=data, target=digits.target, target_names=digits.target_names, DESCR=digits.DESCR
    )
