"""How sparse a code is."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._arrays import as_states

__all__ = ["coding_level", "sparseness"]


def coding_level(X: ArrayLike, features: ArrayLike | None = None) -> float:
    """Return the share of a code's values that are not 0.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_units)
        The code, as ``SparceClassifier.sparse_code`` returns it.
    features : array-like of shape (n_samples, n_units), default=None
        The features it was made from. If given, only values that are not 0 there count.

    Returns
    -------
    float
        From 0 to 1; NaN if all features are 0.

    References
    ----------
    Manneschi, Lin, Vasilaki, "SpaRCe: Improved Learning of Reservoir Computing Systems Through
    Sparse Representations", IEEE Transactions on Neural Networks and Learning Systems 34(2),
    824-838, 2023.

    Examples
    --------
    >>> from sparcelearn.measures import coding_level
    >>> coding_level([[0.0, 2.0], [0.0, 0.0]])
    0.25
    >>> coding_level([[0.0, 2.0], [0.0, 0.0]], features=[[0.5, 3.0], [0.0, 0.0]])
    0.5
    """
    code = as_states(X, min_rows=1)
    if features is None:
        return float(np.mean(code != 0))
    given = as_states(features, "features", min_rows=1)
    if given.shape != code.shape:
        raise ValueError(f"features must be of shape {code.shape}, not {given.shape}.")
    n_given = np.count_nonzero(given)
    return float(np.count_nonzero(code) / n_given) if n_given else float("nan")


def sparseness(
    X: ArrayLike, kind: str = "treves-rolls", *, over: str = "units"
) -> NDArray[np.float64]:
    r"""Return how unevenly activity is spread, over units or over samples.

    .. math::
        S_{TR} = 1 - \frac{\langle |x| \rangle^2}{\langle x^2 \rangle}, \qquad
        S_{VG} = \frac{S_{TR}}{1 - 1/n}

    with means over the :math:`n` units, for each sample (population sparseness), or over the
    :math:`n` samples, for each unit (lifetime sparseness). Both are 0 if all are equally
    active; :math:`S_{VG}` is 1 if only one is.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_units)
        Activity.
    kind : {"treves-rolls", "vinje-gallant"}, default="treves-rolls"
        Which of the two.
    over : {"units", "samples"}, default="units"
        Over what the means are taken.

    Returns
    -------
    ndarray of shape (n_samples,) or (n_units,)
        NaN where there is no activity.

    References
    ----------
    Treves, Rolls, "What determines the capacity of autoassociative memories in the brain?",
    Network 2, 371-397, 1991. Vinje, Gallant, "Sparse coding and decorrelation in primary visual
    cortex during natural vision", Science 287, 1273-1276, 2000.

    Examples
    --------
    >>> from sparcelearn.measures import sparseness
    >>> sparseness([[1.0, 1.0], [1.0, 0.0]], kind="vinje-gallant")
    array([0., 1.])
    """
    if kind not in ("treves-rolls", "vinje-gallant"):
        raise ValueError(f"kind must be 'treves-rolls' or 'vinje-gallant', not {kind!r}.")
    if over not in ("units", "samples"):
        raise ValueError(f"over must be 'units' or 'samples', not {over!r}.")
    sizes = np.abs(as_states(X, min_rows=1))
    axis = 1 if over == "units" else 0
    squares = np.mean(sizes**2, axis=axis)
    with np.errstate(invalid="ignore"):
        spread = 1 - np.mean(sizes, axis=axis) ** 2 / squares
        return spread if kind == "treves-rolls" else spread / np.float64(1 - 1 / sizes.shape[axis])
