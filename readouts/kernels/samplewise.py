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
back      (n,)     derivative of the sample's loss with respect to x
eta       -        learning rate of the weights
keep      -        what is left of a weight that learns, besides its step
scale     (D,)     size of each feature's code where active, units of X; inverse is one over it
========= ======== ====================================================================
"""

import numpy as np

from sparcelearn._core.jit import jit

from .active import (
    ROOM,
    activate,
    adapt_rows,
    descend_rows,
    largest_of,
    narrow,
    respond,
    widened,
)
from .averages import average_intercepts, average_weights, mix, note, respond_by_all
from .classes import spare
from .losses import (
    ADAM,
    NLMS,
    adam_step,
    adapt,
    adapt_number,
    err,
    normal_step,
    squared_length,
    squared_sum,
)

# --- the text below this line goes into every generated module ---


@jit
def move_intercepts(step, e, b):
    """Move b by plain gradient descent."""
    for k in range(b.size):
        b[k] -= step * e[k]


@jit
def descend_one(step, keep, factors, active, x, n, e, W, b, delta, g, back, room):
    """Move what one sample moves by plain gradient descent."""
    move_intercepts(step * factors.b, e, b)
    for j in range(n):
        g[j] = e.dtype.type(step) * x[j]
    descend_rows(keep, g, active, n, e, W, back, factors.delta > 0.0, room)
    if factors.delta > 0.0:
        for j in range(n):
            delta[active[j]] += step * factors.delta * (back[j] if x[j] > 0.0 else -back[j])


@jit
def normalize_one(step, keep, factors, scale, inverse, active, x, n, e, W, b, delta, g, back, room):
    """Do what `descend_one` does, with weights and thresholds in units of the sizes.

    Thresholds move by the weights midway through their step. Weights that follow single samples
    shake, and what shakes costs loss: by the weights before the step every threshold would rise
    until all is silent, by those after it every threshold would fall. Midway, neither.
    """
    move_intercepts(step * factors.b, e, b)
    for j in range(n):
        own = inverse[active[j]]
        g[j] = e.dtype.type(step) * x[j] * own * own
    descend_rows(keep, g, active, n, e, W, back, factors.delta > 0.0, room)
    if factors.delta > 0.0:
        halfway = 0.5 * step * squared_sum(e)
        for j in range(n):
            size = scale[active[j]]
            own = step * factors.delta * (size * size * back[j] - halfway * x[j])
            delta[active[j]] += own if x[j] > 0.0 else -own


@jit
def adapt_one(eta, keep, factors, active, x, n, e, W, b, delta, m, v, moments, back, steps, room):
    """Move what one sample moves by Adam; m and v are the moments of W."""
    means, squares, spent = moments.means, moments.squares, moments.spent
    adapt(adam_step(eta * factors.b, spent, delta.size), b, e, means.b, squares.b)
    for j in range(n):
        steps[j] = adam_step(eta, spent, active[j])
    adapt_rows(keep, steps, active, x, n, e, W, m, v, back, room)
    for j in range(n):
        g = -back[j] if x[j] > 0.0 else back[j]
        adapt_number(steps[j] * factors.delta, active[j], delta, g, means.delta, squares.delta)


@jit
def steepest_square(e, x, n):
    """Return the largest square of a gradient, the largest number that an update makes."""
    steepest = largest_of(x, n)
    largest_e = e.dtype.type(0)
    for k in range(e.size):
        largest_e = max(largest_e, abs(e[k]))
    return (largest_e * steepest) * (largest_e * steepest)


@jit
def train(X, T, rows, weights, etas, shrinks, learner):
    """Predict, then learn, sample by sample: `train` of mini-batches, but W is (D, K).

    Where a loss or a gradient is not finite, it stops before that is written anywhere.
    """
    parameters, moments, base = learner.parameters, learner.moments, learner.base
    factors, scale, averages = learner.factors, learner.scale, learner.averages
    b, delta = parameters.b, parameters.delta
    D, K = parameters.W.shape
    W = widened(parameters.W, rows.size)
    m, v = widened(moments.means.W, rows.size), widened(moments.squares.W, rows.size)
    means = widened(averages.W, rows.size)
    theta, inverse = base + delta, b.dtype.type(1) / scale
    is_active, active, steps = np.empty(D, np.bool_), np.empty(D, np.uint32), np.empty(D)
    x, g, back = np.empty_like(delta), np.empty_like(delta), np.empty_like(delta)
    y, e, room = np.empty_like(b), np.empty_like(b), np.empty(max(K, ROOM), b.dtype)
    answers = np.empty((averages.mistakes.size, K), b.dtype)
    total, n_active, n_nonzero = np.float64(0), 0, 0
    for number in range(rows.size):
        s, eta = rows[number], etas[number]
        keep = b.dtype.type(1.0 - shrinks[number])
        n, nonzero = activate(X[s], theta, is_active, active, x)
        n_active += n
        n_nonzero += nonzero
        respond(active, x, n, W, b, y)
        if averages.mistakes.size:
            respond_by_all(averages, means, active, x, n, y, answers)
        total += weights[s] * err(learner.loss, y, T[s], e)
        if weights[s] == 0.0:
            continue
        if learner.recent.f.size:
            spare(learner.loss, learner.recent, y, T[s], e)
        for k in range(K):
            e[k] *= weights[s] * learner.unit
        if not np.isfinite(total + steepest_square(e, x, n)):
            total = np.float64(np.inf)
            break  # before anything is written
        if averages.mistakes.size:
            note(averages.mistakes, answers, T[s], weights[s])
        if learner.solver == NLMS:
            length = squared_length(active, x, n, inverse)
            step = normal_step(eta, weights[s], length, factors.b)
            normalize_one(
                step, keep, factors, scale, inverse, active, x, n, e, W, b, delta, g, back, room
            )
        elif learner.solver == ADAM:
            adapt_one(
                eta, keep, factors, active, x, n, e, W, b, delta, m, v, moments, back, steps, room
            )
        else:
            descend_one(eta, keep, factors, active, x, n, e, W, b, delta, g, back, room)
        for i in active[:n]:
            theta[i] = base[i] + delta[i]
        if averages.shares.size:
            average_intercepts(averages, b)
            average_weights(averages, means, active, n, W, steps)
    narrow(W, parameters.W)
    narrow(m, moments.means.W)
    narrow(v, moments.squares.W)
    narrow(means, averages.W)
    if averages.mistakes.size:
        mix(averages, parameters.W, b)
    return total, n_active, n_nonzero
