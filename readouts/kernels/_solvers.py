"""What becomes of a gradient: plain descent, Adam, or steps scaled by the largest gradient.

All touch only the channels that were active. What a channel's moments saw are the updates
in which it was active, as if the others had not been.

========= ============ ================================================================
symbol    shape        meaning
========= ============ ================================================================
W, b      (D, K), (K,) weights, one row per channel, and intercepts
g         as W, b      gradients
m, v      (D + 1, K)   Adam's running means; in v, under RMaxProp, the running maximum
count     (D + 1,)     updates that each row has had; the last row is that of b
decay     -            of RMaxProp's maximum, per update
========= ============ ================================================================
"""

import numpy as np

from sparcelearn._jit import jit

# --- the text below this line goes into every generated module ---

SGD, ADAM, RMAXPROP = 0, 1, 2
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8


@jit
def move_row(solver, eta, decay, p, g, m, v, count):
    """Move a row of parameters against its gradient, in its update number ``count``."""
    if solver == ADAM:
        eta *= np.sqrt(1.0 - BETA_2**count) / (1.0 - BETA_1**count)
    for k in range(p.size):
        if solver == SGD:
            p[k] -= eta * g[k]
        elif solver == ADAM:
            m[k] = BETA_1 * m[k] + (1.0 - BETA_1) * g[k]
            v[k] = BETA_2 * v[k] + (1.0 - BETA_2) * g[k] * g[k]
            p[k] -= eta * m[k] / (np.sqrt(v[k]) + EPSILON)
        else:
            v[k] = max(decay * v[k], abs(g[k]))
            p[k] -= eta * g[k] / (v[k] + EPSILON)
        g[k] = 0.0


@jit
def move(solver, eta, decay, learns_b, touched, g, parameters, moments):
    """Move the rows of the channels in ``touched``, and b, and clear their gradients."""
    W, b = parameters
    g_W, g_b = g
    m, v, count = moments
    D = W.shape[0]
    for j in touched:
        count[j] += 1
        move_row(solver, eta, decay, W[j], g_W[j], m[j], v[j], count[j])
    if learns_b:
        count[D] += 1
        move_row(solver, eta, decay, b, g_b, m[D], v[D], count[D])
    else:
        g_b[:] = 0.0
