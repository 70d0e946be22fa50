"""What becomes of a gradient: plain descent, Adam, or steps scaled by the largest gradient.

All touch only the channels that were active. What a channel's moments saw are the updates
in which it was active, as if the others had not been.

========= ============ ================================================================
symbol    shape        meaning
========= ============ ================================================================
W, b      (D, K), (K,) weights, one row per channel, and intercepts
g         as W, b      gradients
m, v      (D + 1, K)   Adam's running means; in v, under RMaxProp, the running maximum. The
                       last row is that of b
decay     -            of RMaxProp's maximum, per update
========= ============ ================================================================
"""

from sparcelearn._core.jit import jit

from .losses import ADAM, EPSILON, SGD, adam_step, adapt

# --- the text below this line goes into every generated module ---

RMAXPROP = 2


@jit
def scale(eta, decay, p, g, v):
    """Move a few parameters by their gradients in units of the largest lately."""
    for k in range(p.size):
        v[k] = max(decay * v[k], abs(g[k]))
        p[k] -= eta * g[k] / (v[k] + EPSILON)


@jit
def scale_rows(eta, decay, W, rows, x, d, v):
    """Do what `scale` does to the given rows of W, whose gradients are ``x_j d_k``."""
    for j in rows:
        for k in range(d.size):
            g = x[j] * d[k]
            v[j, k] = max(decay * v[j, k], abs(g))
            W[j, k] -= eta * g / (v[j, k] + EPSILON)


@jit
def descend_rows(eta, W, rows, x, d):
    """Move the given rows of W by plain descent; their gradients are ``x_j d_k``."""
    for j in rows:
        step = eta * x[j]
        for k in range(d.size):
            W[j, k] -= step * d[k]


@jit
def move_row(solver, eta, decay, p, g, moments, i):
    """Move a row of parameters, number i of the moments, and clear its gradient."""
    m, v = moments.means, moments.squares
    if solver == SGD:
        for k in range(p.size):
            p[k] -= eta * g[k]
    elif solver == ADAM:
        adapt(adam_step(eta, moments.spent, i), p, g, m[i], v[i])
    else:
        scale(eta, decay, p, g, v[i])
    g[:] = 0.0


@jit
def move(learner, eta, decay, touched):
    """Move the rows of the channels in ``touched``, and b, and clear their gradients."""
    W, b = learner.parameters.W, learner.parameters.b
    g_W, g_b, moments = learner.gradients.W, learner.gradients.b, learner.moments
    for j in touched:
        move_row(learner.solver, eta, decay, W[j], g_W[j], moments, j)
    if learner.learns_b:
        move_row(learner.solver, eta, decay, b, g_b, moments, W.shape[0])
    g_b[:] = 0.0
