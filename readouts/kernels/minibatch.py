"""SpaRCe in mini-batches, in blocks of features.

In a mini-batch most features are active in some sample, and what is fast is long vectors.
Features go by in blocks that stay in the nearest cache: forward for all samples, then,
when the errors are known, back and updated at once.

========= ======== ====================================================================
symbol    shape    meaning
========= ======== ====================================================================
r         (D,)     features of one sample, units of X
theta     (D,)     thresholds, ``base + delta``, units of X
x         (D,)     thresholded features ``sign(r) (|r| - theta)``, 0 where silent
h         (D,)     ``sign(r)`` where active, else 0
W, b      (K, D)   weights, one row per output, and intercepts (K,)
y, t      (K,)     outputs and targets
e         (K,)     errors, the derivative of the batch's loss with respect to y
g         -        gradients of W, b and delta
m, v      -        Adam's running means of gradients and of squared gradients
decay     (2, D+1) what is left of Adam's zero start, ``beta^steps``, of each feature and b
eta       -        learning rate of the weights
========= ======== ====================================================================
"""

import numpy as np

from sparcelearn._core.jit import jit

from .losses import ADAM, BETA_1, BETA_2, EPSILON, adam_step, adapt, err

# --- the text below this line goes into every generated module ---

BLOCK = 512  # features that go by at a time: K rows of them stay in the nearest cache
LANES = 64  # sums that run side by side in a scalar product


@jit
def threshold(r, theta, x, h):
    """Fill ``x`` and ``h`` for one block of features; return how many are active."""
    n = 0
    for i in range(x.size):
        size = abs(r[i])
        is_active = (size > theta[i]) & (size > 0)
        h[i] = np.copysign(x.dtype.type(is_active), r[i])
        x[i] = h[i] * (size - theta[i])
        n += is_active
    return n


@jit
def respond(W, first, x, lanes, y):
    """Add a block's ``W x`` to ``y``.

    ``lanes`` (K, LANES) is room for sums that run side by side: they vectorise, where a
    sum in order does not, and those of one output do not wait for those of another.
    """
    n_lanes, rest = lanes.shape[1], x.size % lanes.shape[1]
    lanes[:] = 0
    for start in range(0, x.size - rest, n_lanes):
        part = x[start : start + n_lanes]
        for k in range(y.size):
            w, sums = W[k, first + start : first + start + n_lanes], lanes[k]
            for i in range(n_lanes):
                sums[i] += w[i] * part[i]
    for k in range(y.size):
        a = b = c = d = y.dtype.type(0)
        for i in range(0, n_lanes, 4):
            a += lanes[k, i]
            b += lanes[k, i + 1]
            c += lanes[k, i + 2]
            d += lanes[k, i + 3]
        for i in range(x.size - rest, x.size):
            a += W[k, first + i] * x[i]
        y[k] += (a + b) + (c + d)


@jit
def respond_all(X, rows, theta, W, b, Y, x, h, lanes):
    """Fill ``Y`` (rows.size, K); return how many x and how many r differ from 0."""
    D = theta.size
    n_active, n_nonzero = 0, 0
    for j in range(rows.size):
        for k in range(b.size):
            Y[j, k] = b[k]
    for first in range(0, D, x.size):
        last = min(first + x.size, D)
        n = last - first
        for j in range(rows.size):
            r = X[rows[j], first:last]
            for i in range(n):
                n_nonzero += r[i] != 0
            n_active += threshold(r, theta[first:last], x[:n], h[:n])
            respond(W, first, x[:n], lanes, Y[j])
    return n_active, n_nonzero


@jit
def collect(r, theta, e, W, first, g, g_delta, touched, x, h, back):
    """Add one sample's gradients for a block; ``d x_i / d theta_i = -h_i``."""
    n = g_delta.size
    threshold(r, theta, x, h)
    back[:] = 0
    for k in range(e.size):
        w, g_k, e_k = W[k, first : first + n], g[k], e[k]
        for i in range(n):
            back[i] += e_k * w[i]
        for i in range(n):
            g_k[i] += e_k * x[i]
    for i in range(n):
        g_delta[i] -= h[i] * back[i]
        touched[i] = max(touched[i], abs(h[i]))


@jit
def descend_block(eta, rates, first, g, g_delta, parameters):
    """Move a block of features by plain gradient descent."""
    W, _, delta = parameters
    n = g_delta.size
    step, step_delta = delta.dtype.type(eta), delta.dtype.type(eta * rates[1])
    for k in range(len(W)):
        w, g_k = W[k, first : first + n], g[k]
        for i in range(n):
            w[i] -= step * g_k[i]
    for i in range(n):
        delta[first + i] -= step_delta * g_delta[i]


@jit
def adapt_block(eta, rates, first, g, g_delta, touched, parameters, means, squares, decay, step):
    """Move a block of features by Adam, but for those that were silent throughout.

    The moments of a feature see only the mini-batches in which it was active, as if the
    others had not been, so a rare feature keeps its pace. ``decay`` counts for each.
    """
    n = g_delta.size
    last = first + n
    for i in range(n):
        step[i] = adam_step(eta, decay, first + i) if touched[i] > 0 else 0
    for k in range(len(g)):
        adapt_vector(
            step, touched, parameters[0][k, first:last], g[k, :n],
            means[0][k, first:last], squares[0][k, first:last],
        )  # fmt: skip
    for i in range(n):
        step[i] *= rates[1]
    adapt_vector(
        step, touched, parameters[2][first:last], g_delta,
        means[2][first:last], squares[2][first:last],
    )  # fmt: skip


