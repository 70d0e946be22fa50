"""Node perturbation: an output learns from what its own noise did to the one common loss."""

from sparcelearn._jit import jit

from ._counter_random import normal
from ._losses import loss_of

# --- the text below this line goes into every generated module ---


@jit
def learn_error(y, t, e, rule, seed):
    """Fill ``e`` with ``(L(y + xi) - L(y)) xi / s^2``, xi normal of deviation s; return L(y)."""
    kind, s = rule
    loss = loss_of(kind, y, t)
    for k in range(y.size):
        e[k] = y[k] + s * normal(seed, k)
    surprise = loss_of(kind, e, t) - loss
    for k in range(y.size):
        e[k] = surprise * normal(seed, k) / s
    return loss
