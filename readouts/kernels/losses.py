"""Losses, and Adam's step, which all kernels that learn share.

D features, K outputs. All arrays are of one type, float32 or float64; sums of losses are
float64.

========= ======== ====================================================================
symbol    shape    meaning
========= ======== ====================================================================
y, t      (K,)     outputs and targets
e         (K,)     errors, the derivative of the batch's loss with respect to y
g         -        gradients of W, b and delta
m, v      -        Adam's running means of gradients and of squared gradients
spent     (2, D+1) what is left of Adam's zero start, ``beta^steps``, of each feature and b
eta       -        learning rate of the weights
========= ======== ====================================================================
"""

import numpy as np

from sparcelearn._core.jit import inlined, jit

# --- the text below this line goes into every generated module ---

SIGMOID, SOFTMAX, SQUARED, ASYMMETRIC = 0, 1, 2, 3
SGD, ADAM, NLMS = 0, 1, 2

# Adam's constants, as in every published SpaRCe experiment.
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8

BEYOND = 0.1  # share of an asymmetric error that counts where an output is beyond its target
GONE = 1e-30  # 1 less that is 1
SHORTEST = 1e-8  # added to the squared length that a normalised step is divided by


@jit
def err(loss, y, t, e):
    """Fill ``e`` with the derivative of one sample's loss; return the loss.

    All but softmax are means over the outputs.
    """
    K = y.size
    total = np.float64(0)  # a float of Python would take the type of what is added
    if loss == SIGMOID:
        for k in range(K):
            z = np.exp(-abs(y[k]))  # never overflows
            p = (1.0 if y[k] >= 0.0 else z) / (1.0 + z)
            total += max(y[k], 0.0) - t[k] * y[k] + np.log1p(z)
            e[k] = (p - t[k]) / K
        return total / K
    if loss == SOFTMAX:
        top = greatest(y)
        for k in range(K):
            e[k] = np.exp(y[k] - top)
            total += e[k]
        log_total = top + np.log(total)
        nats = np.float64(0)
        for k in range(K):
            nats += t[k] * (log_total - y[k])
            e[k] = e[k] / total - t[k]
        return nats
    for k in range(K):
        d = y[k] - t[k]
        share = BEYOND if loss == ASYMMETRIC and d * t[k] > 0.0 else 1.0
        total += share * d * d
        e[k] = 2.0 * share * d / K
    return total / K


@jit
def greatest(values):
    """Return the greatest number; numpy's maximum takes half a second to compile."""
    found = values[0]
    for i in range(1, values.size):
        found = max(found, values[i])
    return found


@jit
def squared_sum(x):
    """Return the sum of squares."""
    total = np.float64(0)  # a float of Python would take the type of what is added
    for i in range(x.size):
        total += x[i] * x[i]
    return total


@jit
def squared_length(active, x, n, inverse):
    """Return the sum of squares of the active features, each in units of its size."""
    total = np.float64(0)  # a float of Python would take the type of what is added
    for j in range(n):
        z = x[j] * inverse[active[j]]
        total += z * z
    return total


@jit
def normal_step(eta, weight, length, learns_b):
    """Return the step that removes a share ``eta`` of an error: over the squared length.

    A constant input of 1 to the intercept counts. A large weight removes the whole error at
    most, where a step in proportion would overshoot.
    """
    return min(eta, max(eta, 1.0) / weight) / (SHORTEST + length + learns_b)


@inlined
def faded(left, share):
    """Return what is left of a zero start after one more step; nothing, once that is too little.

    The numbers next to 0 take a processor a hundred times as long: from seven thousand steps on,
    that would be most of the time.
    """
    left *= share
    return left if left > GONE else 0.0


@jit
def adam_step(eta, spent, i):
    """Count one step of Adam and return its size, corrected for the zero start."""
    spent[0, i] = faded(spent[0, i], BETA_1)
    spent[1, i] = faded(spent[1, i], BETA_2)
    return eta * np.sqrt(1.0 - spent[1, i]) / (1.0 - spent[0, i])


@jit
def adapt_number(step, i, p, g, m, v):
    """Move one parameter by Adam; ``g`` is its gradient."""
    number = p.dtype.type
    m[i] += number(1.0 - BETA_1) * (g - m[i])
    v[i] += number(1.0 - BETA_2) * (g * g - v[i])
    p[i] -= number(step) * m[i] / (np.sqrt(v[i]) + number(EPSILON))


@jit
def adapt(step, p, g, m, v):
    """Move a few parameters by Adam."""
    step, eps = p.dtype.type(step), p.dtype.type(EPSILON)
    a, c = p.dtype.type(1.0 - BETA_1), p.dtype.type(1.0 - BETA_2)
    for k in range(p.size):
        m[k] += a * (g[k] - m[k])
        v[k] += c * (g[k] * g[k] - v[k])
        p[k] -= step * m[k] / (np.sqrt(v[k]) + eps)
