"""Surrogate derivatives of a spike, by name."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sparcelearn._core.kernel_modules import load_module
from sparcelearn._core.kernel_text import assemble
from sparcelearn._core.validation import StrOptions

SURROGATES = StrOptions({"fast_sigmoid", "triangle", "boxcar", "sigmoid", "gaussian"})


def surrogate_gradient(
    u: ArrayLike, surrogate: str = "fast_sigmoid", steepness: float = 1.0
) -> NDArray[np.float64]:
    """Return what stands for the derivative of a spike, 1 at the threshold.

    A spike is a step function of the membrane potential, whose derivative is 0 wherever it
    exists; learning takes a smooth one in its place [1]_. With ``h = steepness * |u|``:

    ================ ========================== ==================================
    ``surrogate``    derivative                 of
    ================ ========================== ==================================
    "fast_sigmoid"   ``1 / (1 + h)**2``         a fast sigmoid (SuperSpike)
    "triangle"       ``max(0, 1 - h)``          a piecewise parabola (e-prop)
    "boxcar"         1 where ``h < 1/2``        a ramp
    "sigmoid"        ``1 / cosh(h / 2)**2``     a logistic sigmoid
    "gaussian"       ``exp(-h**2)``             the error function
    ================ ========================== ==================================

    Parameters
    ----------
    u : array-like
        Distance of the membrane potential from its threshold.
    surrogate : str, default="fast_sigmoid"
        One of the above.
    steepness : float, default=1.0
        Inverse of the width, in the inverse unit of ``u``.

    Returns
    -------
    ndarray
        Of the shape of ``u``.

    References
    ----------
    .. [1] E. O. Neftci, H. Mostafa, F. Zenke, "Surrogate Gradient Learning in Spiking
       Neural Networks", IEEE Signal Processing Magazine 36(6), 51-63, 2019.

    Examples
    --------
    >>> from sparcelearn.readouts import surrogate_gradient
    >>> surrogate_gradient([-1.0, 0.0, 0.5], "triangle")
    array([0. , 1. , 0.5])
    """
    if not SURROGATES.is_satisfied_by(surrogate):
        raise ValueError(f"surrogate must be {SURROGATES}, got {surrogate!r}")
    if not steepness > 0:
        raise ValueError(f"steepness must be above 0, got {steepness}")
    distances = np.asarray(u, dtype=np.float64)
    out = np.empty_like(distances)
    kernels = load_module(assemble("sparcelearn.readouts.kernels.surrogates"))
    shape = getattr(kernels, surrogate.upper())
    kernels.surrogates(shape, distances.ravel(), float(steepness), out.reshape(-1))
    return out
