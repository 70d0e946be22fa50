"""Recursive least squares, compiled.

========= ======== ====================================================================
symbol    shape    meaning
========= ======== ====================================================================
x         (n,)     features of one sample; a last one of 1 if there is an intercept
P         (n, n)   inverse of alpha plus the (forgetting) correlation of features
g         (n,)     P x
W, b      (D, K)   weights, one row per feature, and intercepts (K,)
e         (K,)     errors ``y - t``, before learning
lam       -        forgetting factor
========= ======== ====================================================================
"""

import numpy as np

from sparcelearn._core.jit import jit


@jit
def train(X, T, rows, weights, lam, P, W, b):
    """Predict, then learn, from each of the given rows in turn; change P, W and b in place.

    Returns the sum over samples of weight times loss, half the squared error, taken
    before learning from it. A sample of weight 0 is skipped. Where a loss is not finite, it
    stops before that is written anywhere.
    """
    D, K = W.shape
    n = P.shape[0]
    x, g, e = np.ones(n), np.empty(n), np.empty(K)
    total = 0.0
    for s in rows:
        for i in range(D):
            x[i] = X[s, i]
        predict_error(x, W, b, T[s], e)
        for k in range(K):
            total += 0.5 * weights[s] * e[k] * e[k]
        if weights[s] == 0.0:
            continue
        a = correlate(P, x, g)
        if not np.isfinite(total + a):
            total = np.inf
            break  # before anything is written
        gain = weights[s] / (lam + weights[s] * a)
        for i in range(D):
            for k in range(K):
                W[i, k] -= gain * g[i] * e[k]
        if n > D:
            for k in range(K):
                b[k] -= gain * g[D] * e[k]
        deflate(P, g, gain, 1.0 / lam)
    return total


@jit
def predict_error(x, W, b, t, e):
    """Fill ``e`` with ``W x + b - t``."""
    for k in range(e.size):
        e[k] = b[k] - t[k]
    for i in range(W.shape[0]):
        if x[i] != 0.0:
            for k in range(e.size):
                e[k] += x[i] * W[i, k]


@jit
def correlate(P, x, g):
    """Fill ``g`` with ``P x``, rows of P for columns as it is symmetric; return ``x P x``."""
    g[:] = 0.0
    for i in range(x.size):
        if x[i] != 0.0:
            for j in range(x.size):
                g[j] += x[i] * P[i, j]
    a = 0.0
    for i in range(x.size):
        a += x[i] * g[i]
    return a


@jit
def deflate(P, g, gain, growth):
    """Replace P by ``(P - gain g g^T) growth``; scaled first, so that P stays symmetric."""
    root = np.sqrt(gain)
    for i in range(g.size):
        g[i] *= root
    for i in range(g.size):
        for j in range(g.size):
            P[i, j] = (P[i, j] - g[i] * g[j]) * growth
