"""Surrogates of the derivative of a spike, which has none. All are 1 at the threshold.

========= =============================================================================
symbol    meaning
========= =============================================================================
u         distance of the membrane potential from its threshold
h         ``steepness * |u|``
========= =============================================================================
"""

import numpy as np

from sparcelearn._core.jit import jit

# --- the text below this line goes into every generated module ---

# SIGMOID names a loss as well, and has the number of that: a module may hold both.
SIGMOID, FAST_SIGMOID, TRIANGLE, BOXCAR, GAUSSIAN = 0, 1, 2, 3, 4


@jit
def surrogate(shape, u, steepness):
    """Return the surrogate derivative at one distance from threshold."""
    h = steepness * abs(u)
    if shape == FAST_SIGMOID:
        return 1.0 / ((1.0 + h) * (1.0 + h))
    if shape == TRIANGLE:
        return max(0.0, 1.0 - h)
    if shape == BOXCAR:
        return 1.0 if h < 0.5 else 0.0
    if shape == SIGMOID:
        z = np.exp(-h)
        return 4.0 * z / ((1.0 + z) * (1.0 + z))
    return np.exp(-h * h)


@jit
def surrogates(shape, u, steepness, out):
    """Fill ``out`` with the surrogate derivatives at many distances."""
    for i in range(u.size):
        out[i] = surrogate(shape, u[i], steepness)
