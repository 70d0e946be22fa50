"""SpaRCe, compiled: threshold, predict, and learn weights and thresholds.

Kernels that call each other share this one file, since a compiled kernel on disk does
not notice an edit of a function it calls in another file.

Shapes: D features, K outputs, B samples in a mini-batch.

========= ======== ====================================================================
symbol    shape    meaning
========= ======== ====================================================================
r         (D,)     features of one sample, units of X
theta     (D,)     thresholds, ``base + delta``, units of X
x         (n,)     thresholded features ``sign(r) (|r| - theta)``, active ones only
active    (n,)     which features those are
W, b      (D, K)   weights, one row per feature, and intercepts (K,)
y, t      (K,)     outputs and targets
e         (K,)     errors, the derivative of the batch's loss with respect to y
g         -        gradients of W, b and delta
m, v      -        Adam's running means of gradients and of squared gradients
decay     (D+1, 2) what is left of Adam's zero start, ``beta^steps``, for each feature and b
eta       -        learning rate of the weights
========= ======== ====================================================================

All of these are of one type, float32 or float64; sums of losses are float64.
"""

import numpy as np

from sparcelearn._jit import jit

SIGMOID, SOFTMAX, SQUARED = 0, 1, 2
SGD, ADAM = 0, 1

# Adam's constants, as in every published SpaRCe experiment.
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8


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
    """Fill ``y`` with ``W x + b`` from the n active features."""
    y[:] = b
    for j in range(n):
        i = active[j]
        for k in range(y.size):
            y[k] += x[j] * W[i, k]


@jit
def err(loss, y, t, e):
    """Fill ``e`` with the derivative of one sample's loss; return the loss.

    Sigmoid cross-entropy and squared error are means over the outputs.
    """
    K = y.size
    total = 0.0
    if loss == SIGMOID:
        for k in range(K):
            z = np.exp(-abs(y[k]))  # never overflows
            p = (1.0 if y[k] >= 0.0 else z) / (1.0 + z)
            total += max(y[k], 0.0) - t[k] * y[k] + np.log1p(z)
            e[k] = (p - t[k]) / K
        return total / K
    if loss == SOFTMAX:
        top = y.max()
        for k in range(K):
            e[k] = np.exp(y[k] - top)
            total += e[k]
        log_total = top + np.log(total)
        nats = 0.0
        for k in range(K):
            nats += t[k] * (log_total - y[k])
            e[k] = e[k] / total - t[k]
        return nats
    for k in range(K):
        d = y[k] - t[k]
        total += d * d
        e[k] = 2.0 * d / K
    return total / K


@jit
def accumulate(active, x, n, e, W, g_W, g_b, g_delta):
    """Add one sample's gradients; ``d x_i / d theta_i = -sign(r_i)`` where active."""
    for k in range(e.size):
        g_b[k] += e[k]
    for j in range(n):
        i = active[j]
        back = e.dtype.type(0)
        for k in range(e.size):  # a loop of its own: a sum in order does not vectorise
            back += e[k] * W[i, k]
        g_delta[i] -= back if x[j] > 0.0 else -back
        g_i = g_W[i]
        for k in range(e.size):
            g_i[k] += e[k] * x[j]


@jit
def descend(eta, rates, touched, g, parameters):
    """Move by plain gradient descent, touching no feature that was silent throughout."""
    W, b, delta = parameters
    g_W, g_b, g_delta = g
    step = b.dtype.type(eta)
    for k in range(b.size):
        b[k] -= eta * rates[0] * g_b[k]
        g_b[k] = 0.0
    for i in touched:
        for k in range(b.size):
            W[i, k] -= step * g_W[i, k]
            g_W[i, k] = 0.0
        delta[i] -= eta * rates[1] * g_delta[i]
        g_delta[i] = 0.0


@jit
def descend_one(eta, rates, active, x, n, e, parameters):
    """Do what `accumulate` and `descend` do, for a mini-batch of one sample.

    Sparing the gradients their way through memory takes a sample from 3.1 to 2.3 us (1000
    features, 100 of them active, 10 outputs).
    """
    W, b, delta = parameters
    for k in range(b.size):
        b[k] -= eta * rates[0] * e[k]
    for j in range(n):
        i = active[j]
        W_i, back = W[i], e.dtype.type(0)
        for k in range(e.size):
            back += e[k] * W_i[k]
        delta[i] += eta * rates[1] * (back if x[j] > 0.0 else -back)
        step = e.dtype.type(eta) * x[j]
        for k in range(e.size):
            W_i[k] -= step * e[k]


