"""Predict, then learn: one loop for every local rule on linear outputs, and every synapse.

========= ========= ===================================================================
symbol    shape     meaning
========= ========= ===================================================================
x         (D,)      features of one sample: the trace
y, t      (K,)      outputs and targets
e         (K,)      errors, as the rule defines them
W, b      (D, K)    weights, one row per feature, and intercepts (K,)
state     (D, K, H) hidden variables of the synapses
p         -         parameters of the synapses
eta       -         learning rate
========= ========= ===================================================================
"""

import numpy as np

from sparcelearn._core.jit import jit

from .counter_random import derive, scramble
from .error_interface import learn_error  # by each rule
from .losses import SHORTEST, squared_sum
from .synapse_interface import AGES  # by each synapse
from .write import write

# --- the text below this line goes into every generated module ---


@jit
def respond(x, W, b, y):
    """Fill ``y`` with ``W x + b``."""
    for k in range(y.size):
        y[k] = b[k]
    for i in range(x.size):
        if x[i] != 0.0:
            for k in range(y.size):
                y[k] += x[i] * W[i, k]


@jit
def largest(x):
    """Return the largest magnitude, and at least 1."""
    found = 1.0
    for i in range(x.size):
        found = max(found, abs(x[i]))
    return found


@jit
def train(X, T, rows, weights, etas, rule, learner, clock):
    """Predict, then learn, from each of the given rows in turn.

    Where a loss or a step is not finite, it stops before that is written anywhere.

    Parameters
    ----------
    X : array of shape (n_samples, D), float32 or float64, read-only
    T : array of shape (n_samples, K)
    rows : array of int64
    weights : array of shape (n_samples,)
        Multiplies each sample's step. A sample of weight 0 is skipped.
    etas : array of shape (rows.size,)
        Learning rate of each row.
    rule : LocalRule
    learner : LocalLearner
    clock : int
        Number of updates before.

    Returns
    -------
    total : float
        Sum over samples of weight times loss, each taken before learning from it.
    n_errors : int
        How many errors, of K a sample, were not 0.
    clock : int
        Number of updates after.
    """
    W, b = learner.W, learner.b
    K = b.size
    y, e, trial = np.empty(K), np.empty(K), np.empty(K)
    total, n_errors = 0.0, 0
    for n in range(rows.size):
        s = rows[n]
        x = X[s]
        respond(x, W, b, y)
        key = derive(learner.seed, clock)
        total += weights[s] * learn_error(y, T[s], e, trial, rule, scramble(key))
        if weights[s] == 0.0:
            continue
        step = -weights[s] * etas[n]
        if learner.is_normalized:
            step /= SHORTEST + squared_sum(x) + learner.learns_b
        if not np.isfinite(total + step * largest(x) * largest(e)):
            total = np.inf
            break  # before anything is written
        clock += 1
        n_written = 0
        for k in range(K):
            n_written += e[k] != 0.0
        n_errors += n_written
        if learner.learns_b:
            for k in range(K):
                b[k] += step * e[k]
        if AGES or n_written:
            write(x, e, step, W, learner.state, learner.p, key)
    return total, n_errors, clock
