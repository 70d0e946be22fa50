r"""Functions of equations that are computed here, because calls of the C library are slow.

The exponential is that of a remainder, times a power of two: :math:`x = k \ln 2 + r` with a whole
:math:`k` and :math:`|r| \le \ln(2) / 2`, where a Taylor series of :math:`e^r - 1` is short. Its
relative error, and that of :math:`e^x - 1`, is below twice the machine epsilon of the precision.
Below :math:`e^{-708}` (:math:`e^{-86}` in single precision) it is 0, beyond the largest number
infinite.

The hyperbolic tangent is :math:`d / (d + 2)` with :math:`d = e^{2|x|} - 1`, from :math:`|x| / 128`
by doubling the argument: :math:`e^{2y} - 1 = d (d + 2)`; it is odd to the bit,
and off by less than 2e-15 in double and 4e-7 in single precision. Hyperbolic sine and cosine
follow from :math:`d = e^{|x|} - 1`; both overflow at 709 (88 in single precision), as the
exponential does.
"""

import numpy as np

from sparcelearn._core.jit import inlined, jit
from sparcelearn._core.vectors import half_power

# --- the text below this line goes into every generated module ---

LOG_2 = 0.6931471805599453
HIGH_32, LOW_32 = 0.693359375, -2.1219444005469057e-4  # which are log(2) together
HIGH_64, LOW_64 = 0.6931471803691238, 1.9082149292705877e-10


@jit
def parts(x):
    """Return ``2 ** (k - 1)`` and ``exp(r) - 1``, where ``x = k log(2) + r``; what is NaN stays."""
    t = type(x)
    is_single = t(1e39) == np.inf
    shift = t(1.5 * 2**23) if is_single else t(1.5 * 2**52)  # whole numbers are the lowest bits
    m = x * t(1 / LOG_2) + shift
    k = m - shift
    r = x - k * (t(HIGH_32) if is_single else t(HIGH_64))  # of so few bits that it is exact
    r = r - k * (t(LOW_32) if is_single else t(LOW_64))
    e = t(0)
    if not is_single:
        e = t(1 / 6_227_020_800) + r * t(1 / 87_178_291_200)  # 1/13! and 1/14!
        e = t(1 / 39_916_800) + r * (t(1 / 479_001_600) + r * e)
        e = t(1 / 362_880) + r * (t(1 / 3_628_800) + r * e)
    e = t(1 / 5040) + r * (t(1 / 40_320) + r * e)
    e = t(1 / 24) + r * (t(1 / 120) + r * (t(1 / 720) + r * e))
    return half_power(m), r + r * r * (t(1 / 2) + r * (t(1 / 6) + r * e))


@jit
def exp(x):
    """Return ``exp(x)``, in the precision of its argument."""
    t = type(x)
    is_single = t(1e39) == np.inf
    lowest = t(-86) if is_single else t(-708)
    highest = t(89) if is_single else t(710)
    y = lowest if x < lowest else x
    half, e = parts(highest if y > highest else y)
    return t(0) if x < lowest else t(2) * (half + half * e)


@jit
def expm1(x):
    """Return ``exp(x) - 1``, in the precision of its argument."""
    t = type(x)
    highest = t(89) if t(1e39) == np.inf else t(710)
    y = t(-60) if x < t(-60) else x
    half, e = parts(highest if y > highest else y)
    return t(2) * (half * e + (half - t(1 / 2)))


@inlined
def exprel(x):
    """Return ``(exp(x) - 1) / x``, which is 1 at zero."""
    t = type(x)
    is_tiny = abs(x) < t(1e-12)
    return t(1) if is_tiny else expm1(x) / (t(1) if is_tiny else x)


@jit
def tanh(x):
    """Return the hyperbolic tangent, in the precision of its argument."""
    t = type(x)
    y = (t(20) if abs(x) > t(20) else abs(x)) * t(1 / 128)  # what is NaN stays NaN
    tail = t(1) + y * t(1 / 4) * (t(1) + y * t(1 / 5) * (t(1) + y * t(1 / 6)))
    e = y * (t(1) + y * t(1 / 2) * (t(1) + y * t(1 / 3) * tail))
    for _ in range(8):
        e = e * (e + t(2))
    result = e / (e + t(2))
    return result if x >= 0 else -result


@jit
def cosh(x):
    """Return the hyperbolic cosine, in the precision of its argument."""
    t = type(x)
    d = expm1(abs(x))
    return t(1) + d * (d / (d + t(1))) * t(1 / 2)


@jit
def sinh(x):
    """Return the hyperbolic sine, in the precision of its argument."""
    t = type(x)
    d = expm1(abs(x))
    result = (d + d / (d + t(1))) * t(1 / 2)
    return result if x >= 0 else -result


@jit
def sigmoid(x):
    """Return ``1 / (1 + exp(-x))``, in the precision of its argument."""
    t = type(x)
    return t(1) / (t(1) + exp(-x))


@inlined
def maximum(x, y):
    """Return the larger number, or NaN where one is: ``max(0, NaN)`` would be 0."""
    return x if (x >= y) | (x != x) else y  # noqa: PLR0124


@inlined
def minimum(x, y):
    """Return the smaller number, or NaN where one is."""
    return x if (x <= y) | (x != x) else y  # noqa: PLR0124
