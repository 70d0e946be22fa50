"""What SpaRCe does with active features, one feature after another.

========= ======== ====================================================================
symbol    shape    meaning
========= ======== ====================================================================
r         (D,)     features of one sample, units of X
theta     (D,)     thresholds, units of X
x         (n,)     thresholded features ``sign(r) (|r| - theta)``, active ones only
active    (n,)     which features those are
W, b      (D, K)   weights, one row per feature, and intercepts (K,)
e         (K,)     errors, the derivative of the loss with respect to the outputs of one sample
back      (n,)     derivative of the loss with respect to x
g         (n,)     what multiplies the errors in the step of a feature's weights
m, v      (D, K)   Adam's running means of gradients and of squared gradients
keep      -        what is left of a weight that learns, besides its step
room      -        numbers to work in
========= ======== ====================================================================

``active_wide.py`` does the same, to the bit, sixteen numbers at a time.
"""

import numpy as np

from sparcelearn._core.jit import jit

from .losses import adapt

# --- the text below this line goes into every generated module ---

ROOM = 1  # numbers to work in, one for each output at least


@jit
def activate(r, theta, is_active, active, x):
    """List the active features and their values; return how many, and how many are not 0.

    Plain loops instead of one: the comparisons vectorise, and the list is written without
    a branch, which would be mispredicted about as often as features are active.
    A feature of exactly 0 has no sign and stays silent, even below a negative threshold.
    """
    n, n_nonzero = 0, 0
    for i in range(theta.size):
        n_nonzero += r[i] != 0.0
    for i in range(theta.size):
        is_active[i] = (abs(r[i]) > theta[i]) & (r[i] != 0.0)
    for i in range(theta.size):
        active[n] = i
        n += is_active[i]
    for j in range(n):
        i = active[j]
        x[j] = np.copysign(abs(r[i]) - theta[i], r[i])
    return n, n_nonzero


@jit
def largest_of(x, n):
    """Return the largest absolute value, at least 1: an intercept hears 1."""
    found = x.dtype.type(1)
    for j in range(n):
        found = max(found, abs(x[j]))
    return found


@jit
def respond(active, x, n, W, b, y):
    """Fill ``y`` with ``W x + b`` from the n active features.

    Five outputs at a time, each sum in a register: 1.6 times as fast as sums in memory.
    """
    K, k = y.size, 0
    while k + 5 <= K:
        p, q, r, s, t = b[k], b[k + 1], b[k + 2], b[k + 3], b[k + 4]
        for j in range(n):
            w, value = W[active[j]], x[j]
            p += value * w[k]
            q += value * w[k + 1]
            r += value * w[k + 2]
            s += value * w[k + 3]
            t += value * w[k + 4]
        y[k], y[k + 1], y[k + 2], y[k + 3], y[k + 4] = p, q, r, s, t
        k += 5
    while k < K:
        p = b[k]
        for j in range(n):
            p += x[j] * W[active[j], k]
        y[k] = p
        k += 1


@jit
def widened(W, n_rows):
    """Return weights whose rows are as far apart as suits the other functions."""
    return W


@jit
def narrow(wide, W):
    """Write such weights back."""


@jit
def descend_rows(keep, g, active, n, e, W, back, needs_back, room):
    """Fill ``back`` and move the weights of the active features down."""
    for j in range(n):
        w, total = W[active[j]], e.dtype.type(0)
        for k in range(e.size):
            total += e[k] * w[k]
            w[k] = keep * w[k] - g[j] * e[k]
        back[j] = total


@jit
def adapt_rows(keep, steps, active, x, n, e, W, m, v, back, room):
    """Fill ``back`` and move the weights of the active features by Adam, each by its step."""
    g = room[: e.size]
    for j in range(n):
        i = active[j]
        w, total = W[i], e.dtype.type(0)
        for k in range(e.size):
            total += e[k] * w[k]
            w[k] *= keep
        for k in range(e.size):
            g[k] = e[k] * x[j]
        back[j] = total
        adapt(steps[j], w, g, m[i], v[i])


@jit
def average_rows(means, steps, active, n, W):
    """Let the means of the rows of the active features follow them, each by its step."""
    for j in range(n):
        mean, w, step = means[active[j]], W[active[j]], means.dtype.type(steps[j])
        for k in range(mean.size):
            mean[k] += step * (w[k] - mean[k])


@jit
def sum_samples(samples, values, E, g, h):
    """Fill ``g`` and ``h`` with the sums of ``x e`` and ``sign(x) e`` over samples of a feature."""
    g[:] = 0
    h[:] = 0
    for place in range(samples.size):
        e, value = E[samples[place]], values[place]
        sign = np.copysign(E.dtype.type(1), value)
        for k in range(g.size):
            g[k] += value * e[k]
            h[k] += sign * e[k]


@jit
def descend_by(eta, half, keep, counts, samples, values, touched, n, inverse, E, W, back, room):
    """Fill ``back`` and move the weights of features down, by what samples of a mini-batch say.

    ``back`` is by the weights after a share ``half`` of their step, each per unit of the sign.
    """
    K = E.shape[1]
    for j in range(n):
        i, total = touched[j], E.dtype.type(0)
        w, g, h = W[i], room[:K], room[K : 2 * K]
        sum_samples(samples[i, : counts[i]], values[i], E, g, h)
        for k in range(K):
            step = eta * g[k] * inverse[i] * inverse[i]
            total += h[k] * (w[k] - half * step)
            w[k] = keep * w[k] - step
        back[j] = total


@jit
def adapt_by(steps, keep, counts, samples, values, touched, n, E, W, m, v, back, room):
    """Fill ``back`` and move the weights of features by Adam, by what samples of a batch say."""
    K = E.shape[1]
    for j in range(n):
        i, total = touched[j], E.dtype.type(0)
        w, g, h = W[i], room[:K], room[K : 2 * K]
        sum_samples(samples[i, : counts[i]], values[i], E, g, h)
        for k in range(K):
            total += h[k] * w[k]
            w[k] *= keep
        back[j] = total
        adapt(steps[j], w, g, m[i], v[i])
