"""SpaRCe in mini-batches, on lists of the features that are active.

========= ======== ====================================================================
symbol    shape    meaning
========= ======== ====================================================================
r         (D,)     features of one sample, units of X
theta     (D,)     thresholds, ``base + delta``, units of X
x         (n,)     thresholded features ``sign(r) (|r| - theta)``, active ones only
active    (n,)     which features those are
W, b      (D, K)   weights, one row per feature, and intercepts (K,)
Y, T      (., K)   outputs and targets
E         (., K)   errors, the derivative of the batch's loss with respect to Y
eta       -        learning rate of the weights
keep      -        what is left of a weight that learns, besides its step
========= ======== ====================================================================
"""

import numpy as np

from sparcelearn._core.jit import jit

from .active import activate, narrow, respond, widened
from .averages import average_weights, mix, note, respond_by_all
from .batch_steps import (
    adapt_all,
    descend_all,
    move_intercepts,
    remember,
    touch,
)
from .classes import spare
from .losses import ADAM, NLMS, SHORTEST, err, normal_step, squared_length

# --- the text below this line goes into every generated module ---


@jit
def respond_all(X, batch, weights, theta, learner, W, room):
    """Fill ``Y`` and the lists by feature; return how many x and how many r differ from 0."""
    active, x, b, n_active, n_nonzero = room.active, room.x, learner.parameters.b, 0, 0
    averages = learner.averages
    room.counts[:] = 0
    for j in range(batch.size):
        n, nonzero = activate(X[batch[j]], theta, room.is_active, active, x)
        respond(active, x, n, W, b, room.Y[j])
        if averages.mistakes.size:
            respond_by_all(averages, averages.W, active, x, n, room.Y[j], room.answers[j])
        n_active += n
        n_nonzero += nonzero
        if weights[batch[j]] > 0.0:
            remember(j, n, room)
            if learner.solver == NLMS:
                room.lengths[j] = squared_length(active, x, n, room.inverse)
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
        if learner.recent.f.size and weight > 0.0:
            spare(learner.loss, learner.recent, Y[j], T[batch[j]], e)
        for k in range(e.size):
            e[k] *= weight * learner.unit / batch.size
            g_b[k] += e[k]
    return total, any_weight


@jit
def note_batch(T, batch, weights, mistakes, room):
    """Count the mistakes at the samples that are learned from."""
    for j in range(batch.size):
        if weights[batch[j]] > 0.0:
            note(mistakes, room.answers[j], T[batch[j]], weights[batch[j]])


@jit
def batch_step(batch, weights, lengths, learns_b, eta):
    """Return the step of a mini-batch that is normalised by the mean squared length of its x."""
    length, weighted, n_learned = 0.0, 0.0, 0
    for j in range(batch.size):
        weight = weights[batch[j]]
        if weight > 0.0:
            n_learned += 1
            length += lengths[j]
            weighted += weight * (lengths[j] + learns_b)
    weight = max(weighted / max(length + n_learned * learns_b, SHORTEST), SHORTEST)
    return normal_step(eta, weight, length / n_learned, learns_b)


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
    parameters, moments, base = learner.parameters, learner.moments, learner.base
    averages = learner.averages
    b, delta, size = parameters.b, parameters.delta, learner.batch_size
    W = widened(parameters.W, rows.size)
    m, v = widened(moments.means.W, rows.size), widened(moments.squares.W, rows.size)
    theta = base + delta
    total, n_active, n_nonzero = np.float64(0), 0, 0
    for number in range(etas.size):
        batch, eta = rows[number * size : (number + 1) * size], etas[number]
        keep = b.dtype.type(1.0 - shrinks[number])
        active, nonzero = respond_all(X, batch, weights, theta, learner, W, room)
        n_active += active
        n_nonzero += nonzero
        total, any_weight = raise_errors(T, batch, weights, learner, total, room)
        if not np.isfinite(total):
            break  # before anything is written
        if not any_weight:
            continue
        if averages.mistakes.size:
            note_batch(T, batch, weights, averages.mistakes, room)
        if learner.solver == NLMS:
            eta = batch_step(batch, weights, room.lengths, learner.factors.b, eta)
        move_intercepts(eta * learner.factors.b, learner, room.g_b)
        n = touch(room)
        if learner.solver == ADAM:
            adapt_all(eta, keep, n, learner, room, W, m, v)
        else:
            descend_all(eta, keep, n, learner, room, W)
        if averages.shares.size:
            average_weights(averages, averages.W, room.touched, n, W, room.steps)
        for i in room.touched[:n]:
            theta[i] = base[i] + delta[i]
    narrow(W, parameters.W)
    narrow(m, moments.means.W)
    narrow(v, moments.squares.W)
    if averages.mistakes.size:
        mix(averages, parameters.W, b)
    return total, n_active, n_nonzero


@jit
def predict(X, rows, theta, W, b, Y):
    """Fill ``Y``, of shape (rows.size, K), with the outputs of the given rows."""
    D = theta.size
    is_active, active, x = np.empty(D, np.bool_), np.empty(D, np.uint32), np.empty_like(theta)
    for s in range(rows.size):
        n, _ = activate(X[rows[s]], theta, is_active, active, x)
        respond(active, x, n, W, b, Y[s])


@jit
def sparsify(X, theta, out):
    """Fill ``out``, of the shape of X, with the thresholded features."""
    for s in range(X.shape[0]):
        for i in range(theta.size):
            excess = abs(X[s, i]) - theta[i]
            is_active = (excess > 0.0) & (X[s, i] != 0.0)
            out[s, i] = np.copysign(excess, X[s, i]) if is_active else 0.0