@jit
def adapt_vector(step, touched, p, g, m, v):
    """Do what `adapt` does, each place at a step of its own; two loops, so that they vectorise."""
    eps = p.dtype.type(EPSILON)
    a, c = p.dtype.type(1.0 - BETA_1), p.dtype.type(1.0 - BETA_2)
    for i in range(p.size):
        m[i] += touched[i] * a * (g[i] - m[i])
        v[i] += touched[i] * c * (g[i] * g[i] - v[i])
    for i in range(p.size):
        p[i] -= step[i] * m[i] / (np.sqrt(v[i]) + eps)


@jit
def train(
    X,
    T,
    rows,
    weights,
    batch_size,
    loss,
    solver,
    etas,
    rates,
    base,
    parameters,
    means,
    squares,
    decay,
):
    """Predict, then learn, over mini-batches of the given rows, in their order.

    Parameters
    ----------
    X : array of shape (n_samples, D), float32 or float64, read-only
    T : array of shape (n_samples, K)
    rows : array of int64
    weights : array of shape (n_samples,)
        Multiplies each sample's loss. A mini-batch of zeros makes no update.
    batch_size, loss, solver : int
    etas : array of 2 floats
        Learning rate at the first row and, approached linearly, after the last.
    rates : tuple of 2 floats
        What multiplies it for b and for delta.
    base : array of shape (D,)
    parameters, means, squares : tuples (W, b, delta) of arrays, changed in place
    decay : array of shape (2, D + 1), changed in place
        Under SGD the last three are not read.

    Returns
    -------
    total : float
        Sum over samples of weight times loss, each taken before learning from it.
    n_active, n_nonzero : int
        How many x and how many r differed from 0, over all samples.
    """
    W, b, delta = parameters
    K, D = W.shape
    theta = base + delta
    room = np.empty((6, BLOCK), b.dtype)
    x, h, back, step, touched, g_delta = room[0], room[1], room[2], room[3], room[4], room[5]
    lanes, g, g_b = (
        np.empty((b.size, LANES), b.dtype),
        np.empty((K, BLOCK), b.dtype),
        np.empty_like(b),
    )
    Y, E = np.empty((batch_size, K), b.dtype), np.empty((batch_size, K), b.dtype)
    total, n_active, n_nonzero = 0.0, 0, 0
    for start in range(0, rows.size, batch_size):
        batch = rows[start : start + batch_size]
        eta = etas[0] + (etas[1] - etas[0]) * (start / rows.size)
        active, nonzero = respond_all(X, batch, theta, W, b, Y[: batch.size], x, h, lanes)
        n_active += active
        n_nonzero += nonzero
        any_weight = False
        g_b[:] = 0
        for j in range(batch.size):
            weight = weights[batch[j]]
            total += weight * err(loss, Y[j], T[batch[j]], E[j])
            any_weight |= weight > 0.0
            for k in range(K):
                E[j, k] *= weight / batch.size
                g_b[k] += E[j, k]
        if not any_weight:
            continue
        if solver == ADAM:
            adapt(adam_step(eta * rates[0], decay, D), b, g_b, means[1], squares[1])
        else:
            for k in range(K):
                b[k] -= eta * rates[0] * g_b[k]
        for first in range(0, D, BLOCK):
            n = min(BLOCK, D - first)
            g[:] = 0
            g_delta[:] = 0
            touched[:] = 0
            for j in range(batch.size):
                if weights[batch[j]] > 0.0:
                    collect(
                        X[batch[j], first : first + n], theta[first : first + n], E[j], W, first,
                        g, g_delta[:n], touched, x[:n], h[:n], back[:n],
                    )  # fmt: skip
            if solver == ADAM:
                adapt_block(
                    eta, rates, first, g, g_delta[:n], touched, parameters, means, squares,
                    decay, step,
                )  # fmt: skip
            else:
                descend_block(eta, rates, first, g, g_delta[:n], parameters)
            for i in range(first, first + n):
                theta[i] = base[i] + delta[i]
    return total, n_active, n_nonzero


@jit
def predict(X, rows, theta, W, b, Y):
    """Fill ``Y``, of shape (rows.size, K), with the outputs of the given rows."""
    x, h, lanes = (
        np.empty(BLOCK, b.dtype),
        np.empty(BLOCK, b.dtype),
        np.empty((b.size, LANES), b.dtype),
    )
    for start in range(0, rows.size, BLOCK):
        some = rows[start : start + BLOCK]
        respond_all(X, some, theta, W, b, Y[start : start + BLOCK], x, h, lanes)


@jit
def sparsify(X, theta, out):
    """Fill ``out``, of the shape of X, with the thresholded features."""
    for s in range(X.shape[0]):
        for i in range(theta.size):
            excess = abs(X[s, i]) - theta[i]
            is_active = (excess > 0.0) & (X[s, i] != 0.0)
            out[s, i] = np.copysign(excess, X[s, i]) if is_active else 0.0
