"""Node perturbation: an output learns from what its own noise did to the one common loss."""

from sparcelearn._core.jit import jit

from .counter_random import normal
from .losses import err

# --- the text below this line goes into every generated module ---


@jit
def learn_error(y, t, e, trial, rule, seed):
    """Fill ``e`` with ``(L(y + xi) - L(y)) xi / s^2``, xi normal of deviation s; return L(y)."""
    loss, unit, s = rule
    for k in range(y.size):
        trial[k] = y[k] + s * normal(seed, k)
    before = err(loss, y, t, e)
    surprise = unit * (err(loss, trial, t, e) - before)
    for k in range(y.size):
        e[k] = surprise * normal(seed, k) / s
    return before
