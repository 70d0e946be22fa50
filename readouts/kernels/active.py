"""What SpaRCe does with the active features of one sample, one feature after another.

========= ======== ====================================================================
symbol    shape    meaning
========= ======== ====================================================================
r         (D,)     features of one sample, units of X
theta     (D,)     thresholds, units of X
x         (n,)     thresholded features ``sign(r) (|r| - theta)``, active ones only
active    (n,)     which features those are
W, b      (D, K)   weights, one row per feature, and intercepts (K,)
e         (K,)     errors, the derivative of the sample's loss with respect to y
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

LANES = 16  # numbers that are summed by adding halves, as registers of sixteen do
ROOM = LANES  # numbers to work in, one for each output at least


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
def squared_length(z, n):
    """Return the sum of squares of the first n numbers: sixteen sums, folded."""
    sums = np.zeros(LANES, z.dtype)
    for j in range(n):
        sums[j % LANES] += z[j] * z[j]
    return folded(sums)


@jit
def folded(sums):
    """Return the sum of sixteen numbers, halves added again and again, which overwrites them."""
    for size in (8, 4, 2, 1):
        for lane in range(size):
            sums[lane] += sums[size + lane]
    return sums[lane]  # the first


@jit
def respond(active, x, n, W, b, y):
    """Fill ``y`` with ``W x + b`` from the n active features.

    Four sums, each of a quarter of the features, as sixteen outputs at a time do it.
    """
    part, nothing = n // 4, b.dtype.type(0)
    for k in range(y.size):
        p, q, r, s = b[k], nothing, nothing, nothing
        for j in range(part):
            u, v, w = part + j, 2 * part + j, 3 * part + j
            p += x[j] * W[active[j], k]
            q += x[u] * W[active[u], k]
            r += x[v] * W[active[v], k]
            s += x[w] * W[active[w], k]
        for j in range(4 * part, n):
            p += x[j] * W[active[j], k]
        y[k] = (p + q) + (r + s)


@jit
def widened(W, n_rows):
    """Return weights whose rows are as far apart as suits the other functions."""
    return W


@jit
def narrow(wide, W):
    """Write such weights back."""


@jit
def product(e, w, room):
    """Return the scalar product of errors and a row: sixteen products folded, then the next."""
    total = e.dtype.type(0)
    for k in range(0, e.size, LANES):
        n = min(LANES, e.size - k)
        for lane in range(n):
            room[lane] = e[k + lane] * w[k + lane]
        room[n:LANES] = 0
        total += folded(room)
    return total


@jit
def descend_rows(keep, g, active, n, e, W, back, needs_back, room):
    """Fill ``back``, if it is needed, and move the weights of the active features down."""
    for j in range(n):
        w = W[active[j]]
        if needs_back:
            back[j] = product(e, w, room)
        for k in range(e.size):
            w[k] = keep * w[k] - g[j] * e[k]


@jit
def adapt_rows(keep, steps, active, x, n, e, W, m, v, back, room):
    """Fill ``back`` and move the weights of the active features by Adam, each by its step."""
    g = room[: e.size]
    for j in range(n):
        i = active[j]
        w = W[i]
        back[j] = product(e, w, room)
        for k in range(e.size):
            w[k] *= keep
            g[k] = e[k] * x[j]
        adapt(steps[j], w, g, m[i], v[i])


@jit
def average_rows(means, steps, active, n, W):
    """Let the means of the rows of the active features follow them, each by its step."""
    for j in range(n):
        mean, w, step = means[active[j]], W[active[j]], means.dtype.type(steps[j])
        for k in range(mean.size):
            mean[k] += step * (w[k] - mean[k])
