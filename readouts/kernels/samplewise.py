"""SpaRCe, one sample an update, on a list of the features that are active.

Silent features cost nothing: their weights are neither read nor moved.

========= ======== ====================================================================
symbol    shape    meaning
========= ======== ====================================================================
r         (D,)     features of one sample, units of X
theta     (D,)     thresholds, ``base + delta``, units of X
x         (n,)     thresholded features ``sign(r) (|r| - theta)``, active ones only
active    (n,)     which features those are
W, b      (D, K)   weights, one row per feature, and intercepts (K,)
y, t      (K,)     outputs and targets
e         (K,)     errors, the derivative of the sample's loss with respect to y
eta       -        learning rate of the weights
keep      -        what is left of a weight that learns, besides its step
s         (D,)     spread of each feature, units of X
========= ======== ====================================================================
"""

import numpy as np

from sparcelearn._core.jit import jit

from .losses import ADAM, NLMS, adam_step, adapt, err, normal_step

# --- the text below this line goes into every generated module ---


@jit
def activate(r, theta, is_active, active, x):
    """List the active features and their values; return how many there are.

    Three plain loops instead of one: the comparison vectorises, and the list is written
    without a branch, which would be mispredicted about as often as features are active.
    A feature of exactly 0 has no sign and stays silent, even below a negative threshold.
    """
    for i in range(theta.size):
        is_active[i] = (abs(r[i]) > theta[i]) & (r[i] != 0.0)
    n = 0
    for i in range(theta.size):
        active[n] = i
        n += is_active[i]
    for j in range(n):
        i = active[j]
        x[j] = np.copysign(abs(r[i]) - theta[i], r[i])
    return n


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
def squared_length(active, x, n, scale):
    """Return the sum of squares of the active features, each in units of its spread."""
    total = 0.0
    for j in range(n):
        z = x[j] / scale[active[j]]
        total += z * z
    return total


@jit
def descend_one(step, keep, factors, active, x, n, e, parameters):
    """Move what one sample moves by plain gradient descent."""
    W, b, delta = parameters.W, parameters.b, parameters.delta
    for k in range(b.size):
        b[k] -= step * factors.b * e[k]
    for j in range(n):
        i = active[j]
        g, back = e.dtype.type(step) * x[j], e.dtype.type(0)
        for k in range(e.size):
            w = W[i, k]
            back += e[k] * w
            W[i, k] = keep * w - g * e[k]
        delta[i] += step * factors.delta * (back if x[j] > 0.0 else -back)


@jit
def normalize_one(step, keep, factors, scale, active, x, n, e, parameters):
    """Do what `descend_one` does, with weights and thresholds in units of the spreads."""
    W, b, delta = parameters.W, parameters.b, parameters.delta
    for k in range(b.size):
        b[k] -= step * factors.b * e[k]
    for j in range(n):
        i = active[j]
        square = scale[i] * scale[i]
        g, back = e.dtype.type(step) * x[j] / square, e.dtype.type(0)
        for k in range(e.size):
            w = W[i, k]
            back += e[k] * w
            W[i, k] = keep * w - g * e[k]
        delta[i] += step * square * factors.delta * (back if x[j] > 0.0 else -back)


@jit
def adapt_one(eta, keep, factors, active, x, n, e, parameters, moments, g):
    """Move what one sample moves by Adam; ``g`` (K + 1,) is room for a feature's gradients."""
    W, b, delta = parameters.W, parameters.b, parameters.delta
    m, v, spent = moments.means, moments.squares, moments.spent
    m_W, v_W, m_delta, v_delta = m.W, v.W, m.delta, v.delta
    K = b.size
    adapt(adam_step(eta * factors.b, spent, delta.size), b, e, m.b, v.b)
    for j in range(n):
        i = active[j]
        W_i, back = W[i], e.dtype.type(0)
        for k in range(K):
            back += e[k] * W_i[k]
            W_i[k] *= keep
        for k in range(K):
            g[k] = e[k] * x[j]
        g[K] = -back if x[j] > 0.0 else back
        step, here = adam_step(eta, spent, i), slice(i, i + 1)
        adapt(step, W_i, g, m_W[i], v_W[i])
        adapt(step * factors.delta, delta[here], g[K:], m_delta[here], v_delta[here])


@jit
def steepest_square(e, x, n):
    """Return the largest square of a gradient, the largest number that an update makes."""
    largest_e, largest_x = e.dtype.type(0), e.dtype.type(1)  # an intercept hears 1
    for k in range(e.size):
        largest_e = max(largest_e, abs(e[k]))
    for j in range(n):
        largest_x = max(largest_x, abs(x[j]))
    return (largest_e * largest_x) * (largest_e * largest_x)


@jit
def train(X, T, rows, weights, etas, shrinks, learner):
    """Predict, then learn, sample by sample: `train` of mini-batches, but W is (D, K).

    Where a loss or a gradient is not finite, it stops before that is written anywhere.
    """
    parameters, moments, base = learner.parameters, learner.moments, learner.base
    factors, scale = learner.factors, learner.scale
    W, b, delta = parameters.W, parameters.b, parameters.delta
    D, K = W.shape
    theta = base + delta
    is_active, active = np.empty(D, np.bool_), np.empty(D, np.uint32)
    x, y, e, g = np.empty_like(delta), np.empty_like(b), np.empty_like(b), np.empty(K + 1, b.dtype)
    total, n_active, n_nonzero = 0.0, 0, 0
    for number in range(rows.size):
        s, eta = rows[number], etas[number]
        keep = b.dtype.type(1.0 - shrinks[number])
        for i in range(D):
            n_nonzero += X[s, i] != 0.0
        n = activate(X[s], theta, is_active, active, x)
        n_active += n
        respond(active, x, n, W, b, y)
        total += weights[s] * err(learner.loss, y, T[s], e)
        if weights[s] == 0.0:
            continue
        for k in range(K):
            e[k] *= weights[s] * learner.unit
        if not np.isfinite(total + steepest_square(e, x, n)):
            total = np.inf
            break  # before anything is written
        if learner.solver == NLMS:
            length = squared_length(active, x, n, scale)
            step = normal_step(eta, weights[s], length, factors.b)
            normalize_one(step, keep, factors, scale, active, x, n, e, parameters)
        elif learner.solver == ADAM:
            adapt_one(eta, keep, factors, active, x, n, e, parameters, moments, g)
        else:
            descend_one(eta, keep, factors, active, x, n, e, parameters)
        for i in active[:n]:
            theta[i] = base[i] + delta[i]
    return total, n_active, n_nonzero