@jit
def adapt(eta, rates, touched, g, parameters, means, squares, decay):
    """Move by Adam, touching no feature that was silent throughout.

    The moments of a feature see only the mini-batches in which it was active, as if the
    others had not been: an update costs what was active, and a rare feature keeps its
    pace. ``decay`` counts for each, for the correction of the zero start.
    """
    W, b, delta = parameters
    g_W, g_b, g_delta = g
    step = adam_step(eta * rates[0], decay[delta.size])
    adapt_row(step, b, g_b, means[1], squares[1])
    for i in touched:
        step = adam_step(eta, decay[i])
        adapt_row(step, W[i], g_W[i], means[0][i], squares[0][i])
        adapt_row(step * rates[1], delta[i : i + 1], g_delta[i : i + 1],
                  means[2][i : i + 1], squares[2][i : i + 1])  # fmt: skip


@jit
def adam_step(eta, decay):
    """Count one step of Adam and return its size, corrected for the zero start."""
    decay[0] *= BETA_1
    decay[1] *= BETA_2
    return eta * np.sqrt(1.0 - decay[1]) / (1.0 - decay[0])


@jit
def adapt_row(step, p, g, m, v):
    """Move a few parameters by Adam and clear their gradients."""
    one = p.dtype.type(1)
    step, eps = p.dtype.type(step), p.dtype.type(EPSILON)
    beta_1, beta_2 = p.dtype.type(BETA_1), p.dtype.type(BETA_2)
    for k in range(p.size):
        m[k] = beta_1 * m[k] + (one - beta_1) * g[k]
        v[k] = beta_2 * v[k] + (one - beta_2) * g[k] * g[k]
        p[k] -= step * m[k] / (np.sqrt(v[k]) + eps)
        g[k] = 0


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
    etas : tuple of 2 floats
        Learning rate at the first row and, approached linearly, after the last.
    rates : tuple of 2 floats
        What multiplies it for b and for delta.
    base : array of shape (D,)
    parameters, means, squares : tuples (W, b, delta) of arrays, changed in place
    decay : array of shape (D + 1, 2), changed in place
        Under SGD the last three are not read.

    Returns
    -------
    total : float
        Sum over samples of weight times loss, each taken before learning from it.
    n_active, n_nonzero : int
        How many x and how many r differed from 0, over all samples.
    """
    W, b, delta = parameters
    D, K = W.shape
    theta = base + delta
    g = (np.zeros_like(W), np.zeros_like(b), np.zeros_like(delta))
    is_active, active = np.empty(D, np.bool_), np.empty(D, np.uint32)
    x, y, e = np.empty_like(delta), np.empty_like(b), np.empty_like(b)
    # One place more: a feature touched before is written behind the list, then forgotten.
    touched, is_touched = np.empty(D + 1, np.uint32), np.zeros(D, np.bool_)
    total, n_active, n_nonzero = 0.0, 0, 0

    for start in range(0, rows.size, batch_size):
        stop = min(start + batch_size, rows.size)
        eta = etas[0] + (etas[1] - etas[0]) * (start / rows.size)
        n_touched, any_weight = 0, False
        for s in rows[start:stop]:
            for i in range(D):
                n_nonzero += X[s, i] != 0.0
            n = activate(X[s], theta, is_active, active, x)
            n_active += n
            respond(active, x, n, W, b, y)
            total += weights[s] * err(loss, y, T[s], e)
            if weights[s] == 0.0:
                continue
            any_weight = True
            for k in range(K):
                e[k] *= weights[s] / (stop - start)
            if solver == SGD and stop - start == 1:
                descend_one(eta, rates, active, x, n, e, parameters)
                for i in active[:n]:
                    theta[i] = base[i] + delta[i]
                continue
            accumulate(active, x, n, e, W, g[0], g[1], g[2])
            for j in range(n):
                touched[n_touched] = active[j]
                n_touched += not is_touched[active[j]]
                is_touched[active[j]] = True
        if not any_weight:
            continue
        if solver == ADAM:
            adapt(eta, rates, touched[:n_touched], g, parameters, means, squares, decay)
        else:
            descend(eta, rates, touched[:n_touched], g, parameters)
        for i in touched[:n_touched]:
            theta[i] = base[i] + delta[i]
            is_touched[i] = False
    return total, n_active, n_nonzero


@jit
def predict(X, rows, theta, W, b, Y):
    """Fill ``Y``, of shape (rows.size, K), with the outputs of the given rows."""
    D = theta.size
    is_active, active = np.empty(D, np.bool_), np.empty(D, np.uint32)
    x = np.empty_like(theta)
    for s in range(rows.size):
        n = activate(X[rows[s]], theta, is_active, active, x)
        respond(active, x, n, W, b, Y[s])


@jit
def sparsify(X, theta, out):
    """Fill ``out``, of the shape of X, with the thresholded features."""
    for s in range(X.shape[0]):
        for i in range(theta.size):
            excess = abs(X[s, i]) - theta[i]
            is_active = (excess > 0.0) & (X[s, i] != 0.0)
            out[s, i] = np.copysign(excess, X[s, i]) if is_active else 0.0
