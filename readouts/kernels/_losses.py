"""Losses of a linear readout's outputs, each a sum over outputs, and their derivatives."""

import numpy as np

from sparcelearn._jit import jit

# --- the text below this line goes into every generated module ---

SIGMOID, SOFTMAX, SQUARED = 0, 1, 2


@jit
def loss_of(kind, y, t):
    """Return the loss of outputs y under targets t: cross-entropy, or half the squared error."""
    total = 0.0
    if kind == SIGMOID:
        for k in range(y.size):
            total += max(y[k], 0.0) - t[k] * y[k] + np.log1p(np.exp(-abs(y[k])))
    elif kind == SOFTMAX:
        top = y.max()
        for k in range(y.size):
            total += np.exp(y[k] - top)
        log_total = top + np.log(total)
        total = 0.0
        for k in range(y.size):
            total += t[k] * (log_total - y[k])
    else:
        for k in range(y.size):
            total += 0.5 * (y[k] - t[k]) ** 2
    return total


@jit
def differentiate(kind, y, t, e):
    """Fill ``e`` with the derivative of the loss with respect to y: what was put out, less t."""
    if kind == SIGMOID:
        for k in range(y.size):
            z = np.exp(-abs(y[k]))  # never overflows
            e[k] = (1.0 if y[k] >= 0.0 else z) / (1.0 + z) - t[k]
    elif kind == SOFTMAX:
        top, total = y.max(), 0.0
        for k in range(y.size):
            e[k] = np.exp(y[k] - top)
            total += e[k]
        for k in range(y.size):
            e[k] = e[k] / total - t[k]
    else:
        for k in range(y.size):
            e[k] = y[k] - t[k]
