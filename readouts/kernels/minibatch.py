"""SpaRCe in mini-batches, in blocks of features.

In a mini-batch most features are active in some sample, and what is fast is long vectors.
Features are visited in blocks that stay in the nearest cache: forward for all samples, then,
when the errors are known, backward and updated at once.

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
m, v      -        Adam's running means of gradients and of squared gradients
eta       -        learning rate of the weights
shrink    -        share of themselves that weights which learn lose
s         (D,)     size of each feature's code where active, units of X
========= ======== ====================================================================
"""

import numpy as np

from sparcelearn._core.jit import jit

from .block_steps import (
    adapt_block,
    average_block,
    descend_block,
    forget_block,
    move_intercepts,
    normalize_block,
)
from .classes import spare
from .losses import ADAM, NLMS, SHORTEST, err, normal_step
from .room import BLOCK, LANES

# --- the text below this line goes into every generated module ---


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
def raise_errors(T, batch, weights, learner, total, room):
    """Fill ``E`` and ``g_b``; return total with the losses added, and whether any counts."""
    Y, E, g_b = room.Y, room.E, room.g_b
    any_weight = False
    g_b[:] = 0
    for j in range(batch.size):
        weight, e = weights[batch[j]], E[j]
        total += weight * err(learner.loss, Y[j], T[batch[j]], e)
        any_weight |= weight > 0.0
        if learner.recent.share > 0.0 and weight > 0.0:
            spare(learner.loss, learner.recent, Y[j], T[batch[j]], e)
        for k in range(e.size):
            e[k] *= weight * learner.unit / batch.size
            g_b[k] += e[k]
    return total, any_weight


@jit
def collect(X, batch, weights, theta, E, W, first, normalizes, room):
    """Fill the gradients of a block that begins at ``first``; ``d x_i / d theta_i = -h_i``.

    ``pushes`` are filled for normalised steps only.
    """
    n = theta.size
    here, x, h, back = slice(first, first + n), room.x[:n], room.h[:n], room.back[:n]
    g, g_delta, pushes, touched = room.g, room.g_delta, room.pushes, room.touched
    g[:] = 0
    pushes[:] = 0
    g_delta[:] = 0
    touched[:] = 0
    for j in range(batch.size):
        s, e = batch[j], E[j]
        if not weights[s] > 0.0:
            continue
        threshold(X[s, here], theta, x, h)
        back[:] = 0
        for k in range(e.size):
            w, g_k, e_k = W[k, here], g[k], e[k]
            for i in range(n):
                back[i] += e_k * w[i]
            for i in range(n):
                g_k[i] += e_k * x[i]
            if normalizes:
                push = pushes[k]
                for i in range(n):
                    push[i] += e_k * h[i]
        for i in range(n):
            g_delta[i] -= h[i] * back[i]
            touched[i] = max(touched[i], abs(h[i]))


@jit
def batch_step(X, batch, weights, theta, learner, eta, room):
    """Return the step of a mini-batch that is normalised by the mean squared length of its x."""
    learns_b, x, h = learner.factors.b, room.x, room.h
    length, weighted, n_learned = 0.0, 0.0, 0
    for s in batch:
        own = 0.0
        if not weights[s] > 0.0:
            continue
        for first in range(0, theta.size, BLOCK):
            last = min(first + BLOCK, theta.size)
            n = last - first
            threshold(X[s, first:last], theta[first:last], x[:n], h[:n])
            for i in range(n):
                z = x[i] / learner.scale[first + i]
                own += z * z
        n_learned += 1
        length += own
        weighted += weights[s] * (own + learns_b)
    weight = max(weighted / max(length + n_learned * learns_b, SHORTEST), SHORTEST)
    return normal_step(eta, weight, length / n_learned, learns_b)


@jit
def move_features(X, batch, weights, eta, shrink, theta, learner, room):
    """Move weights and thresholds, block by block; ``theta`` follows."""
    parameters, moments, base = learner.parameters, learner.moments, learner.base
    W, delta, E, factors = parameters.W, parameters.delta, room.E, learner.factors
    shrink, normalizes = delta.dtype.type(shrink), learner.solver == NLMS
    for first in range(0, theta.size, BLOCK):
        n = min(BLOCK, theta.size - first)
        collect(X, batch, weights, theta[first : first + n], E, W, first, normalizes, room)
        if shrink > 0:
            forget_block(shrink, first, n, room, W)
        if learner.solver == ADAM:
            adapt_block(eta, factors, first, n, room, parameters, moments)
        elif normalizes:
            normalize_block(eta, factors, learner.scale, first, n, room, parameters)
        else:
            descend_block(eta, factors, first, n, room, parameters)
        if learner.averages.share > 0.0:
            average_block(learner.averages, first, n, room, W)
        for i in range(first, first + n):
            theta[i] = base[i] + delta[i]


@jit
def train(X, T, rows, weights, etas, shrinks, learner, room):
    """Predict, then learn, over mini-batches of the given rows, in their order.

    Parameters
    ----------
    X : array of shape (n_samples, D), float32 or float64, read-only
    T : array of shape (n_samples, K)
    rows : array of int64
    weights : array of shape (n_samples,)
        Multiplies each sample's loss; a mini-batch of zeros makes no update.
    etas : array of shape (n_updates,)
        Learning rate of each mini-batch.
    shrinks : array of shape (n_updates,)
        Share that weights which learn lose at each.
    learner : SparceLearner
    room : Room

    Returns
    -------
    total : float
        Sum over samples of weight times loss, each taken before learning from it.
    n_active, n_nonzero : int
        How many x and how many r differed from 0, over all samples.
    """
    W, b, batch_size = learner.parameters.W, learner.parameters.b, learner.batch_size
    x, h, lanes, Y = room.x, room.h, room.lanes, room.Y
    theta = learner.base + learner.parameters.delta
    total, n_active, n_nonzero = 0.0, 0, 0
    for number in range(etas.size):
        batch, eta = rows[number * batch_size : (number + 1) * batch_size], etas[number]
        active, nonzero = respond_all(X, batch, theta, W, b, Y[: batch.size], x, h, lanes)
        n_active += active
        n_nonzero += nonzero
        total, any_weight = raise_errors(T, batch, weights, learner, total, room)
        if any_weight and np.isfinite(total):  # else nothing is written
            if learner.solver == NLMS:
                eta = batch_step(X, batch, weights, theta, learner, eta, room)
            move_intercepts(eta * learner.factors.b, learner, room)
            move_features(X, batch, weights, eta, shrinks[number], theta, learner, room)
    return total, n_active, n_nonzero


@jit
def predict(X, rows, theta, W, b, Y):
    """Fill ``Y``, of shape (rows.size, K), with the outputs of the given rows."""
    x, h = np.empty(BLOCK, b.dtype), np.empty(BLOCK, b.dtype)
    lanes = np.empty((b.size, LANES), b.dtype)
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
