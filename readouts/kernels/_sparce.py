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
eta       -        learning rate of the weights
========= ======== ====================================================================
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
        back = 0.0
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
    for k in range(b.size):
        b[k] -= eta * rates[0] * g_b[k]
        g_b[k] = 0.0
    for i in touched:
        for k in range(b.size):
            W[i, k] -= eta * g_W[i, k]
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
        back = 0.0
        for k in range(e.size):
            back += e[k] * W[i, k]
        delta[i] += eta * rates[1] * (back if x[j] > 0.0 else -back)
        W_i, step = W[i], eta * x[j]
        for k in range(e.size):
            W_i[k] -= step * e[k]


@jit
def adapt(eta, p, g, m, v):
    """Move one flat array of parameters by Adam; ``eta`` holds the bias correction."""
    for i in range(p.size):
        m[i] = BETA_1 * m[i] + (1.0 - BETA_1) * g[i]
        v[i] = BETA_2 * v[i] + (1.0 - BETA_2) * g[i] * g[i]
        p[i] -= eta * m[i] / (np.sqrt(v[i]) + EPSILON)
        g[i] = 0.0


@jit
def adapt_all(eta, rates, step, g, parameters, means, squares):
    """Move weights, intercepts and thresholds, silent ones too, by Adam's step number ``step``."""
    eta = eta * np.sqrt(1.0 - BETA_2**step) / (1.0 - BETA_1**step)
    adapt(eta, parameters[0].ravel(), g[0].ravel(), means[0].ravel(), squares[0].ravel())
    adapt(eta * rates[0], parameters[1], g[1], means[1], squares[1])
    adapt(eta * rates[1], parameters[2], g[2], means[2], squares[2])


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
    n_updates,
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
        Under SGD the last two are not read.
    n_updates : int
        Updates made before, for Adam's bias correction.

    Returns
    -------
    total : float
        Sum over samples of weight times loss, each taken before learning from it.
    n_updates : int
    n_active, n_nonzero : int
        How many x and how many r differed from 0, over all samples.
    """
    W, b, delta = parameters
    D, K = W.shape
    theta = base + delta
    g = (np.zeros((D, K)), np.zeros(K), np.zeros(D))
    is_active, active, x = np.empty(D, np.bool_), np.empty(D, np.uint32), np.empty(D)
    y, e = np.empty(K), np.empty(K)
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
        n_updates += 1
        if solver == ADAM:
            adapt_all(eta, rates, n_updates, g, parameters, means, squares)
            for i in range(D):
                theta[i] = base[i] + delta[i]
        else:
            descend(eta, rates, touched[:n_touched], g, parameters)
            for i in touched[:n_touched]:
                theta[i] = base[i] + delta[i]
        for i in touched[:n_touched]:
            is_touched[i] = False
    return total, n_updates, n_active, n_nonzero


@jit
def predict(X, rows, theta, W, b, Y):
    """Fill ``Y``, of shape (rows.size, K), with the outputs of the given rows."""
    D = theta.size
    is_active, active, x = np.empty(D, np.bool_), np.empty(D, np.uint32), np.empty(D)
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
